import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failed, notKnown, ok, type Report, warning } from '../../../src/commands/doctor/check.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { cleanReport, hasFailed, reportAsJson, reportAsTable } from '../../../src/commands/doctor/report.ts';
import { examine, openPatient, printer, requestOf } from './examined.ts';

const REPORT: Report = {
  checks: [ok('Node', '20.1.0'), warning('state dir', 'mode 0755')],
  connections: [
    {
      label: 'prod',
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/me',
      checks: [
        { ...failed('iam:ListPolicies', 'not allowed'), tools: ['list_policies'] },
        { ...notKnown('iam:GetUser', 'not tried'), plansOf: ['create_access_key'] },
      ],
    },
  ],
};

describe('the table', () => {
  it('has its columns under each other', () => {
    expect(reportAsTable(REPORT, false)).toBe(
      [
        'CHECK             RESULT     DETAIL',
        'Node              ok         20.1.0',
        'state dir         warning    mode 0755',
        '',
        'Connection prod',
        'iam:ListPolicies  failed     not allowed',
        'iam:GetUser       not known  not tried',
        '',
        '1 ok, 1 warning, 1 failed, 1 not known.',
        '',
      ].join('\n'),
    );
  });

  it('says once what is the same for every permission, and counts each', () => {
    const connection = { label: 'prod', account: null, arn: null };
    const reason = 'not tried';
    const permission = (operation: string, why: string) => ({
      ...notKnown(`iam:${operation}`, why),
      plansOf: ['a_tool'],
    });
    const checks = [failed('network', 'down'), permission('GetUser', reason), permission('GetPolicy', reason)];
    const text = reportAsTable({ checks: [], connections: [{ ...connection, checks }] }, false);
    expect(text).toMatch(/\nnetwork {8}failed {5}down\n2 permissions {2}not known {2}not tried\n/);
    expect(text).toContain('1 failed, 2 not known');
    expect(text).not.toContain('iam:');
    const different = [...checks.slice(0, 2), permission('GetPolicy', 'another reason')];
    const apart = reportAsTable({ checks: [], connections: [{ ...connection, checks: different }] }, false);
    expect(apart).toMatch(/iam:GetUser .*\niam:GetPolicy /);
  });

  it('is the same text with colours as without', () => {
    const coloured = reportAsTable(REPORT, true);
    expect(coloured).toContain('\u001b[31mfailed');
    expect(stripVTControlCharacters(coloured)).toBe(reportAsTable(REPORT, false));
  });

  it.each([
    ['on a terminal', true, {}, true],
    ['on a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['on a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['in a file', undefined, {}, false],
  ])('has colours only where they are wanted: %s', async (_, isTTY, environment, hasColours) => {
    const output = printer(isTTY);
    const request = { ...requestOf({ configProblem: '/x.json: broken' }), asJson: false };
    await doctor(request, { version: '1', output, environment });
    expect(output.text.includes('\u001b[31m')).toBe(hasColours);
  });
});

describe('the JSON', () => {
  it('has stable names', () => {
    expect(JSON.parse(reportAsJson(REPORT, '1.2.3'))).toEqual({
      ok: false,
      version: '1.2.3',
      checks: [
        { check: 'Node', result: 'ok', detail: '20.1.0' },
        { check: 'state dir', result: 'warning', detail: 'mode 0755' },
      ],
      connections: [
        {
          label: 'prod',
          account: '111122223333',
          arn: 'arn:aws:iam::111122223333:user/me',
          checks: [
            { check: 'iam:ListPolicies', result: 'failed', detail: 'not allowed', tools: ['list_policies'] },
            { check: 'iam:GetUser', result: 'not known', detail: 'not tried', plans_of: ['create_access_key'] },
          ],
        },
      ],
    });
  });

  it('names the same checks for a connection that works and for one that does not', async () => {
    const { sandbox, connection } = await openPatient();
    const namesWith = async (more: object) => {
      const { document } = await examine({ connections: [{ ...connection, ...more }] });
      return document.connections[0]?.checks.map(({ check }) => check);
    };
    const names = await namesWith({});
    expect(names?.slice(0, 5)).toEqual(['region', 'credentials', 'identity', 'clock', 'network']);
    for (const more of [{ region: 'nowhere' }, { endpoint: 'http://127.0.0.1:9' }, { caBundle: '/nonexistent' }]) {
      expect(await namesWith(more)).toEqual(names);
    }
    expect(await namesWith({ roleArn: sandbox.company.responderRoleArn, region: 'nowhere' })).toContain('role');
  });
});

describe('a report', () => {
  it('has failed when one of its checks has', () => {
    expect(hasFailed(REPORT)).toBe(true);
    expect(hasFailed({ checks: REPORT.checks, connections: [] })).toBe(false);
    expect(hasFailed({ checks: [failed('Node', '')], connections: [] })).toBe(true);
  });

  it('is cleaned in every text', () => {
    const dirty: Report = {
      checks: [ok('a', 'sec-ret\u0007')],
      connections: [{ label: 'sec-ret', account: 'sec-ret', arn: 'sec-ret\n', checks: [ok('b', '\u202esec-ret')] }],
    };
    const text = JSON.stringify(cleanReport(dirty, (told) => told.replaceAll('sec-ret', '(secret)')));
    expect(text).not.toContain('sec-ret');
    expect(text).toContain('(secret)\\\\u{7}');
    expect(text).toContain('\\\\u{202e}(secret)');
  });
});
