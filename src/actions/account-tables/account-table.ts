// A table that the account itself has, and that a call may take its rows from in place of a file. What has to be known of
// one is here as data, as of an action.
import type { Nature, OperationInput, OperationOutput } from '../../iam/account.ts';
import type { IamOperations } from '../../iam/operations.ts';

type Operation = keyof IamOperations;

/** By AWS's names of columns; what is not there is null. */
export type AccountRow = Record<string, string | boolean | null>;

export interface ReadContext<Sent extends Operation = Operation> {
  /** One of the operations that the table declares, until the call ends. @throws AwsError */
  send<Name extends Sent>(operation: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>;
  /** Ends every wait. */
  signal: AbortSignal;
  /** Tells whoever waits how far it is. */
  onProgress(message: string): void;
}

interface Defined<Sent extends Operation> {
  /** As a call names it: `iam://users`. */
  name: string;
  /** Which are the permissions that it takes. */
  sends: Readonly<Record<Sent, Nature>>;
  /**
   * @param most how many rows are taken: one more is enough to say that there are too many
   * @throws AwsError, CallError
   */
  read(context: ReadContext<Sent>, most: number): Promise<AccountRow[]>;
}

export type AccountTable = Defined<Operation>;

/** Checks that it sends what it declares. */
export function defineAccountTable<Sent extends Operation>(table: Defined<Sent>): AccountTable {
  return table as unknown as AccountTable;
}
