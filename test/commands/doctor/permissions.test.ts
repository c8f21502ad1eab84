// What the doctor says an identity may do: by trying reads, and by IAM's simulator for changes.
import { describe, expect, onTestFinished, test } from 'vitest';
import { ACCOUNT_TABLES } from '../../../src/actions/account-tables/index.ts';
import { isChange, operationsOf, permissionsOf } from '../../../src/actions/action.ts';
import { ACTIONS } from '../../../src/actions/index.ts';
import { startRewritingProxy } from '../../e2e/rewriting-proxy.ts';
import { useVirtualTime } from '../../virtual-time.ts';
import { openPatient } from './examined.ts';

const CHANGES: string[] = [...new Set(ACTIONS.filter(isChange).flatMap(operationsOf))];
const READS_OF_TOOLS = ['ListAccessKeys', 'ListPolicies', 'GetAccessKeyLastUsed'];
const READS_OF_PLANS = [
  ...['GetUser', 'ListGroupsForUser', 'ListAttachedUserPolicies', 'ListUserPolicies', 'GetUserPolicy'],
  ...['ListAttachedGroupPolicies', 'ListGroupPolicies', 'GetGroupPolicy', 'GetPolicy', 'GetPolicyVersion'],
];
const OF_TABLES: string[] = ACCOUNT_TABLES.flatMap(({ sends }) => Object.keys(sends));

describe('a permission', () => {
  test('of every operation that a tool declares is looked at, with the tools that need it', async () => {
    const { examine } = await openPatient();
    const { checks } = await examine();
    const permissions = checks.filter(({ check }) => check.startsWith('iam:'));
    expect(new Set(permissions.map(({ check }) => check.slice('iam:'.length)))).toEqual(
      new Set([
        ...ACTIONS.flatMap((action) => [
          ...Object.keys(action.sends),
          ...('planReads' in action ? action.planReads : []),
        ]),
        ...OF_TABLES,
      ]),
    );
    for (const action of ACTIONS) {
      const needed = permissions.filter(({ tools }) => tools?.includes(action.name)).map(({ check }) => check);
      expect(needed.sort()).toEqual(
        permissionsOf(action)
          .map((operation) => `iam:${operation}`)
          .sort(),
      );
    }
  });

  test.each([...CHANGES, ...READS_OF_TOOLS])(
    '%s that a tool cannot do without fails where it is missing',
    async (operation) => {
      const { examine, sandbox } = await openPatient();
      sandbox.deny(`iam:${operation}`);
      const { code, found, all } = await examine();
      expect({ code, failed: all('failed') }).toEqual({ code: 1, failed: [`iam:${operation}`] });
      expect(found(`iam:${operation}`)).toMatch(/: not allowed \(.*\); 'aws-iam-mcp policy' prints what is needed$/);
    },
  );

  test.each(READS_OF_PLANS)('%s that only plans show is a warning where it is missing', async (operation) => {
    const { examine, sandbox } = await openPatient();
    sandbox.deny(`iam:${operation}`);
    const { code, all, document } = await examine();
    expect({ code, ok: document.ok, warning: all('warning') }).toEqual({
      code: 0,
      ok: true,
      warning: [`iam:${operation}`],
    });
  });

  test.each(OF_TABLES)(
    '%s that only a table of the account takes is a warning where it is missing',
    async (operation) => {
      const { examine, sandbox } = await openPatient();
      sandbox.deny(`iam:${operation}`);
      const { code, all, found, checks } = await examine();
      expect({ code, warning: all('warning') }).toEqual({ code: 0, warning: [`iam:${operation}`] });
      const tables = ACCOUNT_TABLES.flatMap(({ name, sends }) => (operation in sends ? [name] : []));
      expect(checks.find(({ check }) => check === `iam:${operation}`)?.tables).toEqual(tables);
      expect(found(`iam:${operation}`)).toMatch(
        /^warning: for rows_file iam:\/\/[a-z-]+, which cannot be read without: not allowed \((tried|simulated)\); 'aws-iam-mcp policy' prints what is needed$/,
      );
    },
  );

  test('for a table of the account starts no report', async () => {
    const { examine, sandbox } = await openPatient();
    await examine();
    expect(sandbox.log.filter(({ operation }) => operation.endsWith('CredentialReport'))).toEqual([]);
  });

  test.each(['AttachUserPolicy', 'ListPolicies', 'GetUser'])(
    '%s that is denied explicitly is told apart',
    async (operation) => {
      const { examine, sandbox } = await openPatient();
      sandbox.deny(`iam:${operation}`, true);
      const { found } = await examine();
      expect(found(`iam:${operation}`)).toMatch(/an explicit deny is in the way, which no permission lifts/);
      expect(found(`iam:${operation}`)).not.toContain('aws-iam-mcp policy');
    },
  );

  test('for a change is not known where it may not be simulated', async () => {
    const { examine, sandbox } = await openPatient();
    sandbox.deny('iam:SimulatePrincipalPolicy');
    sandbox.deny('iam:CreateAccessKey');
    const { code, found, all } = await examine();
    expect(code).toBe(0);
    const simulated = [...CHANGES, 'GenerateCredentialReport', 'GetCredentialReport'];
    expect(all('not known').sort()).toEqual(simulated.map((operation) => `iam:${operation}`).sort());
    expect(found('iam:CreateAccessKey')).toBe(
      'not known: for create_access_key: cannot be tried without effect, and iam:SimulatePrincipalPolicy, which would tell, is not allowed',
    );
  });

  test('for a change is never tried, whatever is allowed', async () => {
    for (const deny of [[], ['iam:SimulatePrincipalPolicy']]) {
      const { examine, sandbox } = await openPatient();
      for (const action of deny) sandbox.deny(action);
      await examine();
      expect(sandbox.log.filter(({ operation }) => CHANGES.includes(operation))).toEqual([]);
    }
  });

  test('for a change is not looked at on a connection that is for reading only', async () => {
    const { examine, sandbox } = await openPatient();
    for (const order of [[{ readOnly: true }], [{}, { settings: { readOnly: true } }]]) {
      const { checks } = await examine(...order);
      expect(checks.flatMap(({ check }) => (check.startsWith('iam:') ? [check] : []))).toEqual([
        'iam:GetAccessKeyLastUsed',
        'iam:ListAccessKeys',
        'iam:ListPolicies',
        ...OF_TABLES.map((operation) => `iam:${operation}`),
      ]);
    }
    const simulated = sandbox.log.filter(({ operation }) => operation === 'SimulatePrincipalPolicy');
    const looked = simulated.flatMap(({ parameters }) => Object.values(parameters));
    expect(looked.filter((value) => CHANGES.some((change) => value === `iam:${change}`))).toEqual([]);
  });

  test('that hangs on how a call is made is not known', async () => {
    const { examine, sandbox } = await openPatient();
    sandbox.deny('iam:CreateAccessKey', true);
    const aws = await startRewritingProxy(sandbox.endpoint, (_, xml) =>
      xml.replaceAll(
        '<MissingContextValues></MissingContextValues>',
        '<MissingContextValues><member>aws:MultiFactorAuthPresent</member></MissingContextValues>',
      ),
    );
    onTestFinished(() => aws.close());
    const { found } = await examine({ endpoint: aws.endpoint });
    expect(found('iam:CreateAccessKey')).toMatch(/^not known: .*: depends on aws:MultiFactorAuthPresent$/);
    expect(found('iam:DeleteAccessKey')).toMatch(/^ok: /);
  });

  test('that AWS was too busy to tell is not known', async () => {
    useVirtualTime();
    const { examine, sandbox } = await openPatient();
    sandbox.order({ operation: 'GetPolicy', fault: { kind: 'throttle' }, times: Number.POSITIVE_INFINITY });
    const { code, found } = await examine({}, { settings: { callTimeout: 3 } });
    expect(found('iam:GetPolicy')).toMatch(/^not known: .*Throttling: /);
    expect(code).toBe(0);
  });

  test('is found in an account whose answers come in many pages', async () => {
    const { examine, sandbox } = await openPatient({ pageSize: 1, emptyPages: true });
    sandbox.deny('iam:AttachUserPolicy');
    expect((await examine()).all('failed')).toEqual(['iam:AttachUserPolicy']);
  });
});
