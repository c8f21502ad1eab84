// From the connections as written to the connections as used: templates are rendered over the environment and the
// reference values, the result is checked, and every secret noted. Loaded only where a config file has connections.
import path from 'node:path';
import { Redactor } from '../redact.ts';
import { isTemplate, render, TemplateError, withoutTexts } from '../templates/render.ts';
import type { ConfigError, FieldPath } from './config-error.ts';
import type { ConfigFile } from './config-file.ts';
import { issueInConnection } from './config-issues.ts';
import type { Connection, ConnectionCredentials } from './connection.ts';
import { type ConnectionFields, connectionSchema } from './connection-schema.ts';
import {
  exposedReferenceValue,
  type RenderedConnection,
  secretsOf,
  type WrittenConnection,
} from './connection-secrets.ts';
import { escapeLogin } from './connection-urls.ts';
import { environmentSecrets, profileSecrets } from './known-secrets.ts';

type Problem = (field: FieldPath, what: string) => ConfigError;

/** @throws ConfigError */
export async function renderConnections(
  config: ConfigFile,
  variables: Record<string, string | undefined>,
): Promise<{ connections: Map<string, Connection>; secrets: string[] }> {
  const environment = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const connections = new Map<string, Connection>();
  const secrets = new Set<string>();
  const rendered: (RenderedConnection & { problem: Problem })[] = [];
  for (const [index, written] of config.connections.entries()) {
    const problem: Problem = (field, what) =>
      config.problem(['connections', index, ...field], `connection ${nameOf(written, index)}: ${what}`);
    const fields = await renderConnection(written, environment, problem);
    const twin = [...connections.keys()].indexOf(fields.label);
    if (twin >= 0) throw config.problem(['connections', index, 'label'], `the same as connections[${twin}].label`);
    connections.set(fields.label, connectionFrom(fields, path.dirname(config.file)));
    for (const secret of secretsOf(fields, written, environment)) secrets.add(secret);
    rendered.push({ fields, written, environment, problem });
  }
  if (rendered.some(({ fields }) => Object.keys(fields.referenceValues).length > 0)) {
    const ofProfiles = await profileSecrets(connections.values(), environment);
    refuseExposed(rendered, [...secrets, ...environmentSecrets(environment), ...ofProfiles.secrets]);
  }
  return { connections, secrets: [...secrets] };
}

/** @throws ConfigError for a text reference value that would show one of the secrets to templates in tool inputs */
function refuseExposed(rendered: (RenderedConnection & { problem: Problem })[], secrets: readonly string[]): void {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.register(secret);
  for (const connection of rendered) {
    const exposed = exposedReferenceValue(connection, secrets, redactor);
    if (!exposed) continue;
    throw connection.problem(['referenceValues', exposed.name], `expected {"secret": "text"}, since ${exposed.why}`);
  }
}

function nameOf({ label }: WrittenConnection, index: number): string {
  return label === undefined || isTemplate(label) ? String(index + 1) : `'${label}'`;
}

async function renderConnection(
  written: WrittenConnection,
  env: Record<string, string>,
  problem: Problem,
): Promise<ConnectionFields> {
  // Reference values see the environment and not each other, so that their order does not matter.
  const referenceValues: ConnectionFields['referenceValues'] = {};
  const scope: Record<string, unknown> = { env };
  for (const [name, value] of Object.entries(written.referenceValues ?? {})) {
    const field = ['referenceValues', name];
    const isText = typeof value === 'string';
    const rendered = await renderText(field, isText ? value : value.secret, { env }, problem);
    if (!isText) refuseEmpty(field, value.secret, rendered, problem);
    referenceValues[name] = isText ? rendered : { secret: rendered };
    scope[name] = rendered;
  }
  const renderField = async (field: FieldPath, value: string) => {
    const rendered = await renderText(field, value, scope, problem);
    refuseEmpty(field, value, rendered, problem);
    return rendered;
  };
  const fields: Record<string, unknown> = { ...written, referenceValues };
  for (const [field, value] of Object.entries(written)) {
    if (typeof value !== 'string') continue;
    const rendered = await renderField([field], value);
    fields[field] = field === 'remoteAgent' ? escapeLogin(rendered) : rendered;
  }
  for (const [field, value] of Object.entries(written)) {
    if (!Array.isArray(value)) continue;
    fields[field] = await Promise.all(value.map((text, index) => renderField([field, index], text)));
  }
  const issue = issueInConnection(fields);
  if (issue) throw problem(issue.field, issue.what);
  return connectionSchema.parse(fields, { jitless: true });
}

async function renderText(field: FieldPath, text: string, scope: Record<string, unknown>, problem: Problem) {
  try {
    return await render(text, scope);
  } catch (error) {
    throw error instanceof TemplateError ? problem(field, error.message) : error;
  }
}

/** A variable that is set and empty is as good as none, and the template says which; texts in it are left out. */
function refuseEmpty(field: FieldPath, template: string, rendered: string, problem: Problem): void {
  if (rendered === '' && isTemplate(template)) throw problem(field, `${withoutTexts(template)} is empty`);
}

function connectionFrom(fields: ConnectionFields, folder: string): Connection {
  const { label, region, endpoint, verifySsl, caBundle, remoteAgent, readOnly, timeout } = fields;
  const { roles, protectedUsers, allowPolicies, denyPolicies, maxChangesPerHour, twoPeople } = fields;
  const texts = Object.entries(fields.referenceValues).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    label,
    region,
    credentials: credentialsFrom(fields),
    endpoint,
    role:
      fields.roleArn === undefined
        ? undefined
        : {
            arn: fields.roleArn,
            externalId: fields.externalId,
            sessionName: fields.sessionName,
            durationSeconds: fields.sessionDuration,
          },
    roles,
    protectedUsers,
    allowPolicies,
    denyPolicies,
    maxChangesPerHour,
    twoPeople,
    verifySsl,
    caBundle: caBundle && path.resolve(folder, caBundle),
    remoteAgent,
    readOnly,
    timeout,
    referenceValues: Object.fromEntries(texts),
  };
}

function credentialsFrom({ accessKey, secretKey, sessionToken, profile }: ConnectionFields): ConnectionCredentials {
  if (accessKey !== undefined && secretKey !== undefined) {
    return { from: 'keys', accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken };
  }
  return profile === undefined ? { from: 'chain' } : { from: 'profile', profile };
}
