// Reads the config file: may it be trusted, is it JSON, does it fit the schema. Loaded only where there is one.
// Templates are left as they are; loading the connections renders them.
import path from 'node:path';
import { ConfigError, type FieldPath, fieldName } from './config-error.ts';
import { issueInConfig } from './config-issues.ts';
import { literalSecretIn, type WrittenConnection } from './connection-secrets.ts';
import { JsonError, type LocatedJson, parseLocated } from './located-json.ts';
import type { Given } from './resolve.ts';
import type { SettingName } from './settings.ts';
import { accessProblem, readTrustedFile } from './trusted-file.ts';

/** A config file that is JSON and fits the schema, as far as can be told before its templates are rendered. */
export interface ConfigFile {
  /** Absolute. */
  file: string;
  /** Its options, and its own path as `config`. */
  given: Given[];
  connections: readonly WrittenConnection[];
  defaultConnection?: string;
  /** An error about a field, with its line. */
  problem(field: FieldPath, what: string): ConfigError;
}

/** What the schema has let pass, as far as it is used here. */
interface Written {
  connections?: WrittenConnection[];
  defaultConnection?: string;
  stateDir?: string;
  files?: string;
}

/** @throws ConfigError */
export function readConfigFile(file: string): ConfigFile {
  const { text, ownership } = readTrustedFile(file);
  const json = parseFile(file, text);
  const problem = (field: FieldPath, what: string) => new ConfigError(file, json.lineOf(field), fieldName(field), what);
  const issue = issueInConfig(json.value);
  if (issue) throw problem(issue.field, issue.what);
  const { connections = [], defaultConnection, ...options } = json.value as Written;

  for (const option of ['region', 'profile', 'roles']) {
    if (connections.length > 0 && option in options) {
      throw problem([option], 'belongs in one of the connections, since there are some');
    }
  }
  for (const [index, connection] of connections.entries()) {
    const field = literalSecretIn(connection);
    const access = field && accessProblem(file, ownership);
    if (access) throw problem(['connections', index, ...field], access);
  }
  return { file, given: givenBy(file, options), connections, defaultConnection, problem };
}

function parseFile(file: string, text: string): LocatedJson {
  try {
    return parseLocated(text);
  } catch (error) {
    if (error instanceof JsonError) throw new ConfigError(file, error.line, fieldName(error.path), error.message);
    if (error instanceof RangeError) throw new ConfigError(file, undefined, '', 'nested too deep');
    throw error;
  }
}

function givenBy(
  file: string,
  { $schema: _, ...options }: { $schema?: string; stateDir?: string; files?: string },
): Given[] {
  const values = { ...options, config: file };
  for (const name of ['stateDir', 'files'] as const) {
    const place = options[name];
    if (place !== undefined) values[name] = path.resolve(path.dirname(file), place);
  }
  return Object.entries(values).map(([name, value]) => ({
    name: name as SettingName,
    from: `${file}: ${name}`,
    value,
  }));
}
