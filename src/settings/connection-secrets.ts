// Which texts of a connection are secret: as written, for the mode of the file, and once rendered, so that redaction
// knows each of them in every form in which it could leave.
import type { Redactor } from '../redact.ts';
import { isTemplate } from '../templates/render.ts';
import type { FieldPath } from './config-error.ts';
import { type ConnectionFields, SECRET_FIELDS } from './connection-schema.ts';
import { remoteAgentLogin, SHORTEST_SECRET } from './connection-urls.ts';

/** A connection as it stands in the file: every text may be a template. */
export type WrittenConnection = Partial<ConnectionFields>;

/** The first field that holds a secret in so many words, and not a template that finds it elsewhere. */
export function literalSecretIn(connection: WrittenConnection): FieldPath | undefined {
  const isLiteral = (text: string | undefined) => text !== undefined && !isTemplate(text);
  const field = SECRET_FIELDS.find((name) => isLiteral(connection[name]));
  if (field !== undefined) return [field];
  if (hasLiteralLogin(connection.remoteAgent)) return ['remoteAgent'];
  const name = Object.entries(connection.referenceValues ?? {}).find(
    ([, value]) => typeof value === 'object' && isLiteral(value.secret),
  )?.[0];
  return name === undefined ? undefined : ['referenceValues', name];
}

/** Templates are written over: one for the host alone leaves the password as it stands. */
function hasLiteralLogin(remoteAgent = ''): boolean {
  const [, login = ''] = /^[\w+.-]+:\/\/(.*)@/s.exec(remoteAgent.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, '\0')) ?? [];
  const [user = '', ...password] = login.split(':');
  // Without a password, a long user name is a token.
  const secret = password.join(':') || user;
  return isLong(secret) && !secret.includes('\0');
}

/**
 * Everything secret in a rendered connection, with the variables of the environment it came from.
 */
export function secretsOf(
  fields: ConnectionFields,
  written: WrittenConnection,
  environment: Record<string, string>,
): string[] {
  const { user, password } = remoteAgentLogin(fields.remoteAgent ?? '');
  const withTemplates: [secret: string | undefined, template: string | undefined][] = [
    ...SECRET_FIELDS.map((name): [string | undefined, string | undefined] => [fields[name], written[name]]),
    // The template has the host in it too, whose variable is no secret.
    [password ?? user, undefined],
    ...Object.entries(fields.referenceValues).map(([name, value]): [string | undefined, string | undefined] => [
      secretIn(value),
      secretIn(written.referenceValues?.[name]),
    ]),
  ];
  const secrets = withTemplates.flatMap(([secret, template]) =>
    secret === undefined ? [] : [secret, ...variablesBehind(secret, template ?? '', environment)],
  );
  return [...secrets, ...loginForms(fields.remoteAgent, user, password)].filter(isLong);
}

/** A connection as it came of what was written. */
export interface RenderedConnection {
  fields: ConnectionFields;
  written: WrittenConnection;
  environment: Record<string, string>;
}

/**
 * The first text reference value that would show a secret, or a part of one, to templates in tool inputs.
 * @param secrets of all connections: a call may send what it took from one by way of another
 * @param redactor that knows them
 */
export function exposedReferenceValue(
  { fields, written, environment }: RenderedConnection,
  secrets: readonly string[],
  redactor: Redactor,
): { name: string; why: string } | undefined {
  const { referenceValues } = fields;
  for (const [name, value] of Object.entries(referenceValues)) {
    if (typeof value !== 'string') continue;
    if (isLong(value) && secrets.some((secret) => secret.includes(value)))
      return { name, why: 'it is part of a secret' };
    if (!redactor.isClean(value)) return { name, why: 'a secret stands in it' };
    // In pieces, or turned into something else.
    const template = written.referenceValues?.[name];
    const variable = typeof template === 'string' ? variableHolding(secrets, template, environment) : undefined;
    if (variable !== undefined) return { name, why: `it is made of ${variable}, in which there is a secret` };
  }
  return undefined;
}

const isLong = (text: string) => text.length >= SHORTEST_SECRET;

/** The first variable that the template names and that is, or holds, one of the secrets, or a part of one. */
function variableHolding(
  secrets: readonly string[],
  template: string,
  environment: Record<string, string>,
): string | undefined {
  if (!isTemplate(template)) return undefined;
  return template.match(/[A-Za-z_]\w*/g)?.find((name) => {
    const value = Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
    return isLong(value) && secrets.some((secret) => value.includes(secret) || secret.includes(value));
  });
}

function secretIn(value: string | { secret: string } | undefined): string | undefined {
  return typeof value === 'object' ? value.secret : undefined;
}

/** Those found in the secret or around it; where a filter left no trace of any, those that the template names. */
function variablesBehind(secret: string, template: string, environment: Record<string, string>): string[] {
  const long = Object.entries(environment).filter(([, value]) => isLong(value));
  const seen = long.filter(([, value]) => secret.includes(value) || value.includes(secret));
  if (seen.length > 0) return seen.map(([, value]) => value);
  const names = new Set(template.match(/[A-Za-z_]\w*/g));
  return long.filter(([name]) => names.has(name)).map(([, value]) => value);
}

/** Of a proxy's URL, its user name and password as they are and as the URL has them. */
function loginForms(remoteAgent: string | undefined, user = '', password = ''): string[] {
  if (remoteAgent === undefined) return [];
  const url = new URL(remoteAgent);
  // A user name alone may be a token; beside a password it is a name, which plans and results have to show.
  return password === '' ? [user, url.username] : [password, url.password];
}
