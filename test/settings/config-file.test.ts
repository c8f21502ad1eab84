import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readCommandLine } from '../../src/settings/command-line.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { complaint, load, settingsWith, temporaryFolder, writeConfig } from './config-folder.ts';

describe('the options in a config file', () => {
  it('hold where neither a flag nor a variable says otherwise', async () => {
    const file = writeConfig({ $schema: './x.json', readOnly: true, approval: 'form', approvalWait: 10 });
    const settings = await settingsWith(file, ['--approval=terminal'], { AWS_IAM_MCP_APPROVAL_WAIT: '20' });
    expect(settings).toMatchObject({ readOnly: true, approval: 'terminal', approvalWait: 20 });
  });

  it('give way to a flag before a variable', async () => {
    const file = writeConfig({ readOnly: true });
    const env = { AWS_IAM_MCP_READ_ONLY: 'true' };
    expect((await settingsWith(file, ['--read-only=false'], env)).readOnly).toBe(false);
    expect((await settingsWith(file, [], { AWS_IAM_MCP_READ_ONLY: 'no' })).readOnly).toBe(false);
  });

  it('are every one that there is, under its own name, but the path of the file', async () => {
    const { config: _, ...options } = settingsSchema.shape;
    const given = { region: 'eu-west-1', profile: 'p', roles: '*', stateDir: '/state', files: '/files' };
    const values = { ...settingsSchema.parse({}), ...given };
    expect(Object.keys(values).sort()).toEqual(Object.keys(options).sort());
    const file = writeConfig(values);
    const absolute = { stateDir: path.resolve('/state'), files: path.resolve('/files') };
    expect(await settingsWith(file)).toEqual({ ...values, ...absolute, config: file });
  });

  it('start a relative path at the folder of the file', async () => {
    const file = writeConfig({ stateDir: 'state', files: 'tables' });
    const { stateDir, files } = await settingsWith(file);
    expect([stateDir, files]).toEqual([
      path.join(path.dirname(file), 'state'),
      path.join(path.dirname(file), 'tables'),
    ]);
  });

  it('make the one connection there is without connections', async () => {
    const { connections, defaultLabel } = await load({ region: 'eu-west-1', profile: 'responder', connections: [] });
    expect([...connections.values()]).toMatchObject([
      { label: 'default', region: 'eu-west-1', credentials: { from: 'profile', profile: 'responder' } },
    ]);
    expect(defaultLabel).toBe('default');
  });
});

describe('the config file', () => {
  it('may begin with a byte order mark', async () => {
    expect((await settingsWith(writeConfig('\uFEFF{ "readOnly": true }'))).readOnly).toBe(true);
  });

  it('is found through the variable', async () => {
    const file = writeConfig({ readOnly: true });
    expect(await readCommandLine([], { AWS_IAM_MCP_CONFIG: file })).toMatchObject({
      settings: { readOnly: true, config: file },
    });
  });

  it.runIf(process.platform === 'linux')("is found in the user's config folder, if it is there", async () => {
    const home = temporaryFolder();
    vi.stubEnv('XDG_CONFIG_HOME', home);
    try {
      expect(await readCommandLine([], {})).toMatchObject({ settings: { readOnly: false } });
      mkdirSync(path.join(home, 'aws-iam-mcp'));
      const file = path.join(home, 'aws-iam-mcp', 'config.json');
      writeFileSync(file, '{ "readOnly": true }');
      expect(await readCommandLine([], {})).toMatchObject({ settings: { readOnly: true, config: file } });
      const other = writeConfig({});
      expect(await readCommandLine(['--config', other], {})).toMatchObject({ settings: { readOnly: false } });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is not needed for help, however wrong it is', async () => {
    expect(await readCommandLine(['--config', '/no/such/file', '--help'], {})).toEqual({ command: 'help' });
  });

  it('goes into an entry for a host with its path in full', async () => {
    const file = writeConfig({});
    const line = await readCommandLine(['host-config', '--config', path.relative('.', file)], {});
    expect(line).toMatchObject({ given: [`--config=${file}`] });
  });
});

describe('a config file that does not fit', () => {
  it.each([
    ['{\n"readOnly": true,\n}', 'FILE:3: a comma before the closing bracket, which JSON does not have'],
    ['{"connections": [{"label": "a"},\n]}', 'FILE:2: a comma before the closing bracket, which JSON does not have'],
    ['{\n// mine\n"readOnly": true}', 'FILE:2: a comment, which JSON does not have'],
    ['{\n/* mine', 'FILE:2: a comment, which JSON does not have'],
    ['{\n"readOnly": true\n"sandbox": true}', 'FILE:3: expected a comma before this'],
    ['{\n"readOnly" true}', 'FILE:2: expected a colon'],
    ['{\nreadOnly: true}', 'FILE:2: expected a text in double quotes, a number, true, false or null'],
    ['{\n1: true}', 'FILE:2: expected a name in double quotes'],
    ['{"callTimeout": 1.}', 'FILE:1: this is not JSON'],
    ['{\n"readOnly": }', 'FILE:2: expected a value'],
    [
      '{"stateDir": "C:\\state"}',
      'FILE:1: a backslash before a letter that takes none; write \\\\ for a backslash itself',
    ],
    ['{"profile": "a\tb"}', 'FILE:1: a control character in a text; write it with a backslash'],
    ['{"profile": "a\n"}', 'FILE:1: a text that has no closing quote'],
    ['{}\n{}', 'FILE:2: expected nothing after the closing }'],
    ['{"a": {', 'FILE:1: expected a closing }'],
    ['{"a": [', 'FILE:1: expected a closing ]'],
    ['', 'FILE:1: expected a value'],
    ['readOnly = true', 'FILE:1: expected a text in double quotes, a number, true, false or null'],
    ['[]', 'FILE:1: expected an object'],
    ['null', 'FILE:1: expected an object'],
    ['{\n"readOnly": true,\n"readOnly": false}', 'FILE:3: readOnly: given twice, first in line 2'],
    [
      '{"connections": [{"label": "a",\n"region": "x",\n"region": "y"}]}',
      'FILE:3: connections[0].region: given twice, first in line 2',
    ],
    ['{"connections": [{"label": "a",\n"__proto__": {}}]}', 'FILE:2: connections[0].__proto__: unknown'],
    ['{"readonly": true}', 'FILE:1: readonly: unknown; did you mean readOnly?'],
    ['{"connection": []}', 'FILE:1: connection: unknown; did you mean connections?'],
    ['{"config": "other.json"}', 'FILE:1: config: unknown'],
    ['{"a b\u202e": 1}', 'FILE:1: ["a b\\u{202e}"]: unknown'],
    ['{\n"readOnly": "yes"}', 'FILE:2: readOnly: expected true or false, not "yes"'],
    ['{"approval": "hots"}', 'FILE:1: approval: expected auto, form, terminal or host, not "hots"; did you mean host?'],
    ['{"approvalWait": "45"}', 'FILE:1: approvalWait: expected a number from 0 to 3600, not "45"'],
    ['{"callTimeout": 0}', 'FILE:1: callTimeout: expected a number from 0.1 to 3600, not 0'],
    ['{"stateDir": "~/x"}', 'FILE:1: stateDir: expected a path in full (~ is not expanded here), not "~/x"'],
    ['{"$schema": 1}', 'FILE:1: $schema: expected a text'],
    ['{"connections": {}}', 'FILE:1: connections: expected an array of connections'],
    ['{"connections": [\n1]}', 'FILE:2: connections[0]: expected an object'],
    ['{"defaultConnection": 1}', 'FILE:1: defaultConnection: expected the label of a connection'],
    [
      '{"connections": [{"label": "a"}],\n"region": "eu-west-1"}',
      'FILE:2: region: belongs in one of the connections, since there are some',
    ],
    [
      '{"connections": [{"label": "a"}],\n"profile": "b"}',
      'FILE:2: profile: belongs in one of the connections, since there are some',
    ],
  ])('is refused with the place and what was expected: %j', async (text, message) => {
    expect(await complaint(settingsWith(writeConfig(text)))).toBe(message);
  });

  it('is refused when it is nested so deep that reading it would not end well', async () => {
    expect(await complaint(settingsWith(writeConfig('['.repeat(100_000))))).toBe('FILE: nested too deep');
  });

  it('is refused even where a flag is stronger', async () => {
    const file = writeConfig({ approval: 'nobody' });
    expect(await complaint(settingsWith(file, ['--approval=form']))).toContain('approval: expected');
  });

  it('is refused for a region or profile of flags and variables beside connections', async () => {
    const file = writeConfig({ connections: [{ label: 'prod' }] });
    const told = (from: string) =>
      new RegExp(
        `^aws-iam-mcp: ${from} belongs in a connection of .*, since that file has connections\\. See .* --help$`,
      );
    await expect(settingsWith(file, ['--region', 'eu-west-1'])).rejects.toThrow(told('--region'));
    await expect(settingsWith(file, [], { AWS_IAM_MCP_PROFILE: 'x' })).rejects.toThrow(told('AWS_IAM_MCP_PROFILE'));
    expect(await settingsWith(file, ['--sandbox', '--region', 'eu-west-1'])).toMatchObject({ sandbox: true });
  });
});

describe('a new company', () => {
  const whole = { sandbox: true, sandboxReset: true };

  it('is begun with in the sandbox alone, whichever source says so', async () => {
    expect(await settingsWith(writeConfig({ sandbox: true }), ['--sandbox-reset'])).toMatchObject(whole);
    expect(await settingsWith(writeConfig({ sandboxReset: true }), ['--sandbox'])).toMatchObject(whole);
    const env = { AWS_IAM_MCP_SANDBOX_RESET: 'true' };
    expect(await settingsWith(writeConfig({}), ['--sandbox'], env)).toMatchObject(whole);
    const problem =
      'aws-iam-mcp: --sandbox-reset (or AWS_IAM_MCP_SANDBOX_RESET) belongs to --sandbox, which is not given. ' +
      'See aws-iam-mcp --help';
    await expect(settingsWith(writeConfig({}), ['--sandbox-reset'])).rejects.toThrow(problem);
    await expect(settingsWith(writeConfig({ sandboxReset: true }))).rejects.toThrow(problem);
    await expect(settingsWith(writeConfig({}), [], env)).rejects.toThrow(problem);
    await expect(readCommandLine(['--sandbox-reset'], { HOME: temporaryFolder() })).rejects.toThrow(problem);
  });

  it('is nothing to whoever only agrees to a change', async () => {
    const file = writeConfig({ sandboxReset: true });
    expect(await readCommandLine(['approve', '--config', file], {})).toMatchObject({ command: 'approve' });
  });
});
