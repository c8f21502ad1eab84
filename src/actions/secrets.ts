// The secrets in what an action answers. They belong into its answer, where the operator chose so, and nowhere else.
import type { Action } from './action.ts';

const NOT_SHOWN = '(not shown)';

export type Secrets = Readonly<Record<string, string>>;

/** A copy of what an action answered, or of a list of such, in which each secret is said not to be shown. */
export function withoutSecrets(result: unknown, secrets: Secrets): unknown {
  return Object.keys(secrets).reduce((hidden, path) => without(hidden, path.split('.')), result);
}

function without(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (value === undefined || value === null) return value;
  if (name === undefined) return NOT_SHOWN;
  if (Array.isArray(value)) return value.map((entry) => without(entry, path));
  if (typeof value !== 'object' || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: without((value as Record<string, unknown>)[name], rest) };
}

export function mayHaveSecrets({ secrets }: Action): boolean {
  return Object.keys(secrets).length > 0;
}

/** What a result names, in short, of an action whose results hold secrets: which key was made, say, and where its secret is. */
export function describeMade(result: unknown, action: Action, { secrets }: { secrets: 'file' | 'inline' }): string {
  if (!mayHaveSecrets(action) || typeof result !== 'object' || result === null) return '';
  const { ResponseMetadata: _, ...named } = withoutSecrets(result, action.secrets) as Record<string, unknown>;
  const lost = secrets === 'inline' ? '; its secret was in that answer alone' : '';
  return `: ${leavesOf(named).join(', ')}${lost}`;
}

/** Each value with its name. */
function leavesOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? leavesOf(inner) : `${name} ${inner}`,
  );
}
