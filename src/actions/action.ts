// What an action is: one object that knows IAM's words and nothing of MCP. What the rest of the program has to know of it
// is here as data. From `kind` derive annotations, the read-only filter and the need for a person's approval; from
// `sends` retries, resume, recording ahead and permissions; from `target` which rows wait for each other, and twins;
// from `secrets` what is hidden.
import type * as z from 'zod';
import type { Account, Nature, OperationInput, OperationOutput } from '../iam/account.ts';
import type { AwsError } from '../iam/errors.ts';
import type { IamOperations } from '../iam/operations.ts';
import type { SecretPlace } from '../state/secret-file.ts';
import type { Changed } from './changed.ts';
import type { Secrets } from './secrets.ts';

type Operation = keyof IamOperations;

type Kind = 'read' | 'create' | 'update' | 'delete' | 'attach';

/** Sends one IAM request under the call's time limit: one of the operations that the action declares. @throws AwsError */
type Send<Declared extends Operation> = <Name extends Declared>(
  operation: Name,
  input: OperationInput<Name>,
) => Promise<OperationOutput<Name>>;

/**
 * For the compiler alone, which does not compare what two `send` take: a context in which less is declared is not taken
 * where more is sent.
 */
interface Declares<Declared extends Operation> {
  readonly declared?: (operation: Declared) => void;
}

export interface RunContext<Sent extends Operation = Operation> extends Declares<Sent> {
  send: Send<Sent>;
  /** @throws CallError Refused when a secret could not be kept */
  openSecretPlace(): SecretPlace;
}

/** What is known without asking AWS. */
export interface OutlineContext {
  /** The keys that this connection signs with. */
  ownKeyIds: Account['ownKeyIds'];
  /** Where a new secret would go. */
  secrets: 'file' | 'inline';
}

export interface PlanContext<Read extends Operation = Operation> extends Declares<Read>, OutlineContext {
  send: Send<Read>;
  /** The one that STS named for these credentials. */
  account: string;
  /** Of the connection's region: `aws`, `aws-cn`, … */
  partition: string;
  /** Of IAM, where it is not AWS's own: only such a one may lack an operation. */
  endpoint: Account['endpoint'];
  /** Takes the name by which AWS knows the owner. @throws CallError Refused for one whom no call may change */
  checkOwner(name: string): void;
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
  movesOn?: MovingPart;
}

/** A part of a fact that may move on by itself while a person reads, such as when something was used last. */
export interface MovingPart {
  /** Follows what the fact itself shows. */
  shown: string;
  /** When it last moved on, by AWS; absent where it never did. */
  at?: string;
  /** As of when the fact was read. That it moves on then is expected; of anything idle it is a change. */
  isInUse?: true;
}

/**
 * What a person takes in at a glance: one column of the line that a row is in a table, or a point in time of a picture.
 * Taken from facts, which say more. The same columns in all rows of an action, empty where there is nothing.
 */
export interface Cell {
  column: string;
  shown: string;
  /** A moment, by AWS: ISO 8601. Then its age stands for it. */
  at?: string;
}

/** What a person must know before agreeing to a change, from facts read from AWS and never from the caller's prose. */
interface PlanDraft {
  title: string;
  facts: Fact[];
  cells: Cell[];
  /**
   * What nobody may overlook, shown first and never cut. Without anything that grows by itself, such as an age: rows
   * of one text are shown together, and a text that is new when the facts are read again is a change.
   */
  grave: string[];
  /** What may be grave, since the fact that would tell was not read: "whether … is not known". Shown next. */
  notKnown: string[];
  /** Whatever else is notable. */
  warnings: string[];
  /** What happens. It names nobody, so that it is the same for all rows of which the same is true. */
  effect: string;
  /** What the person types to agree; `what` completes "type …". */
  confirm: { what: string; text: string };
  /** For the envelope of a change that was made. */
  change: Changed;
}

/** What is known of a change by its input alone: all there is where nobody here reads a plan. */
type Outline = Pick<PlanDraft, 'title' | 'cells' | 'grave' | 'warnings' | 'effect' | 'confirm' | 'change'>;

/** What AWS tells of a change. Where the outline says something of the same kind, this stands in its place. */
export type PlanFacts = Pick<PlanDraft, 'facts' | 'cells' | 'grave' | 'notKnown' | 'warnings'> &
  Partial<Pick<PlanDraft, 'change'>> & { lastOf?: LastOf };

/** What is harmless as long as another thing of the same owner stays, and grave where one table takes all of them. */
export interface LastOf {
  /** Those that are left after this row alone, by the ids of targets. */
  others: readonly string[];
  grave: string;
}

/** Whom and what a change is about. */
export interface Target {
  /** Rows of one owner are sent one after another. `plural` is what several such owners are called. */
  owner: Named & { plural: string };
  /** Two rows about one thing of one owner are twins, whatever they make of it. */
  thing: Named;
  /** The input's fields that say which one it is. All others say what becomes of it: a person has to see each value. */
  fields: readonly string[];
}

interface Named {
  /** The same for one and the same, however a caller writes it. */
  id: string;
  /** As a list of many changes names it; empty where that is said already. */
  shown: string;
}

export type ActionInput = z.ZodObject<z.ZodRawShape>;

/** With the field that a caller may leave out. */
type Complete<Input extends ActionInput, Field extends string> = z.output<Input> & Record<Field, string>;

/** How a field is found that a caller may leave out, since AWS can tell it by the others. */
export interface Completion<Given, Read extends Operation, Field extends string> {
  field: Field;
  /** The operations that `find` may send: a permission that the tool itself takes. */
  reads: readonly Read[];
  /** @returns a value that is still to be checked. @throws AwsError; CallError Refused where AWS tells none */
  find(input: Given, context: Declares<Read> & { send: Send<Read> }): Promise<string>;
}

interface ActionShape<Input extends ActionInput, Sent extends Operation, Field extends string> {
  name: string;
  title: string;
  /** For a model. That a person is asked before a change is said where this is published. */
  description: string | ((secrets: 'file' | 'inline') => string);
  /** Strict; checked after coercion (see arguments.ts). */
  input: Input;
  /** The shape of `result`: loose objects, since AWS adds fields and strict clients throw on them. */
  output: z.ZodType;
  /** Where in the result there are secrets, with dots between the names, and what such ones are called. */
  secrets: Secrets;
  /**
   * The IAM operations that `run` may send, which are the permissions that it takes, with the nature of each: whether it
   * is sent again, by a retry or by a call that takes up a table.
   */
  sends: Readonly<Partial<Record<Sent, Nature>>>;
  /** @returns `result`, in the spec's shape. @throws AwsError */
  run(input: Complete<Input, Field>, context: RunContext<Sent>): Promise<unknown>;
}

interface ReadAction<Input extends ActionInput, Sent extends Operation, Field extends string>
  extends ActionShape<Input, Sent, Field> {
  kind: 'read';
}

interface ChangeAction<Input extends ActionInput, Sent extends Operation, Read extends Operation, Field extends string>
  extends ActionShape<Input, Sent, Field> {
  kind: Exclude<Kind, 'read'>;
  /** Done before anything else looks at the input, but for the rules that need no more than what was given. */
  completes?: Completion<NoInfer<z.output<Input>>, Read, Field>;
  /** The operations that `plan` may send. Without the permission for one, its fact is said not to be readable. */
  planReads: readonly Read[];
  /** Before anything is sent for this row. @throws CallError for what cannot be where the connection goes */
  check?(input: z.output<Input>, account: Pick<Account, 'partition'>): void;
  /** Sends nothing. @throws CallError Refused for what this program does not do */
  outline(input: Complete<Input, Field>, context: OutlineContext): Outline;
  /** @throws AwsError for what AWS would refuse, CallError Refused for facts that do not fit together */
  plan(input: Complete<Input, Field>, context: PlanContext<Read>): Promise<PlanFacts>;
  target(input: Complete<Input, Field>): Target;
  /** The input's fields that name what a connection has rules about, beside the target's owner. */
  guarded?: { policy?: keyof z.output<Input> & string };
  /** What the answer alone tells of the change, beside what its plan tells: such as the id of what was made. */
  changedBy?(result: unknown): Changed;
  /**
   * The words for an error of AWS's which means that all is as the change would have made it, such as "the key is gone
   * now: taken for deleted". They count where the change was sent before, and its answer was lost.
   */
  alreadyDone(error: AwsError): string | undefined;
  /** Where to look when an answer was lost and nobody knows whether the change was made. */
  whereToLook(input: Complete<Input, Field>): string;
}

type Defined<Input extends ActionInput, Sent extends Operation, Read extends Operation, Field extends string> =
  | ReadAction<Input, Sent, Field>
  | ChangeAction<Input, Sent, Read, Field>;

/** As everybody else sees it: with some input, and some of all operations. */
export type Action = Defined<ActionInput, Operation, Operation, string>;
export type Change = Extract<Action, { plan: unknown }>;

/** Checks an action's parts against each other: it sends what it declares, and nothing else. */
export function defineAction<
  Input extends ActionInput,
  Sent extends Operation,
  Read extends Operation = never,
  Field extends string = never,
>(action: Defined<Input, Sent, Read, Field>): Action {
  return action as unknown as Action;
}

export function isChange(action: Action): action is Change {
  return action.kind !== 'read';
}

export function operationsOf({ sends }: Action): Operation[] {
  return Object.keys(sends) as Operation[];
}

/** What the tool cannot do without: what it sends to do its work, and to complete what it was given. */
export function permissionsOf(action: Action): Operation[] {
  const found = isChange(action) ? (action.completes?.reads ?? []) : [];
  return [...new Set([...operationsOf(action), ...found])];
}

/** Whether nothing has to be found any more: without that field, AWS may take something else for what is meant. */
export function isComplete(action: Action, input: Readonly<Record<string, unknown>>): boolean {
  if (!isChange(action) || !action.completes) return true;
  return input[action.completes.field] !== undefined;
}

/** @throws Error for an operation that the action does not declare: it must not be sent as if a second time did no harm */
export function natureOf({ name, sends }: Action, operation: Operation): Nature {
  const nature = sends[operation];
  if (nature === undefined) throw new Error(`${name} sends ${operation}, and does not say so`);
  return nature;
}

/** Whether it does no harm to do all of it again. */
export function isRepeatable({ sends }: Action): boolean {
  return Object.values(sends).every((nature) => nature === 'repeatable');
}
