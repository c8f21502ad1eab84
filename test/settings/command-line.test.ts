import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../src/settings/command-line.ts';
import { type Settings, settingsSchema } from '../../src/settings/settings.ts';

function parsed(...argv: string[]) {
  const line = parseCommandLine(argv, {});
  if (!('settings' in line)) throw new Error(`not a command with settings: ${line.command}`);
  return line;
}

function complaint(argv: string[], env: Record<string, string> = {}): string {
  try {
    parseCommandLine(argv, env);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return expect.unreachable(`accepted: ${argv.join(' ')}`);
}

const KNOWN_HOSTS = 'the hosts are claude-desktop, claude-code, vscode, cursor, generic';

describe('commands', () => {
  it('serve when there is none', () => {
    expect(parsed()).toMatchObject({ command: 'serve', operands: [], given: [] });
  });

  it.each([
    [['approve'], 'approve', []],
    [['approve', 'k7f2'], 'approve', ['k7f2']],
    [['decline', 'k7f2'], 'decline', ['k7f2']],
    [['host-config'], 'host-config', []],
    [['host-config', 'vscode'], 'host-config', ['vscode']],
    [['approve', '--', '--odd-id'], 'approve', ['--odd-id']],
  ])('read %j', (argv, command, operands) => {
    expect(parsed(...argv)).toMatchObject({ command, operands });
  });

  it('take options before and after them', () => {
    const line = parsed('--sandbox', 'approve', '--state-dir', '/tmp/s', 'k7f2', '--log-level=debug');
    expect(line).toMatchObject({ command: 'approve', operands: ['k7f2'] });
    expect(line.settings).toMatchObject({ sandbox: true, stateDir: path.resolve('/tmp/s'), logLevel: 'debug' });
  });

  it.each([
    [['aprove'], 'unknown command "aprove"; did you mean approve?'],
    [['x'], 'unknown command "x".'],
    [['constructor'], 'unknown command "constructor".'],
    [['approve', 'a', 'b'], 'approve takes one ID; "b" is too many.'],
    [['decline'], 'decline takes one ID; there is none.'],
    [['host-config', 'vs-code'], `unknown host "vs-code"; ${KNOWN_HOSTS}; did you mean vscode?`],
    [['host-config', 'emacs'], `unknown host "emacs"; ${KNOWN_HOSTS}.`],
  ])('refuse %j', (argv, problem) => {
    expect(complaint(argv)).toBe(`aws-iam-mcp: ${problem} See aws-iam-mcp --help`);
  });

  it('give way to --help and --version, even on a line that is wrong elsewhere', () => {
    expect(parseCommandLine(['aprove', '--bogus', '--help'], { AWS_IAM_MCP_X: '1' })).toEqual({ command: 'help' });
    expect(parseCommandLine(['--version', '--bogus'], {})).toEqual({ command: 'version' });
    expect(parseCommandLine(['--version', '--help'], {})).toEqual({ command: 'help' });
  });
});

describe('options', () => {
  it('take their value after a space or an equals sign', () => {
    expect(parsed('--approval', 'host').settings.approval).toBe('host');
    expect(parsed('--approval=host').settings.approval).toBe('host');
    expect(parsed('--region=-odd').settings.region).toBe('-odd');
  });

  it('win over the environment, in both directions', () => {
    const env = { AWS_IAM_MCP_READ_ONLY: 'true', AWS_IAM_MCP_APPROVAL: 'form' };
    expect(parseCommandLine(['--read-only=false', '--approval=terminal'], env)).toMatchObject({
      settings: { readOnly: false, approval: 'terminal' },
    });
    expect(parseCommandLine(['--read-only'], { AWS_IAM_MCP_READ_ONLY: '0' })).toMatchObject({
      settings: { readOnly: true },
    });
  });

  it.each([
    [['--read-olny'], 'unknown option --read-olny; did you mean --read-only?'],
    [['--readOnly'], 'unknown option --readOnly; did you mean --read-only?'],
    [['--read'], 'unknown option --read; did you mean --read-only?'],
    [['--regoin=eu-west-1'], 'unknown option --regoin; did you mean --region?'],
    [['-sandbox'], 'unknown option -sandbox; did you mean --sandbox?'],
    [['--hlep'], 'unknown option --hlep; did you mean --help?'],
    [['--secret-access-key', 'do-not-repeat'], 'unknown option --secret-access-key.'],
    [['--secret-access-key=do-not-repeat'], 'unknown option --secret-access-key.'],
    [['--__proto__=1'], 'unknown option --__proto__.'],
    [['--no-read-only'], 'unknown option --no-read-only; did you mean --read-only=false?'],
    [['--commit-timeout'], 'unknown option --commit-timeout.'],
    [['-help'], 'unknown option -help; did you mean --help?'],
    [['-h'], 'unknown option -h.'],
    [['--help=x'], '--help takes no value.'],
    [['--region'], '--region needs a value: --region REGION.'],
    [['--region', '--sandbox'], '--region needs a value: --region REGION.'],
    [['--approval', '--help'], '--approval needs a value: --approval auto|form|terminal|host.'],
    [['--region='], '--region must be a name in one line, not "".'],
    [['--sandbox=maybe'], '--sandbox must be true or false, not "maybe".'],
    [['--approval', 'hots'], '--approval must be auto, form, terminal or host, not "hots"; did you mean host?'],
    [['--approval-wait', 'soon'], '--approval-wait must be a number from 0 to 3600, not "soon".'],
    [['--approval=form', '--approval', 'host'], '--approval is given twice.'],
    [['--sandbox', '--sandbox'], '--sandbox is given twice.'],
  ])('refuse %j', (argv, problem) => {
    expect(complaint(argv)).toBe(`aws-iam-mcp: ${problem} See aws-iam-mcp --help`);
  });

  it('are refused in one short line, whatever was typed', () => {
    const hostile = `\u001b[2J\u202e\u0085\r\n${'x'.repeat(100_000)}\u{e0041}`;
    for (const argv of [[`--${hostile}`], [hostile], ['--approval', hostile], ['host-config', hostile]]) {
      const message = complaint(argv);
      expect(message).toMatch(/^[\x20-\x7e…]+$/);
      expect(message.length).toBeLessThan(300);
    }
    expect(complaint([], { [`AWS_IAM_MCP_${hostile}`]: 'x' })).toMatch(/^[\x20-\x7e…]{1,300}$/);
  });

  it('keep an empty environment from changing a default', () => {
    expect(parsed().settings).toEqual(settingsSchema.parse({}));
  });
});

describe('the options given', () => {
  it('come in the order typed, one token each', () => {
    expect(parsed('--approval', 'terminal', 'approve', '--sandbox', '--read-only=no').given).toEqual([
      '--approval=terminal',
      '--sandbox',
      '--read-only=false',
    ]);
  });

  it('mean the same in another folder', () => {
    expect(parsed('--state-dir', 'here').given).toEqual([`--state-dir=${path.resolve('here')}`]);
  });

  it('do not include what the environment says', () => {
    const line = parseCommandLine(['--sandbox'], { AWS_IAM_MCP_REGION: 'eu-west-1' });
    expect(line).toMatchObject({ given: ['--sandbox'], settings: { region: 'eu-west-1' } });
  });

  it('give the same settings when they are read again', () => {
    const typed = ['--sandbox', '--region', 'eu-west-1', '--state-dir=s', '--call-timeout=007.50', '--read-only=0'];
    const first = parsed(...typed);
    expect(parsed(...first.given).settings).toEqual(first.settings satisfies Settings);
  });
});

describe('host-config', () => {
  it('does not write an entry in which nobody is asked for a real account', () => {
    expect(complaint(['host-config', 'cursor', '--approval', 'host'])).toContain('only beside --sandbox');
    expect(complaint(['host-config', '--approval=host', '--sandbox=false'])).toContain('only beside --sandbox');
    // The environment is not part of the entry, so it does not make one of the two right.
    expect(complaint(['host-config', '--approval=host'], { AWS_IAM_MCP_SANDBOX: '1' })).toContain('only beside');
  });

  it('writes one for the sandbox', () => {
    expect(parsed('host-config', '--approval=host', '--sandbox').given).toEqual(['--approval=host', '--sandbox']);
  });
});

describe('--browser', () => {
  it('belongs to approve alone, and takes no value', () => {
    expect(parseCommandLine(['approve', '--browser'], {})).toMatchObject({
      command: 'approve',
      options: { browser: true },
    });
    expect(parseCommandLine(['approve', 'k7qf2m'], {})).toMatchObject({
      operands: ['k7qf2m'],
      options: { browser: false },
    });
    for (const argv of [['--browser'], ['decline', 'k7qf2m', '--browser']]) {
      expect(() => parseCommandLine(argv, {})).toThrow('--browser belongs to approve alone');
    }
    expect(() => parseCommandLine(['approve', '--browser=yes'], {})).toThrow('--browser takes no value');
  });
});
