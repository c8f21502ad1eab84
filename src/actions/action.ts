// What an action is: one object that knows IAM's words and nothing of MCP. `kind` is the single source from which
// annotations, the read-only filter and the need for a person's approval derive.
import type * as z from 'zod';
import type { Account, OperationInput, OperationOutput } from '../iam/account.ts';
import type { IamOperations } from '../iam/operations.ts';

type Operation = keyof IamOperations;

export type Kind = 'read' | 'create' | 'update' | 'delete' | 'attach';

/** Sends one IAM request under the call's time limit. @throws AwsError */
type Send = <Name extends Operation>(operation: Name, input: OperationInput<Name>) => Promise<OperationOutput<Name>>;

/** Where a new secret goes. Made ready before the key is created, so that what can fail has failed by then. */
export interface SecretPlace {
  /** @returns the file's path, or undefined when the secret is to stand in the result; throws if it cannot be kept */
  keep(key: { userName: string; accessKeyId: string; secretAccessKey: string }): string | undefined;
  /** Frees what was made ready, when no secret came. */
  discard(): void;
}

export interface RunContext {
  send: Send;
  /** @throws CallError Refused when a secret could not be kept */
  openSecretPlace(): SecretPlace;
  /** Something the caller must know although the call succeeded. */
  warn(text: string): void;
}

export interface PlanContext {
  send: Send;
  /** The keys that this connection signs with. */
  ownKeyIds: Account['ownKeyIds'];
  /** Of the connection's region: `aws`, `aws-cn`, … */
  partition: string;
  /** Of IAM, where it is not AWS's own: only such a one may lack an operation. */
  endpoint: Account['endpoint'];
  /** Where a new secret would go. */
  secrets: 'file' | 'inline';
}

/**
 * One thing a person reads before agreeing, and what the agreement is bound to. `label` is unique in its plan. Dates are
 * absolute; their age is added when the plan is shown, since it grows while a person reads.
 */
export interface Fact {
  label: string;
  /** One value, or several lines. */
  shown: string | string[];
  /** What the agreement is bound to beyond the text shown. */
  bound?: string;
  /** The operator of this server wrote it: a link in it stays one. */
  fromOperator?: true;
  /** A key's last use, told after `shown`; `at` is absent for one never used. Moves on while a key is in use. */
  lastUse?: { at?: string; where: string };
}

/** What a person must know before agreeing to a change, from facts read from AWS and never from the caller's prose. */
export interface PlanDraft {
  title: string;
  facts: Fact[];
  /**
   * What nobody may overlook, shown first and never cut. Without anything that grows by itself, such as an age: rows
   * of one text are shown together, and a text that is new when the facts are read again is a change.
   */
  grave: string[];
  /** Whatever else is notable. */
  warnings: string[];
  effect: string;
  /** What the person types to agree; `what` completes "type …". */
  confirm: { what: string; text: string };
}

export type ActionInput = z.ZodObject<z.ZodRawShape>;

interface ActionShape<Input extends ActionInput> {
  name: string;
  title: string;
  /** For a model. That a person is asked before a change is said where this is published. */
  description: string | ((secrets: 'file' | 'inline') => string);
  /** Strict; checked after coercion (see arguments.ts). */
  input: Input;
  /** The shape of `result`: loose objects, since AWS adds fields and strict clients throw on them. */
  output: z.ZodType;
  /** The IAM operations that `run` may send: the permissions that it takes. */
  sends: readonly Operation[];
  /** @returns `result`, in the spec's shape. @throws AwsError */
  run(input: z.output<Input>, context: RunContext): Promise<unknown>;
}

interface ReadAction<Input extends ActionInput> extends ActionShape<Input> {
  kind: 'read';
}

interface ChangeAction<Input extends ActionInput> extends ActionShape<Input> {
  kind: Exclude<Kind, 'read'>;
  /** The operations that `plan` may send. Without the permission for one, its fact is said not to be readable. */
  planReads: readonly Operation[];
  /** Before anything is sent for this row. @throws CallError for what cannot be where the connection goes */
  check?(input: z.output<Input>, account: Pick<Account, 'partition'>): void;
  /** @throws AwsError for what AWS would refuse, CallError Refused for what this program does not do */
  plan(input: z.output<Input>, context: PlanContext): Promise<PlanDraft>;
  /** Where to look when an answer was lost and nobody knows whether the change was made. */
  whereToLook(input: z.output<Input>): string;
}

export type Action<Input extends ActionInput = ActionInput> = ReadAction<Input> | ChangeAction<Input>;
export type Change = Extract<Action, { plan: unknown }>;

/** Checks an action's parts against each other; the registry holds them without their input's type. */
export function defineAction<Input extends ActionInput>(action: Action<Input>): Action {
  return action as unknown as Action;
}

export function isChange(action: Action): action is Change {
  return action.kind !== 'read';
}
