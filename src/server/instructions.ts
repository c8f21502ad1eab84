// What the server tells a model when it connects: how to work well with the tools, as this server was started.
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import { cleanLine } from '../clean-text.ts';
import type { Settings } from '../settings/settings.ts';
import { filesFolder } from '../table/files-folder.ts';

/** @param now when the host connects */
export function instructionsFor(settings: Settings, now = new Date()): string {
  const { readOnly, approval, secrets } = settings;
  const lines = [
    `AWS IAM actions. Every result is {result, error, has_error}; an error starts with its code and ends with the next step. It is ${now.toISOString().slice(0, 10)}.`,
    `- For many users or keys, make one call: rows (or rows_file) has a row each, the other fields are Jinja over its columns: "{{ user }}", "{{ row['Key Id'] }}".`,
    `- rows_file is a file of ${shownFolder(settings)}, where the user puts and finds files (x.json#/alerts: an array in it), or the account's own: iam://users (UserName, CreateDate, PasswordLastUsed), iam://credential-report.`,
    `- where chooses rows: "{{ access_key_1_active == 'true' and user != '<root_account>' }}" (cells of CSV are texts; iam:// has booleans and null). keep chooses results of a read, by fields and columns: "{{ Status == 'Active' and (LastUsedDate is none or LastUsedDate < days_ago(90)) }}", "{{ 'S3' in PolicyName }}", "{{ CreateDate == access_key_1_last_rotated }}" (reports have no key ids). list_access_keys: with_last_used adds it.`,
    '- output_file may be the next rows_file, by the names of what was found ({{ AccessKeyId }}) and of old columns ({{ input.user }}).',
    '- Entries show only columns in use; files have all. For the rest of a long result, give continue_from alone to the same tool.',
  ];
  if (readOnly) return [...lines, '- This server only reads.'].join('\n');
  const changes = kindsOfChange();
  return [
    ...lines,
    '- dry_run shows the whole plan, with facts from AWS. resume: the same call again after one broke off.',
    '- Leaked key: get_access_key_last_used tells its owner. Turn it off first (Inactive: can be undone). A user has at most two keys, inactive ones included: of two, one must be deleted (the leaked one, or one never used) before create_access_key.',
    approval === 'host'
      ? `- Before ${changes}, make sure that the user wants it.`
      : `- ${changes[0]?.toUpperCase()}${changes.slice(1)} ask a person, who sees a plan. You cannot approve. On ApprovalPending, give the user the command from the error first, then make exactly the same call again: it waits.`,
    '- After a refusal, tell the user; do not repeat the call unasked. After OutcomeUnknown, look first, as the error says.',
    secrets === 'file'
      ? '- Secrets of new keys go to files: SecretFile in each entry. Do not ask for them.'
      : '- Secrets of new keys stand in the result; do not repeat them.',
  ].join('\n');
}

// Hosts cut instructions at 2 KiB, and the rest takes 1,920 bytes.
const LONGEST_FOLDER = 120;

/** Not in part, which would be another folder. */
function shownFolder(settings: Settings): string {
  const folder = cleanLine(filesFolder(settings), LONGEST_FOLDER + 1);
  return Buffer.byteLength(folder) > LONGEST_FOLDER ? 'one folder' : folder;
}

/** Such as "create, delete, update and attach". */
function kindsOfChange(): string {
  const kinds = [...new Set(ACTIONS.filter(isChange).map(({ kind }) => kind))];
  return `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`;
}
