import path from 'node:path';
import envPaths from 'env-paths';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fromEnvironment, fromText, mergeGiven, resolveSettings } from '../../src/settings/resolve.ts';
import { OPTIONS, optionsOf, optionText, type SettingName, settingsSchema } from '../../src/settings/settings.ts';

const fromVariables = (variables: Record<string, string>) => resolveSettings(fromEnvironment(variables));
const option = (name: SettingName) => OPTIONS.find((candidate) => candidate.name === name) ?? expect.unreachable(name);

describe('the options', () => {
  it('are one for each setting of the schema, under names that people may rely on', () => {
    expect(OPTIONS.map(({ name }) => name)).toEqual(
      Object.keys(settingsSchema.shape).filter((name) => name !== 'approvers'),
    );
    expect(OPTIONS.map(({ flag, variable }) => `--${flag} ${variable}`)).toEqual([
      '--sandbox AWS_IAM_MCP_SANDBOX',
      '--sandbox-reset AWS_IAM_MCP_SANDBOX_RESET',
      '--read-only AWS_IAM_MCP_READ_ONLY',
      '--region AWS_IAM_MCP_REGION',
      '--allow-unknown-region AWS_IAM_MCP_ALLOW_UNKNOWN_REGION',
      '--profile AWS_IAM_MCP_PROFILE',
      '--roles AWS_IAM_MCP_ROLES',
      '--config AWS_IAM_MCP_CONFIG',
      '--approval AWS_IAM_MCP_APPROVAL',
      '--open AWS_IAM_MCP_OPEN',
      '--approval-wait AWS_IAM_MCP_APPROVAL_WAIT',
      '--secrets AWS_IAM_MCP_SECRETS',
      '--state-dir AWS_IAM_MCP_STATE_DIR',
      '--files AWS_IAM_MCP_FILES',
      '--log-level AWS_IAM_MCP_LOG_LEVEL',
      '--connect-timeout AWS_IAM_MCP_CONNECT_TIMEOUT',
      '--answer-timeout AWS_IAM_MCP_ANSWER_TIMEOUT',
      '--call-timeout AWS_IAM_MCP_CALL_TIMEOUT',
      '--concurrency AWS_IAM_MCP_CONCURRENCY',
      '--table-timeout AWS_IAM_MCP_TABLE_TIMEOUT',
      '--max-rows AWS_IAM_MCP_MAX_ROWS',
      '--max-change-rows AWS_IAM_MCP_MAX_CHANGE_ROWS',
      '--result-limit AWS_IAM_MCP_RESULT_LIMIT',
      '--no-resource-links AWS_IAM_MCP_NO_RESOURCE_LINKS',
    ]);
  });

  it('leave out a setting that is a secret', () => {
    const schema = z.object({
      sessionToken: z.string().register(optionText, { meaning: 'A token', secret: true }),
      port: z.number().register(optionText, { meaning: 'A port' }),
    });
    expect(optionsOf(schema).map(({ flag }) => flag)).toEqual(['port']);
  });

  it('cannot be added without saying what they mean', () => {
    expect(() => optionsOf(z.object({ colour: z.string() }))).toThrow('colour has no meaning');
  });
});

describe('settings without anything given', () => {
  it('ask a person, keep secrets in a file, change nothing in how AWS is found', () => {
    expect(resolveSettings([])).toEqual({
      sandbox: false,
      sandboxReset: false,
      readOnly: false,
      allowUnknownRegion: false,
      approval: 'auto',
      approvers: [],
      open: 'auto',
      approvalWait: 45,
      tableTimeout: 900,
      maxRows: 1000,
      maxChangeRows: 250,
      resultLimit: 24_576,
      noResourceLinks: false,
      secrets: 'file',
      stateDir: envPaths('aws-iam-mcp', { suffix: '' }).data,
      logLevel: 'error',
      connectTimeout: 5,
      answerTimeout: 30,
      callTimeout: 45,
      concurrency: 8,
    });
  });
});

describe('settings from the environment', () => {
  it.each(['true', 'TRUE', 'Yes', '1'])('read %s as on', (text) => {
    expect(fromVariables({ AWS_IAM_MCP_READ_ONLY: text }).readOnly).toBe(true);
  });

  it.each(['false', 'False', 'NO', '0'])('read %s as off', (text) => {
    expect(fromVariables({ AWS_IAM_MCP_READ_ONLY: text }).readOnly).toBe(false);
  });

  it('take numbers, enums and texts', () => {
    const settings = fromVariables({
      AWS_IAM_MCP_APPROVAL_WAIT: '0',
      AWS_IAM_MCP_CONNECT_TIMEOUT: '0.5',
      AWS_IAM_MCP_APPROVAL: 'terminal',
      AWS_IAM_MCP_PROFILE: 'two words',
    });
    expect(settings).toMatchObject({
      approvalWait: 0,
      connectTimeout: 0.5,
      approval: 'terminal',
      profile: 'two words',
    });
  });

  it('count an empty variable as absent, a known one and an unknown one', () => {
    expect(fromVariables({ AWS_IAM_MCP_REGION: '', AWS_IAM_MCP_READ_ONLY: '', AWS_IAM_MCP_NO_SUCH: '' })).toEqual(
      resolveSettings([]),
    );
  });

  it("pass over other programs' variables", () => {
    expect(fromVariables({ AWS_REGION: 'eu-central-1', AWS_PROFILE: 'x' })).toEqual(resolveSettings([]));
  });

  it('make a relative state dir and folder of files absolute', () => {
    expect(fromVariables({ AWS_IAM_MCP_STATE_DIR: 'state' }).stateDir).toBe(path.join(process.cwd(), 'state'));
    expect(fromVariables({ AWS_IAM_MCP_FILES: 'tables' }).files).toBe(path.join(process.cwd(), 'tables'));
  });

  it('know a variable in any case on Windows, and only there', () => {
    const variables = { Aws_Iam_Mcp_Read_Only: 'yes' };
    expect(resolveSettings(fromEnvironment(variables, 'win32')).readOnly).toBe(true);
    expect(resolveSettings(fromEnvironment(variables, 'linux')).readOnly).toBe(false);
  });

  it.each([
    [
      { AWS_IAM_MCP_READONLY: '1' },
      'unknown environment variable AWS_IAM_MCP_READONLY; did you mean AWS_IAM_MCP_READ_ONLY?',
    ],
    [{ AWS_IAM_MCP_VERBOSITY: '1' }, 'unknown environment variable AWS_IAM_MCP_VERBOSITY.'],
    [{ AWS_IAM_MCP_READ_ONLY: 'on' }, 'AWS_IAM_MCP_READ_ONLY must be true or false, not "on".'],
    [{ AWS_IAM_MCP_SANDBOX: 'constructor' }, 'AWS_IAM_MCP_SANDBOX must be true or false, not "constructor".'],
    [{ AWS_IAM_MCP_SECRETS: 'fiel' }, 'AWS_IAM_MCP_SECRETS must be file or inline, not "fiel"; did you mean file?'],
    [{ AWS_IAM_MCP_CALL_TIMEOUT: '0' }, 'AWS_IAM_MCP_CALL_TIMEOUT must be a number from 0.1 to 3600, not "0".'],
    [{ AWS_IAM_MCP_APPROVAL_WAIT: '3601' }, 'AWS_IAM_MCP_APPROVAL_WAIT must be a number from 0 to 3600, not "3601".'],
    [{ AWS_IAM_MCP_CONCURRENCY: '65' }, 'AWS_IAM_MCP_CONCURRENCY must be a whole number from 1 to 64, not "65".'],
    [{ AWS_IAM_MCP_CONCURRENCY: '1.5' }, 'AWS_IAM_MCP_CONCURRENCY must be a whole number from 1 to 64, not "1.5".'],
    [{ AWS_IAM_MCP_STATE_DIR: '~/state' }, 'AWS_IAM_MCP_STATE_DIR must be a path in full (~ is not expanded here)'],
    [{ AWS_IAM_MCP_FILES: '~/tables' }, 'AWS_IAM_MCP_FILES must be a path in full (~ is not expanded here)'],
    [{ AWS_IAM_MCP_REGION: 'a\nb' }, 'AWS_IAM_MCP_REGION must be a name in one line, not "a\\u{a}b".'],
  ])('refuse %o', (variables, message) => {
    expect(() => fromVariables(variables as Record<string, string>)).toThrow(message);
  });

  it.each(['', ' 5', '5 ', '0x10', '1e3', '-1', 'Infinity', 'NaN', '5s', '.5', '5.'])(
    'refuse "%s" as a number',
    (text) => {
      const given = { name: 'approvalWait', from: 'here', value: fromText(option('approvalWait'), text) } as const;
      expect(() => resolveSettings([given])).toThrow('here must be a number from 0 to 3600');
    },
  );
});

describe('merged sources', () => {
  it('let the stronger one win, whatever is wrong with the other', () => {
    const typed = [{ name: 'approval', from: '--approval', value: 'form' } as const];
    const merged = mergeGiven(typed, fromEnvironment({ AWS_IAM_MCP_APPROVAL: 'nonsense', AWS_IAM_MCP_REGION: 'x' }));
    expect(resolveSettings(merged)).toMatchObject({ approval: 'form', region: 'x' });
  });
});
