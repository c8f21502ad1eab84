// A secret access key where a key id belongs: nothing is sent, and nobody reads it anywhere.
import { describe, expect } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { filesHolding } from '../e2e/state-files.ts';
import { dropFile, entriesOf } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const SECRETS = [
  'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYzz',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'AKIA0123456789ABCDEF:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'IQoJb3JpZ2luX2VjEJr__________wEaCXVzLWVhc3QtMSJGMEQCIDbXzVd',
];
const TOOLS = ACTIONS.filter(({ input }) => 'access_key_id' in input.shape).map(({ name, input }) => ({
  tool: name,
  others: {
    ...('user_name' in input.shape && { user_name: 'ci-deploy' }),
    ...('status' in input.shape && { status: 'Inactive' }),
  },
}));
const LOGGED = { args: ['--log-level', 'debug', '--approval', 'terminal', '--approval-wait', '0'] };

describe.concurrent('a secret in access_key_id', () => {
  test.for(TOOLS)(
    'of $tool is refused unsent and repeated nowhere',
    async ({ tool, others }, { start, aws, stateDir }) => {
      const server = await start(LOGGED);
      for (const secret of SECRETS) {
        for (const access_key_id of [secret, ` ${secret}\n`, `{{ '${secret}' }}`]) {
          const { error } = await server.call(tool, { ...others, access_key_id });
          expect(error).toMatch(
            /^InvalidArguments: access_key_id: what was given, not repeated since it may be a secret/,
          );
        }
        expect(server.streams.stdout).not.toContain(secret);
        expect(filesHolding(stateDir, secret)).toEqual([]);
      }
      expect(aws.log).toEqual([]);
    },
  );

  test.for(TOOLS)(
    'of one row of $tool is left out of all entries, of files and of the log',
    async (given, { start, stateDir }) => {
      const { tool, others } = given;
      const server = await start(LOGGED);
      dropFile(stateDir, 'keys.csv', `key,note\n${SECRETS[1]},it is ${SECRETS[1]}\nshort,see ${SECRETS[1]}\n`);
      const table = { ...others, rows_file: 'keys.csv', access_key_id: '{{ key }}' };
      for (const more of [{}, { dry_run: true }, { output_file: 'out.json' }]) {
        const envelope = await server.call(tool, { ...table, ...more, detail: 'full' });
        expect(entriesOf(envelope).map(({ input }) => input)).toEqual([
          { key: '(secret)', note: 'it is (secret)' },
          { key: 'short', note: 'see (secret)' },
        ]);
      }
      expect(server.streams.stdout).not.toContain(SECRETS[1]);
      expect(filesHolding(stateDir, SECRETS[1] ?? '')).toEqual(['files/keys.csv']);
    },
  );

  test('is not repeated where it stands in another field that cannot be it', async ({ start }) => {
    const server = await start();
    const { error } = await server.call('list_access_keys', { user_name: SECRETS[1] });
    expect(error).toMatch(
      /^InvalidArguments: user_name: a text of 40 characters, not repeated since it may be a secret/,
    );
  });
});
