import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import type { PlanRow } from '../../src/plan/plan.ts';
import { plannedOutcomes } from '../../src/plan/planned.ts';
import { aCall } from '../calls/a-call.ts';
import { aRow } from './a-plan.ts';

const call = aCall({ input: { user_name: 'ann' }, roleArn: 'arn:role' });
const rendered = { connection: 'default', user_name: 'ann', role_arn: 'arn:role' };
const planned = (row: PlanRow) => {
  const made = { plan: undefined, rows: new Map([[call, row]]), failures: new Map() };
  return plannedOutcomes([call], made).get(call);
};

describe('a dry run', () => {
  it('says of a read what would be sent', () => {
    expect(plannedOutcomes([call]).get(call)).toEqual({
      is: 'planned',
      would: { arguments: rendered },
      inShort: { sentTo: { connection: 'default' }, arguments: { user_name: 'ann', role_arn: 'arn:role' } },
    });
  });

  it('says of a change what would be sent, and what a person would read', () => {
    expect(planned(aRow())).toMatchObject({
      would: {
        arguments: rendered,
        title: 'Turn off an access key',
        account: '111122223333',
        facts: {
          User: 'ci-deploy',
          'Access key': expect.stringMatching(/^AKIA.*; last use: 2026-11-23T11:55:00\+00:00, iam in ap-southeast-3$/),
        },
        warnings: [],
      },
    });
  });

  it('says what a person would be warned of, the grave things first', () => {
    const row = aRow({ grave: ['in use'], notKnown: ['whether x is not known'], warnings: ['still Active'] });
    expect(planned(row)).toMatchObject({
      would: { warnings: ['in use', 'whether x is not known', 'still Active'] },
    });
  });

  it('says of a row that could not be done why not', () => {
    const error = new CallError('Refused', 'no');
    const made = { plan: undefined, rows: new Map(), failures: new Map([[call, error]]) };
    expect(plannedOutcomes([call], made).get(call)).toEqual({ is: 'failed', error });
  });
});
