import { describe, expect, it } from 'vitest';
import { ReportError, reportRows } from '../../../src/actions/account-tables/report-rows.ts';

const HEADER = 'user,arn,password_enabled,password_last_used,access_key_1_last_used_region';
const rows = (text: string, most = 10) => reportRows(Buffer.from(text), most);
const row = (line: string) => rows(`${HEADER}\n${line}`)[0];

describe('the rows of a credential report', () => {
  it("have AWS's columns, also one that is new", () => {
    const region = 'access_key_1_last_used_region';
    expect(
      rows(`${HEADER},additional_credentials_info\nann,arn:ann,true,2024-05-06T07:08:09+00:00,eu-west-1,3 more`),
    ).toEqual([
      {
        user: 'ann',
        arn: 'arn:ann',
        password_enabled: true,
        password_last_used: '2024-05-06T07:08:09+00:00',
        [region]: 'eu-west-1',
        additional_credentials_info: '3 more',
      },
    ]);
  });

  it.each(['N/A', 'not_supported', 'no_information'])('have null for %s', (text) => {
    expect(row(`ann,arn:ann,${text},${text},x`)).toMatchObject({ password_enabled: null, password_last_used: null });
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['false', false],
    ['FALSE', false],
  ])('have a boolean for %s', (text, value) => {
    expect(row(`ann,arn:ann,${text},N/A,x`)?.password_enabled).toBe(value);
  });

  it.each(['true', 'no_information', 'not_supported', '<root_account>', "'=cmd"])(
    'leave a user called %s as it is',
    (name) => {
      expect(row(`${name},arn:x,true,N/A,x`)?.user).toBe(name);
    },
  );

  it('have the values of a user whose name has a comma, which is in quotes, in their places', () => {
    expect(row('"a,b",arn:x,true,N/A,x')).toMatchObject({ user: 'a,b', password_enabled: true });
  });

  it('are no more than one beyond those that are taken', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `u${index},arn:x,true,N/A,x`);
    expect(rows([HEADER, ...lines].join('\n'), 3)).toHaveLength(4);
  });

  it.each([
    ['a comma without quotes in a name', `${HEADER}\na,b,arn:x,true,N/A,x`, /not all as many values/],
    ['a line that was cut off', `${HEADER}\nann,arn:x,tr`, /not all as many values/],
    ['an open quote', `${HEADER}\n"ann,arn:x,true,N/A,x`, /not CSV/],
    ['a page', '<html>\n<body>no</body>\n</html>', /no columns user and arn/],
    ['nothing', '', /no columns user and arn/],
    ['two columns of one name', `${HEADER},user\na,arn:x,true,N/A,x,b`, /two of its columns have one name/],
  ])('are refused for %s', (_, text, why) => {
    expect(() => rows(text)).toThrow(ReportError);
    expect(() => rows(text)).toThrow(why);
  });

  it('are refused for what is not UTF-8', () => {
    expect(() => reportRows(Buffer.from(`${HEADER}\nann\xff,arn:x,true,N/A,x`, 'latin1'), 10)).toThrow(/not UTF-8/);
  });

  it('are none for a report of a header alone', () => {
    expect(rows(HEADER)).toEqual([]);
  });
});
