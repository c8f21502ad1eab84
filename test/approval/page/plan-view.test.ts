// What the page says of a plan: nothing grave is ever left out, however many rows there are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageSessions } from '../../../src/approval/page/page-sessions.ts';
import { pageView } from '../../../src/approval/page/page-view.ts';
import type { Came } from '../../../src/approval/page/request-view.ts';
import type { ApprovalRequest, RequestState } from '../../../src/approval/request.ts';
import { titleOf } from '../../../src/plan/describe-plan.ts';
import type { Plan, PlanRow } from '../../../src/plan/plan.ts';
import { aPlan, aRow } from '../../plan/a-plan.ts';
import { aDraft } from '../a-request.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const OPEN: RequestState = { is: 'open', yeses: [] };
const { session } = new PageSessions().open();

function shownOn(plan: Plan, state: RequestState = OPEN, more: Partial<ApprovalRequest> = {}, came?: Came): string {
  const id = 'abc234';
  const draft = aDraft({ plan, ways: ['page'] });
  const request: ApprovalRequest = { id, token: '0'.repeat(32), createdAt: NOW, yesesNeeded: 1, ...draft, ...more };
  const view = { session, now: NOW, ...(came && { came: { id, is: came } }) };
  return pageView([{ request, state }], view).text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
const formIn = (text: string) => /<form method="post"[\s\S]*?<\/form>/.exec(text)?.[0] ?? '';
const table = (rows: Partial<PlanRow>[]): Plan => ({
  ...aPlan(),
  rows: rows.map((row, index) => aRow({ number: index + 1, ...row })),
});

describe('the page', () => {
  it('names every grave text with every row, on top and beside the button, wherever they stand in a table', () => {
    const arbitraryRow = fc.record({
      user: fc.string({ unit: fc.constantFrom(...'abcXYZ-_@'), minLength: 1, maxLength: 20 }),
      grave: fc.subarray(['one grave thing', 'another grave thing', 'a third']),
      way: fc.subarray(['the way is grave']),
      warnings: fc.subarray(['w1', 'w2', 'w3']),
    });
    fc.assert(
      fc.property(fc.array(arbitraryRow, { minLength: 2, maxLength: 60 }), (drawn) => {
        const rows = drawn.map(({ user, grave, way, warnings }) => ({
          arguments: { user_name: user, access_key_id: 'AKIAEXAMPLEEXAMPLE77', status: 'Inactive' },
          way: { facts: [], grave: way },
          grave,
          warnings,
        }));
        const text = shownOn(table(rows));
        const top = text.slice(0, text.indexOf('What happens'));
        drawn.forEach(({ user, grave, way }, index) => {
          for (const about of [...grave, ...way]) {
            for (const place of [top, formIn(text)]) {
              const line = place.split('<li>').find((each) => each.includes(`</strong> ${about}</li>`)) ?? '';
              expect(`${line},`).toMatch(new RegExp(`[( ]${index + 1}: ${user}[,)]`));
            }
          }
        });
        expect(text.match(/<tr class=/g)).toHaveLength(drawn.length);
      }),
      { numRuns: 200 },
    );
  });

  it('shows a grave text whole, however long it is', () => {
    const long = `${'x'.repeat(1500)} the end`;
    expect(formIn(shownOn(aPlan({ grave: [long] })))).toContain(long);
  });

  it('shows what else there is: the operator, the account, each group of rows, and the rows left out', () => {
    const plan = {
      ...table([
        { connection: 'prod' },
        { connection: 'test', account: '444455556666', effect: 'It works again.' },
        {},
      ]),
      leftOut: [{ number: 9, why: 'no such user' }],
    };
    const text = shownOn(plan);
    for (const part of ['444455556666', '111122223333', '<dd>prod</dd>', '<dd>test</dd>', 'It works again. (row 2)']) {
      expect(text).toContain(part);
    }
    expect(text).toContain("Left out, since it cannot be done: 1 of the table's rows");
    expect(text).toContain('Row 9: no such user');
  });

  it('begins with what an identical call came to', () => {
    const earlier = { id: 'xyz234', is: 'used', at: NOW, what: 'done <b>' } as const;
    expect(shownOn(aPlan(), OPEN, { earlier })).toContain(
      'an identical call was agreed to and sent at 12:00:00 UTC by request xyz234: done <b>',
    );
    expect(shownOn(aPlan(), OPEN, { earlier: { id: 'xyz234', is: 'expired', at: NOW } })).not.toContain('xyz234');
  });

  it('writes out what nobody can see or would take for something else', () => {
    const text = shownOn(aPlan({ title: 'a\u202eb', effect: '\u0430dmin', grave: ['x\u0000y'] }));
    expect(text).toContain('\\u{430}dmin');
    expect(text).toContain('x\\u{0}y');
    for (const unseen of ['\u202e', '\u0430', '\u0000']) expect(text).not.toContain(unseen);
  });

  const by = { typed: 'LE77', way: 'terminal', by: 'ana', planDigest: '', at: NOW } as const;
  it.each<[string, RequestState, string]>([
    ['agreed to', { is: 'answered', yeses: [by] }, '<strong>Agreed</strong> by ana (terminal, 12:00:00 UTC)'],
    ['expired', { is: 'expired' }, '<strong>Expired.</strong>'],
    ['used, and under way', { is: 'closed', closed: { is: 'used', at: NOW, by: 'c' } }, 'is not known yet'],
    [
      'used',
      {
        is: 'closed',
        closed: { is: 'used', at: NOW, by: 'c' },
        outcome: { at: NOW, what: `${titleOf(aPlan())}: done`, isDelivered: true },
      },
      '<strong>Agreed to and sent</strong> at 12:00:00 UTC: done',
    ],
    ['declined', { is: 'closed', closed: { is: 'declined', at: NOW, by: 'ana' } }, '<strong>Declined</strong> by ana'],
    ['changed', { is: 'closed', closed: { is: 'changed', at: NOW, by: 's', what: 'User' } }, 'has changed: User.'],
    ['withdrawn', { is: 'closed', closed: { is: 'superseded', at: NOW, by: 'a newer one' } }, '<strong>Withdrawn'],
  ])('says of what is %s how it ended, and asks for nothing more', (_, state, said) => {
    const text = shownOn(aPlan(), state);
    expect(text).toContain(said);
    expect(text).not.toContain('name="typed"');
    expect(text).not.toContain('value="approve"');
  });
});
