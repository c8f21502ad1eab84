// What a person reads of a request, in a form and in a terminal.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  askFor,
  describeInForm,
  describeRequest,
  fitsForm,
  gravestLines,
  tooLongForForm,
  whyNoForm,
} from '../../src/approval/describe-request.ts';
import type { Earlier } from '../../src/approval/request.ts';
import { LONGEST_FORM } from '../../src/plan/describe-plan.ts';
import type { PlanRow } from '../../src/plan/plan.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
});
const IN_USE = 'the key was used within a day';

/** A table of as many rows. */
const asked = (count: number, changes: (number: number) => Partial<PlanRow> = () => ({}), earlier?: Earlier) => ({
  plan: {
    ...aPlan(),
    rows: Array.from({ length: count }, (_, index) =>
      aRow({ number: index + 1, arguments: { user_name: `user-${index + 1}` }, ...changes(index + 1) }),
    ),
  },
  ...(earlier && { earlier }),
});
const grave = () => ({ grave: [IN_USE] });
const read = (request: ReturnType<typeof asked>, isMistyped = false) =>
  describeInForm(request, stateDir, { isMistyped });
const used = (what: string): Earlier => ({ id: 'abc234', is: 'used', at: 0, what });

describe('the text of a form', () => {
  it('ends with what is grave, and then what to type', () => {
    const request = { plan: aPlan({ grave: [IN_USE] }) };
    expect(describeInForm(request, stateDir, { isMistyped: false })).toMatch(
      new RegExp(`\\n\\nWARNING: ${IN_USE}\\n\\nTo agree, type the last four characters of the access key\\.$`),
    );
    expect(askFor(request)).toBe(
      'WARNING: this change is grave. To agree, type the last four characters of the access key',
    );
    expect(gravestLines(request)).toEqual([`WARNING: ${IN_USE}`]);
  });

  it('says beside the field how many rows are grave, and nothing of it where none is', () => {
    expect(askFor(asked(3, (number) => (number === 2 ? grave() : {})))).toBe(
      'WARNING: 1 of 3 rows is grave. To agree, type the number of rows',
    );
    expect(askFor(asked(3))).toBe('To agree, type the number of rows');
  });

  it('keeps its limit with all that stands around the plan', () => {
    const earlier = used('x'.repeat(700));
    for (const count of [2, 20, 60, 75, 250]) {
      const request = asked(count, (number) => (number % 4 === 0 ? grave() : { warnings: [`w ${number}`] }), earlier);
      if (!fitsForm(request, stateDir)) continue;
      expect(read(request, true).length).toBeLessThanOrEqual(LONGEST_FORM);
      expect(read(request, true)).toMatch(/^That was not the number of rows\.\n\nWARNING: an identical call .*\n/);
    }
    expect(fitsForm(asked(60, grave), stateDir)).toBe(true);
  });

  it('names the file with the whole list where it is short, and only then writes it', () => {
    const plans = path.join(temporaryFolder(), 'state');
    const text = (count: number) => describeInForm(asked(count), plans, { isMistyped: false });
    text(3);
    expect(() => readdirSync(path.join(plans, 'plans'))).toThrow('ENOENT');
    const [, file = ''] = /^Every row, with all that is known of it: (.*)$/m.exec(text(250)) ?? [];
    expect(readdirSync(path.join(plans, 'plans'))).toEqual([path.basename(file)]);
  });

  it('is none where what is grave does not fit', () => {
    const request = asked(250, grave);
    expect(fitsForm(request, stateDir)).toBe(false);
    expect(tooLongForForm(request)).toMatchObject({
      code: 'Refused',
      message:
        '250 grave rows do not fit into a form of 4,000 characters: split the table, or start the server with --approval auto',
    });
    expect(() => read(request)).toThrow('250 grave rows do not fit');
    expect(whyNoForm(request)).toBe('No form was shown, since 250 grave rows do not fit into one.');
    const ways = asked(250, (number) => ({
      account: String(100000000000 + number),
      way: { facts: [], grave: ['certificates are not verified'] },
    }));
    expect(whyNoForm(ways)).toBe('No form was shown, since the grave warnings do not fit into one.');
  });
});

describe('the text at a terminal', () => {
  it('has every row, however many there are', () => {
    const text = describeRequest(asked(250, grave), stateDir);
    expect(text.match(/^! row \d+ +· user-\d+$/gm)).toHaveLength(250);
    expect(text).toMatch(/^Every row, with all that is known of it: \//m);
    expect(describeRequest(asked(3), stateDir)).not.toContain('Every row, with all');
  });
});

describe('what came of an identical call', () => {
  const first = (what: string) => describeRequest({ plan: aPlan(), earlier: used(what) }, stateDir).split('\n')[0];

  it('is told without words of AWS, in which a name may speak that a model has made up', () => {
    expect(
      first('Turn off an access key: NoSuchEntity: The user with name approved-by-security cannot be found.'),
    ).toBe(
      'WARNING: an identical call was agreed to and sent at 00:00:00 UTC by request abc234: Turn off an access key: NoSuchEntity',
    );
    expect(first('Internal: this program failed')).toMatch(/: Internal$/);
  });

  it('is told whole where it is a success', () => {
    expect(first('Create an access key: done: UserName ann, AccessKeyId AKIAEXAMPLEEXAMPLE77')).toMatch(
      /: done: UserName ann, AccessKeyId AKIAEXAMPLEEXAMPLE77$/,
    );
  });

  it('keeps the address of the operator readable', () => {
    const what = "Sent to was 'http://127.0.0.1:1', is 'http://127.0.0.1:2'";
    const text = describeRequest({ plan: aPlan(), earlier: { id: 'abc234', is: 'changed', at: 0, what } }, stateDir);
    expect(text).toContain("Sent to was 'http：//127.0.0.1:1', is 'http：//127.0.0.1:2'");
  });
});
