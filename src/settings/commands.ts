// The commands of this program: what each is called with, and what it does.
import { nearest, shown, UsageError } from './usage-error.ts';

/** The hosts for which `host-config` knows an entry. */
export const HOSTS = ['claude-desktop', 'claude-code', 'vscode', 'cursor', 'generic'] as const;
export type Host = (typeof HOSTS)[number];

const AUDIT_VIEWS = ['verify', 'show'] as const;
/** Leaves out of `policy` what only plans read. */
const WITHOUT_APPROVAL_READS = 'without-approval-reads';

export type CommandName = 'approve' | 'audit' | 'decline' | 'doctor' | 'host-config' | 'policy';

/** What each command takes and does; without a command, the program serves. */
export const COMMANDS: Record<CommandName, { operand: string; required: boolean; meaning: string }> = {
  approve: {
    operand: 'ID',
    required: false,
    meaning:
      'Show what waits for your agreement and ask, here, at your terminal, or with --browser on a page in your browser',
  },
  audit: {
    operand: AUDIT_VIEWS.join('|'),
    required: true,
    meaning:
      'Check that no line of the audit was altered, taken out or moved (verify), or print its entries (show), with the ' +
      'options below',
  },
  decline: { operand: 'ID', required: true, meaning: 'Refuse a change that waits for your agreement' },
  doctor: {
    operand: 'LABEL',
    required: false,
    meaning:
      'Check the connection of that label, or all: can it be reached, who is it, what may it do. Nothing is changed. ' +
      'With --json, one JSON document',
  },
  'host-config': {
    operand: 'HOST',
    required: false,
    meaning: `Print the entry for a host's config file, with the options given. HOST is ${HOSTS.join(', ')}; without one, all are printed`,
  },
  policy: {
    operand: WITHOUT_APPROVAL_READS,
    required: false,
    meaning:
      'Print the IAM policy that the tools need, or with --read-only those that read. ' +
      `The word ${WITHOUT_APPROVAL_READS} leaves out what is read for a person before a change`,
  },
};

/** @throws UsageError for words that are no command, or not what it takes */
export function chooseCommand(words: string[]): { command: 'serve' | CommandName; operands: string[] } {
  const [word, ...operands] = words;
  if (word === undefined) return { command: 'serve', operands: [] };
  if (!Object.hasOwn(COMMANDS, word)) {
    throw new UsageError(`unknown command "${shown(word)}"`, nearest(word, Object.keys(COMMANDS)));
  }
  const command = word as CommandName;
  const { operand, required } = COMMANDS[command];
  const [first, surplus] = operands;
  if (command === 'audit' && !AUDIT_VIEWS.some((view) => view === first)) {
    const words = AUDIT_VIEWS.join(' or ');
    if (first === undefined) throw new UsageError(`audit takes ${words}; there is neither`);
    throw new UsageError(`audit takes ${words}, not "${shown(first)}"`, nearest(first, AUDIT_VIEWS));
  }
  if (surplus !== undefined) throw new UsageError(`${command} takes one ${operand}; "${shown(surplus)}" is too many`);
  if (first === undefined && required) throw new UsageError(`${command} takes one ${operand}; there is none`);
  if (command === 'host-config' && first !== undefined && !HOSTS.includes(first as Host)) {
    throw new UsageError(`unknown host "${shown(first)}"; the hosts are ${HOSTS.join(', ')}`, nearest(first, HOSTS));
  }
  if (command === 'policy' && first !== undefined && first !== WITHOUT_APPROVAL_READS) {
    throw new UsageError(`unknown policy "${shown(first)}"`, nearest(first, [WITHOUT_APPROVAL_READS]));
  }
  return { command, operands };
}
