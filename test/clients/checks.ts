// What every client has to be able to do with the built program, whatever it is written in. Each client is a process that
// lives through its checks, which share one AWS: they use the company's keys up one after another.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import type { Envelope } from '../../src/envelope.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { toolDefinition } from '../../src/server/definitions.ts';
import { whatIsAskedFor } from '../e2e/person.ts';
import { environmentFor, MAIN } from '../e2e/session.ts';
import { waitingRequests } from '../e2e/state-files.ts';
import { approveInTerminal } from '../e2e/terminal.ts';
import { Driver, type Reading, type ServerCommand } from './driver.ts';

type Check = keyof typeof CHECKS;

export interface Client {
  /** With its version. */
  title: string;
  /** Its script, with what runs it. */
  command: string[];
  /** It can show a form to a person. */
  hasForms?: boolean;
  /** It gives a call up before a person has read a plan. */
  isImpatient?: boolean;
  /** With which it starts the server. */
  options?: string[];
  /** Checks that it fails with any server, and why. They are run all the same: one that passes is an error. */
  fails?: Partial<Record<Check, string>>;
}

const DEFINITIONS = ACTIONS.map((action) => toolDefinition(action, { approval: 'auto', secrets: 'file' }));

// In the order in which they are run.
const CHECKS = {
  lists: 'lists all tools with all their fields',
  reads: "reads a user's keys",
  says: 'says once what AWS refused, in words that can be read',
  table: 'hands the rows of a table over as they are',
  link: 'reads a result of which a part is left in a file',
  told: 'tells what a person has to run before a change',
  terminal: 'makes a change when it is called again after a yes at the terminal',
  givesUp: 'makes a change whose first calls it gave up',
  form: 'makes a change when a person has typed into its form',
};

export function describeClient(client: Client): void {
  describe(client.title, () => {
    let aws: Sandbox;
    let folder: string;
    let driver: Driver;
    const stateDir = () => path.join(folder, 'state');

    function server(...options: string[]): ServerCommand {
      const args = [MAIN, '--state-dir', stateDir(), ...(client.options ?? []), ...options];
      return { command: process.execPath, args, env: environmentFor(aws, folder) };
    }

    async function agree(keyId: string): Promise<void> {
      // Not by what the client was told, since some do not pass it on.
      const [request, ...more] = waitingRequests(stateDir());
      if (!request || more.length > 0) throw new Error(`${more.length + (request ? 1 : 0)} requests wait`);
      const terminal = approveInTerminal(stateDir(), request.id);
      await terminal.types(keyId.slice(-4));
      await terminal.shows('Agreed.');
      expect(await terminal.ended).toBe(0);
    }

    function check(name: Check, run: () => Promise<void>): void {
      const reason = client.fails?.[name];
      if (reason === undefined) it(CHECKS[name], run);
      else it.fails(`${CHECKS[name]} (does not: ${reason})`, run);
    }

    beforeAll(async () => {
      aws = await startSandbox();
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-clients-')));
      driver = new Driver(client.command);
      await driver.connect(server());
    });

    afterAll(async () => {
      await driver?.end();
      await aws?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    check('lists', async () => {
      const listed = await driver.list();
      expect(listed.map(({ name }) => name)).toEqual(DEFINITIONS.map(({ name }) => name));
      for (const [index, { schema }] of listed.entries()) {
        expect(schema.type).toBe('object');
        expect(Object.keys(schema.properties ?? {})).toEqual(
          Object.keys(DEFINITIONS[index]?.inputSchema.properties ?? {}),
        );
      }
    });

    check('reads', async () => {
      const { result } = succeeded(await driver.call('list_access_keys', { user_name: aws.company.leakedUser }));
      expect(result).toMatchObject([{ AccessKeyId: aws.company.leakedKeyId, Status: 'Active' }]);
    });

    check('says', async () => {
      const { text, failed } = await driver.call('list_access_keys', { user_name: 'nobody' });
      expect(text.split('NoSuchEntity: The user with name nobody cannot be found.')).toHaveLength(2);
      expect(text.length).toBeLessThan(250);
      expect(failed).not.toBe(false);
    });

    check('table', async () => {
      const { leakedUser, leakedKeyId, neverUsedUser, neverUsedKeyId } = aws.company;
      const rows = [{ user: leakedUser }, { user: neverUsedUser }];
      const { result } = succeeded(await driver.call('list_access_keys', { rows, user_name: '{{ user }}' }));
      expect(result).toMatchObject([
        { input: { user: leakedUser }, AccessKeyId: leakedKeyId },
        { input: { user: neverUsedUser }, AccessKeyId: neverUsedKeyId },
      ]);
    });

    check('link', async () => {
      // Below the limit that the server starts with, the whole of it would be shown.
      await driver.close();
      await driver.connect(server('--result-limit', '2000'));
      try {
        const { files, continue_from } = succeeded(await driver.call('list_policies', {})) as Envelope & {
          continue_from?: string;
        };
        expect(files).toHaveLength(1);
        expect(continue_from).toEqual(expect.any(String));
      } finally {
        await driver.close();
        await driver.connect(server());
      }
    });

    const turningOff = () => ({
      user_name: aws.company.neverUsedUser,
      access_key_id: aws.company.neverUsedKeyId,
      status: 'Inactive',
    });

    check('told', async () => {
      const { text, failed } = await driver.call('update_access_key', turningOff());
      expect(text).toMatch(/ApprovalPending: nothing was changed yet; request \w{6} waits for a person, who runs:/);
      const [request] = waitingRequests(stateDir());
      expect(text).toMatch(new RegExp(`\`node [^\`]* approve ${request?.id} --state-dir [^\`]*\``));
      expect(failed).not.toBe(false);
    });

    check('terminal', async () => {
      await agree(aws.company.neverUsedKeyId);
      expect(aws.key(aws.company.neverUsedKeyId)?.status).toBe('Active');
      succeeded(await driver.call('update_access_key', turningOff()));
      expect(aws.key(aws.company.neverUsedKeyId)?.status).toBe('Inactive');
    });

    if (client.isImpatient) {
      check('givesUp', async () => {
        const turningOn = { ...turningOff(), status: 'Active' };
        await driver.call('update_access_key', turningOn);
        // The same call again waits for the person, who takes longer than the client does.
        const { text } = await driver.call('update_access_key', turningOn);
        expect(text).not.toContain('"has_error":false');
        await agree(aws.company.neverUsedKeyId);
        succeeded(await driver.call('update_access_key', turningOn));
        expect(aws.key(aws.company.neverUsedKeyId)?.status).toBe('Active');
      });
    }

    if (client.hasForms) {
      check('form', async () => {
        const { leakedUser, leakedKeyId } = aws.company;
        await driver.close();
        await driver.connect(server(), { forms: true });
        const args = { user_name: leakedUser, access_key_id: leakedKeyId, status: 'Inactive' };
        succeeded(await driver.call('update_access_key', args, ({ message }) => whatIsAskedFor(message)));
        expect(aws.key(leakedKeyId)?.status).toBe('Inactive');
      });
    }
  });
}

/** @returns the envelope that a model would read */
function succeeded({ text, failed }: Reading): Envelope {
  expect(failed, text).not.toBe(true);
  const envelope = envelopeIn(text);
  expect(envelope, text).toMatchObject({ error: null, has_error: false });
  return envelope;
}

/** It has lines of its own, and some clients show links, too, which come after it. */
function envelopeIn(text: string): Envelope {
  const lines = text.split('\n');
  for (let end = 1; end <= lines.length; end += 1) {
    try {
      return JSON.parse(lines.slice(0, end).join('\n')) as Envelope;
    } catch {
      // It goes on.
    }
  }
  throw new Error(`this does not start with an envelope: ${text}`);
}
