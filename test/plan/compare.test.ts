import { describe, expect, it } from 'vitest';
import { describeLastUse } from '../../src/actions/last-use.ts';
import { CallError } from '../../src/errors.ts';
import { changedRows, factsChanged, failedRows, notAttempted } from '../../src/plan/compare.ts';
import type { PlanRow } from '../../src/plan/plan.ts';
import { aCall } from '../calls/a-call.ts';
import { aPlan, aRow } from './a-plan.ts';
import { changesSince } from './changes-since.ts';

describe('facts that are read again', () => {
  const withLastUse = (at: string | undefined) => {
    const use = { LastUsedDate: at === undefined ? undefined : new Date(at), ServiceName: 'iam', Region: 'eu-west-1' };
    const movesOn = describeLastUse(use, Date.parse(aPlan().madeAt));
    return aPlan({ facts: [{ label: 'Access key', shown: 'AKIA', movesOn }] });
  };
  const TWO_DAYS_AGO = '2026-11-21T12:00:00+00:00';
  const AN_HOUR_AGO = '2026-11-23T11:00:00+00:00';
  const NOW = '2026-11-23T12:01:00+00:00';

  it('finds none in the same facts read later', () => {
    expect(changesSince(aPlan(), aPlan({ madeAt: '2026-11-25T12:00:00.000Z' }))).toEqual([]);
  });

  it('passes over one more use of a key that is in use, or nobody could turn off a leaked key', () => {
    expect(changesSince(withLastUse(AN_HOUR_AGO), withLastUse(NOW))).toEqual([]);
  });

  it.each([
    ['a key that was idle for two days is used', TWO_DAYS_AGO, NOW],
    ['a key that was never used is used', undefined, NOW],
    ['an earlier use is told than was shown', AN_HOUR_AGO, TWO_DAYS_AGO],
    ['a use is not told any more', AN_HOUR_AGO, undefined],
  ])('counts that %s', (_, before, after) => {
    expect(changesSince(withLastUse(before), withLastUse(after))).toEqual([
      expect.stringMatching(/^Access key was '.*last use.*', is '.*last use/),
    ]);
  });

  it.each([
    ['a fact that differs', { facts: [{ label: 'User', shown: 'ci-deploy', bound: 'another id' }] }],
    ['another effect', { effect: 'another' }],
    ['another caller', { caller: 'arn:aws:iam::111122223333:user/other' }],
    ['a new warning', { warnings: ['new'] }],
    ['a new grave warning', { grave: ['new'] }],
    ['that something is not known any more', { notKnown: ['new'] }],
  ])('counts %s', (_, changes) => {
    expect(changesSince(aPlan(), aPlan(changes))).not.toEqual([]);
  });

  it('says of each fact what it was and what it is, also of one that has gone or come', () => {
    const [user] = aRow().facts;
    if (!user) throw new Error('no fact');
    const before = aPlan({ facts: [user, { label: 'Path', shown: '/' }, { label: 'Keys', shown: ['a', 'b'] }] });
    const after = aPlan({ facts: [{ label: 'Keys', shown: ['a', 'c'] }, user, { label: 'Groups', shown: 'none' }] });
    expect(changesSince(before, after)).toEqual([
      "Path was '/', is 'not there'; Keys was 'a; b', is 'a; c'; Groups was 'not there', is 'none'",
    ]);
    expect(changesSince(aPlan({ facts: [...aRow().facts].reverse() }), aPlan())).toEqual([]);
  });

  it('counts that a last use is told where none was, or the other way round', () => {
    const told = { label: 'Access key', shown: 'AKIA', movesOn: { shown: 'last use: never' } };
    const { movesOn: _, ...untold } = told;
    for (const [before, after] of [
      [told, untold],
      [untold, told],
    ]) {
      expect(changesSince(aPlan({ facts: [before ?? told] }), aPlan({ facts: [after ?? told] }))).toHaveLength(1);
    }
    expect(changesSince(aPlan({ facts: [told] }), aPlan({ facts: [told] }))).toEqual([]);
  });

  it.each<[string, Partial<PlanRow>]>([
    ['connection', { connection: 'prod' }],
    ['account', { account: '444455556666' }],
    ['argument', { arguments: { ...aRow().arguments, status: 'Active' } }],
    ['title', { title: 'Turn on an access key' }],
    ['text to type', { confirm: { what: 'the user name', text: 'ci-deploy' } }],
  ])('takes another %s for another change', (_, changes) => {
    expect(changesSince(aPlan(), aPlan(changes))).toEqual(['it is another change than the one shown']);
  });

  it('names each new warning, cleaned', () => {
    const before = aPlan({ grave: ['old'], notKnown: ['x is not known'] });
    const after = aPlan({ grave: ['old', 'worse'], notKnown: ['x is not known', 'y'], warnings: ['<b>\u202e'] });
    expect(changesSince(before, after)).toEqual([
      'there is a new warning: worse; there is a new warning: y; there is a new warning: <b>\\u{202e}',
    ]);
  });

  it('says of a row that has changed that the person agreed to something else', () => {
    expect(factsChanged("Path was '/', is '/a/'")).toMatchObject({
      code: 'FactsChanged',
      message:
        "since the plan that the person agreed to, this has changed: Path was '/', is '/a/'; call again to ask anew",
    });
  });

  it('passes over a warning that is gone while all facts hold: a day was over', () => {
    const before = aPlan({ grave: ['used within a day', 'b'], warnings: ['w'] });
    expect(changesSince(before, aPlan({ grave: ['b'] }))).toEqual([]);
    expect(changesSince(before, aPlan({ grave: ['b'], facts: [] }))).not.toEqual([]);
  });

  it('counts a warning that has become grave, and no other way round', () => {
    expect(changesSince(aPlan({ warnings: ['w'] }), aPlan({ grave: ['w'] }))).toEqual(['there is a new warning: w']);
    expect(changesSince(aPlan({ grave: ['w'] }), aPlan({ warnings: ['w'] }))).toEqual([]);
  });
});

describe('a caller whose session has another generated name', () => {
  const as = (session: string) => aPlan({ caller: `arn:aws:sts::111122223333:assumed-role/responder/${session}` });

  it('is the same caller', () => {
    expect(changesSince(as('aws-sdk-js-session-1764280000000'), as('aws-sdk-js-session-1764289999999'))).toEqual([]);
    expect(changesSince(as('botocore-session-1764280000'), as('botocore-session-1764289999'))).toEqual([]);
  });

  it('is another where somebody has named it', () => {
    expect(changesSince(as('ana'), as('ben'))).toEqual(['it is another change than the one shown']);
  });
});

describe('two facts of one label', () => {
  const facts = (first: string, second: string) => [
    { label: 'Key', shown: first },
    { label: 'Key', shown: second },
  ];

  it('are both compared', () => {
    expect(changesSince(aPlan({ facts: facts('a', 'b') }), aPlan({ facts: facts('a', 'b') }))).toEqual([]);
    expect(changesSince(aPlan({ facts: facts('a', 'b') }), aPlan({ facts: facts('x', 'b') }))).toHaveLength(1);
    expect(changesSince(aPlan({ facts: facts('a', 'b') }), aPlan({ facts: facts('a', 'x') }))).toHaveLength(1);
  });
});

describe('the rows of a table', () => {
  const [one, two, three] = [aCall({ number: 1 }), aCall({ number: 2 }), aCall({ number: 3 })];

  it('are compared each with its own, whatever the order', () => {
    const agreed = { ...aPlan(), rows: [aRow({ number: 2, effect: 'b' }), aRow({ number: 1 })] };
    const rows = new Map([
      [one, aRow({ number: 1 })],
      [two, aRow({ number: 2, effect: 'changed' })],
      [three, aRow({ number: 3 })],
    ]);
    expect([...changedRows(agreed, { plan: undefined, rows, failures: new Map() })]).toEqual([
      [two, 'it is another change than the one shown'],
      [three, 'it was not in the plan'],
    ]);
  });

  it('that were stopped are not attempted, but for those that failed for another reason', () => {
    const failures = new Map<typeof one, unknown>([
      [one, new CallError('Refused', 'no')],
      [two, new CallError('Timeout', 'late')],
    ]);
    const failed = failedRows({ plan: undefined, rows: new Map(), failures });
    expect([...notAttempted([one, two, three], failed, 'the host left')]).toEqual([
      [one, { is: 'failed', error: failures.get(one) }],
      [two, { is: 'not-attempted', why: 'the host left' }],
      [three, { is: 'not-attempted', why: 'the host left' }],
    ]);
  });
});
