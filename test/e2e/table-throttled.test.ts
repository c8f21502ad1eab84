// Tables on an account that AWS throttles: they take as long as it lets them, and no row fails for it.
import { describe, expect } from 'vitest';
import { changesIn } from './aws-account.ts';
import { personWho } from './person.ts';
import { test } from './start-server.ts';
import { entriesOf, keysOfNewUsers, TURN_OFF } from './tables.ts';

// Several times what it takes on a machine with nothing else to do.
const PATIENT = { timeout: 180_000 };

describe.concurrent('an account that takes so many requests a second', () => {
  test('20, asked about 500 keys, answers for all of them', PATIENT, async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 500);
    aws.limitRate(20);
    const server = await start({ args: ['--result-limit', '0'] });
    const begun = performance.now();
    const envelope = await server.call('get_access_key_last_used', { rows, access_key_id: '{{ key }}' }, PATIENT);
    const seconds = (performance.now() - begun) / 1000;
    expect(envelope).toMatchObject({ error: null, summary: { rows: 500, succeeded: 500 } });
    expect(entriesOf(envelope).map(({ input }) => input)).toEqual(rows);
    const throttled = aws.log.filter(({ code }) => code === 'Throttling').length;
    // It slows down, and does not knock on the door all the time.
    expect(throttled).toBeLessThan(150);
    // What is in the bucket at first passes at once; a quarter of the rate may go to waste.
    expect(seconds).toBeGreaterThan(490 / 20);
    expect(seconds).toBeLessThan(60);
  });

  test('40, makes all of 40 changes, each once', PATIENT, async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 40);
    aws.limitRate(40);
    const person = personWho.types('40');
    const server = await start({ person });
    const envelope = await server.call('update_access_key', { rows, ...TURN_OFF }, PATIENT);
    expect(envelope).toMatchObject({ error: null, summary: { rows: 40, succeeded: 40 } });
    expect(envelope.warnings).toBeUndefined();
    expect(person.read).toHaveLength(1);
    const made = changesIn(aws).filter(({ outcome }) => outcome === 'done');
    expect(made.map(({ parameters }) => parameters.UserName).sort()).toEqual(rows.map(({ user }) => user));
    expect(aws.log.some(({ code }) => code === 'Throttling')).toBe(true);
  });
});
