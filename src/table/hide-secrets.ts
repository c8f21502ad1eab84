// Hides the secrets in files that are read: with `--secrets inline` this program writes them into files, in any of its
// formats, and other programs do so under the same names. Which names those are, the actions say.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ACTIONS } from '../actions/index.ts';
import type { Row } from '../calls/row.ts';
import type { Redactor } from '../redact.ts';

const NOT_SHOWN = '(not shown)';
// After so long, other calls have their turn: a row may have a thousand columns.
const MOMENT_MS = 25;
// Shorter texts are no secrets: as such they would be looked for in everything.
const SHORTEST = 16;
const WORD = /[^\s"',;]{16,}/g;
// Each is looked for in everything that leaves, in many spellings. In these rows all are hidden, however many.
const MOST_REGISTERED = 200;

/** Without case, blanks and separators, as other programs write the same names: `Secret access key`. */
const plain = (name: string) => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();

const NAMES = ACTIONS.flatMap(({ secrets }) => Object.keys(secrets)).map((path) =>
  path.slice(path.lastIndexOf('.') + 1),
);
const PLAIN_NAMES = new Set(NAMES.map(plain));
/** Within a text: JSON in a cell, or a line of a file of settings. */
const NAMED = NAMES.map((name) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '[\\W_]{0,3}')).join('|');
const NAME = new RegExp(NAMED, 'i');
const WITHIN = new RegExp(`(${NAMED})((?:\\\\*["'])?\\s*[:=,]\\s*(?:\\\\*["'])?)([^\\s"',;}\\\\]+)`, 'gi');

// Behind a comma, the name of the next column may stand as well.
const LIKE_A_SECRET = /^(?=.*\d)(?=.*[A-Za-z])[\w+/=~-]+$/;

/** Whether a column or field holds a secret: by its name, or by the last part of it, as in `result.Key.Secret`. */
const isSecret = (name: string) => PLAIN_NAMES.has(plain(name.slice(name.lastIndexOf('.') + 1))) || endsSecret(name);

/** A flat name whose number was added to tell it from another: `Secret (2)`. */
const endsSecret = (name: string) =>
  /\(\d+\)$/.test(name) && PLAIN_NAMES.has(plain(name.replace(/^.*\.|\(\d+\)$/g, '')));

/** The rows, in which each secret is said not to be shown. From then on it does not leave by any other way either. */
export async function hideSecrets(rows: readonly Row[], redactor: Redactor): Promise<Row[]> {
  const { hidden, found } = await hiddenIn(rows);
  await register(found, redactor);
  return hidden;
}

/** The text of a file, in which the secrets are not shown that stand in it, or in its rows where it could be read. */
export async function hideSecretsIn(text: string, rows: readonly Row[], redactor: Redactor): Promise<string> {
  const { found } = await hiddenIn(rows);
  const hidden = hideWithin(text, found);
  await register(found, redactor);
  return hidden.replaceAll(WORD, (word) => (found.has(word) ? NOT_SHOWN : word));
}

/** Whether a text names something that is a secret. */
export const namesSecret = (text: string): boolean => NAME.test(text);

async function hiddenIn(rows: readonly Row[]): Promise<{ hidden: Row[]; found: Set<string> }> {
  const found = new Set<string>();
  const hidden: Row[] = [];
  let rested = performance.now();
  for (const row of rows) {
    hidden.push(hide(row, found) as Row);
    if (performance.now() - rested < MOMENT_MS) continue;
    await nextTurn();
    rested = performance.now();
  }
  return { hidden, found };
}

async function register(secrets: ReadonlySet<string>, redactor: Redactor): Promise<void> {
  for (const [index, secret] of [...secrets].slice(0, MOST_REGISTERED).entries()) {
    redactor.register(secret);
    if (index % 10 === 9) await nextTurn();
  }
}

function hide(value: unknown, found: Set<string>): unknown {
  if (typeof value === 'string') return hideWithin(value, found);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hide(item, found));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (!isSecret(name) || inner === null || inner === '' || inner === NOT_SHOWN) return [name, hide(inner, found)];
      collect(inner, found);
      return [name, NOT_SHOWN];
    }),
  );
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string' && value.length >= SHORTEST) found.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, found);
}

function hideWithin(text: string, found: Set<string>): string {
  if (text.length < SHORTEST) return text;
  return text.replaceAll(WITHIN, (whole, name: string, between: string, secret: string) => {
    if (secret.length < SHORTEST || (between.includes(',') && !LIKE_A_SECRET.test(secret))) return whole;
    found.add(secret);
    return name + between + NOT_SHOWN;
  });
}
