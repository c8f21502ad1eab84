// What the server tells a model when it connects: how to work well with the tools, as this server was started.
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import { cleanLine } from '../clean-text.ts';
import type { Settings } from '../settings/settings.ts';
import { filesFolder } from '../table/files-folder.ts';

export function instructionsFor(settings: Settings): string {
  const { readOnly, approval, secrets } = settings;
  const lines = [
    'AWS IAM actions. Every result is {result, error, has_error}; an error starts with its code and ends with the next step.',
    '- Narrow list_policies with scope, only_attached or max_items: an account has some 1,500 policies.',
    '- For a leaked key, get_access_key_last_used tells its owner and last use.',
    '- For many users or keys, make one call: rows (or rows_file) with a row each, and Jinja templates over their columns in the other fields, as user_name "{{ user }}". Each row has its own outcome.',
    `- rows_file and output_file are names below ${shownFolder(settings)}; the user puts files there and finds them there.`,
    '- A long result is shown in part: give continue_from back to the same tool for what follows.',
  ];
  const changes = kindsOfChange();
  if (readOnly) return [...lines, '- This server only reads.'].join('\n');
  return [
    ...lines,
    '- Turn a leaked key off with update_access_key (Inactive) before deleting it, since that can be undone; then create a new one if needed.',
    approval === 'host'
      ? `- Before ${changes}, make sure that the user wants it.`
      : `- ${changes[0]?.toUpperCase()}${changes.slice(1)} ask a person, who sees a plan. You cannot approve. On ApprovalPending, give the user the command from the error first, then make exactly the same call again: it waits for the answer.`,
    '- After a refusal, tell the user; do not repeat the call unasked. After OutcomeUnknown, look first, as the error says.',
    secrets === 'file'
      ? '- Secrets of new keys go to a file that SecretFile names; do not ask for them.'
      : '- Secrets of new keys stand in the result; do not repeat them.',
  ].join('\n');
}

// Hosts cut instructions at 2 KiB, and the rest takes 1,300 bytes.
const LONGEST_FOLDER = 600;

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
