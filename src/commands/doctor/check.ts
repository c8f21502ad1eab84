// What a check comes to.

/** Only `failed` makes the doctor end with exit code 1. */
export type Result = 'ok' | 'warning' | 'failed' | 'not known';

/** One thing that was checked; `detail` is one line that says what was found and, unless it is ok, what to do. */
export interface Check {
  check: string;
  result: Result;
  detail: string;
  /** Of a permission: the tools that cannot work without it. */
  tools?: readonly string[];
  /** Of a permission: the tools whose plans a person reads say less without it. */
  plansOf?: readonly string[];
  /** Of a permission: the account's own tables that cannot be read without it. */
  tables?: readonly string[];
}

/** All that was checked of one connection. */
export interface ConnectionReport {
  label: string;
  /** 12 digits. */
  account: string | null;
  arn: string | null;
  checks: Check[];
}

export interface Report {
  /** Of this machine: Node, config file, state dir. */
  checks: Check[];
  connections: ConnectionReport[];
}

export const ok = (check: string, detail: string): Check => ({ check, result: 'ok', detail });
export const warning = (check: string, detail: string): Check => ({ check, result: 'warning', detail });
export const failed = (check: string, detail: string): Check => ({ check, result: 'failed', detail });
export const notKnown = (check: string, detail: string): Check => ({ check, result: 'not known', detail });
