// Tables on an account that AWS throttles: they take as long as it lets them, and no row fails for it. How well the rate
// is used over hundreds of rows is tested in iam/, where no time passes.
import { describe, expect } from 'vitest';
import { changesIn } from './aws-account.ts';
import { personWho } from './person.ts';
import { test } from './start-server.ts';
import { entriesOf, keysOfNewUsers, TURN_OFF } from './tables.ts';

// Half a second's worth may pass at once.
const BUCKET = 40 / 2;
// What it takes on a machine with nothing else to do is some seconds.
const PATIENT = { timeout: 60_000 };

describe.concurrent('an account that takes so many requests a second', () => {
  test('40, asked about 80 keys, answers for all of them', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 80);
    aws.limitRate(40);
    const server = await start({ args: ['--result-limit', '0'] });
    const begun = performance.now();
    const used = { rows, access_key_id: '{{ key }}', detail: 'full' };
    const envelope = await server.call('get_access_key_last_used', used, PATIENT);
    const seconds = (performance.now() - begun) / 1000;
    expect(envelope).toMatchObject({ error: null, summary: { rows: 80, succeeded: 80 } });
    expect(entriesOf(envelope).map(({ input }) => input)).toEqual(rows);
    const throttled = aws.log.filter(({ code }) => code === 'Throttling').length;
    // It slows down, and does not knock on the door all the time.
    expect(throttled).toBeLessThan(40);
    // All but what was in the bucket at first have to wait.
    expect(seconds).toBeGreaterThan((80 - BUCKET - 1) / 40);
  });

  test('10, makes all of 8 changes, each once', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 8);
    // Of the first eight requests, which go out at once, it takes five.
    aws.limitRate(10);
    const person = personWho.types('8');
    const server = await start({ person });
    const envelope = await server.call('update_access_key', { rows, ...TURN_OFF }, PATIENT);
    expect(envelope).toMatchObject({ error: null, summary: { rows: 8, succeeded: 8 } });
    expect(envelope.warnings).toBeUndefined();
    expect(person.read).toHaveLength(1);
    const made = changesIn(aws).filter(({ outcome }) => outcome === 'done');
    expect(made.map(({ parameters }) => parameters.UserName).sort()).toEqual(rows.map(({ user }) => user));
    expect(aws.log.some(({ code }) => code === 'Throttling')).toBe(true);
  });
});
