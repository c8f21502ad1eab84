// A program whose connection signs with the sandbox's operator key, and everything that leaves it: envelopes, log,
// audit, and whatever is printed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Arguments, type ConnectionInTest, call, openProgram } from '../actions/program.ts';
import { useEmptyHome } from '../iam/aws-home.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { base64 } from './proxies.ts';

const NO_PROXY_SET = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
    [name, ''],
    [name.toUpperCase(), ''],
  ]),
);

/** Found nowhere, so that only a proxy leads there. */
export const HOST = 'iam.test.invalid';

/** The sandbox, in an environment with nothing of AWS's and no proxy in it. */
export async function openSandbox() {
  useEmptyHome(NO_PROXY_SET);
  const sandbox = await aSandbox();
  return { sandbox, sandboxPort: Number(new URL(sandbox.endpoint).port) };
}

/** Each call fails the test when a secret, or a part of a proxy's login, has left with it or been printed. */
export function openThrough(
  sandbox: Sandbox,
  connection: Partial<ConnectionInTest>,
  settings: Parameters<typeof openProgram>[1] = {},
) {
  // The SDK waits a random share of a second or two before it tries again: none here.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const printed = listenForPrinting();
  onTestFinished(() => void vi.restoreAllMocks());
  const program = openProgram({ credentials: { from: 'keys', ...sandbox.credentials }, ...connection }, settings);
  const register = vi.spyOn(program.redactor, 'register');
  const envelopes: unknown[] = [];
  /** Everything that left the program, as one text. */
  const whatLeft = () => JSON.stringify([envelopes, printed, readState(program.settings.stateDir)]);
  return {
    program,
    printed,
    whatLeft,
    async call(tool: string, given: Arguments) {
      const envelope = await call(program, tool, given);
      envelopes.push(envelope);
      const registered = register.mock.calls.flatMap(([secret]) => secret ?? []);
      const secrets = [sandbox.credentials.secretAccessKey, ...registered, ...loginsInUse(connection.remoteAgent)];
      const left = whatLeft();
      for (const form of secrets.flatMap(formsOf)) expect(left).not.toContain(form);
      return envelope;
    },
  };
}

export const READ = ['list_access_keys', { user_name: 'ci-deploy' }] as const;

/** A change of the sandbox's company, which asks for the caller's identity and some facts first. */
export function changeIn({ company }: Sandbox) {
  return [
    'update_access_key',
    { user_name: company.leakedUser, access_key_id: company.leakedKeyId, status: 'Inactive' },
  ] as const;
}

/** Of the remote agent and of the environment's proxies: user name, password, and both as an HTTP proxy is sent them. */
function loginsInUse(remoteAgent = ''): string[] {
  const variables = Object.entries(process.env).filter(([name]) => /^(https?|all)_proxy$/i.test(name));
  return [remoteAgent, ...variables.map(([, value]) => value ?? '')].flatMap((url) => {
    const [, user = '', password = ''] = /\/\/([^:]*):(.*)@/.exec(url) ?? [];
    const decoded = [user, password].map((part) => part.replace(/(%[\da-f]{2})+/gi, decodeURIComponent));
    return [user, password, ...decoded, decoded.join(':')];
  });
}

function formsOf(secret: string): string[] {
  // A shorter one stands in texts that have nothing to do with it.
  return [secret, encodeURIComponent(secret), base64(secret)].filter((form) => form.length >= 8);
}

function listenForPrinting(): string[] {
  const printed: string[] = [];
  const listen = (...said: unknown[]) => {
    printed.push(said.map(String).join(' '));
    return true;
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, name).mockImplementation(listen);
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(listen);
  vi.spyOn(process.stderr, 'write').mockImplementation(listen);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return printed;
}

function readState(stateDir: string): string[] {
  return ['server.log', 'audit.jsonl'].map((name) => {
    try {
      return readFileSync(path.join(stateDir, name), 'utf8');
    } catch {
      // Nothing has been written there yet.
      return '';
    }
  });
}
