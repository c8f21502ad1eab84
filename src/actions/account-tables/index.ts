// The account's own tables, and which of them a name means.
import { cleanLine } from '../../clean-text.ts';
import { CallError } from '../../errors.ts';
import type { AccountTable } from './account-table.ts';
import { credentialReport } from './credential-report.ts';
import { users } from './users.ts';

export const ACCOUNT_TABLES: readonly AccountTable[] = [users, credentialReport];

/**
 * @returns undefined for a name that is a file's
 * @throws CallError InvalidArguments for a name of this kind that no table has
 */
export function accountTableNamed(name: string): AccountTable | undefined {
  if (!/^iam:/i.test(name)) return undefined;
  const table = ACCOUNT_TABLES.find((each) => each.name === name.toLowerCase());
  if (table) return table;
  const names = ACCOUNT_TABLES.map((each) => each.name).join(' and ');
  throw new CallError(
    'InvalidArguments',
    `rows_file: there is no '${cleanLine(name, 60)}'; the account's own tables are ${names}, and a file goes by its name alone`,
  );
}
