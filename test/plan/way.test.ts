// What a person is told of a request's way to AWS. How it is found out is in test/iam/way.test.ts.
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../src/iam/way.ts';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { wayOf } from '../../src/plan/way.ts';
import { connectionTo } from '../actions/program.ts';
import { aPlan } from './a-plan.ts';
import { aWay } from './a-way.ts';
import { changesSince } from './changes-since.ts';

const PROXY = { name: 'the proxy of the environment', address: 'http://proxy.example:3128' } as const;
const AGENT = { name: 'the remote agent', address: 'socks5h://agent.example:1080' } as const;
const strange = (address = 'https://aws.example', more: Partial<Leg> = {}): Partial<Leg> => ({
  address,
  isSet: true,
  isAws: false,
  ...more,
});
const NOT_AWS = "requests go to an endpoint that is not AWS's own";
const NO_TLS = 'requests go without TLS: whoever is on the way can read and change them';
const ACCOUNT = '111122223333';

function told(
  changes: Parameters<typeof aWay>[0],
  { ownAccount, ...connection }: Parameters<typeof connectionTo>[0] & { ownAccount?: string } = {},
) {
  return wayOf({ connection: connectionTo(connection), account: ACCOUNT, ownAccount }, { way: aWay(changes) });
}

/** Each fact as one line. */
const factsOf = (...given: Parameters<typeof told>) =>
  told(...given).facts.map(({ label, shown }) => `${label}: ${shown}`);

describe('the way of a request', () => {
  it('is not told of where it is straight to AWS', () => {
    expect(told({})).toEqual({ facts: [], grave: [] });
    expect(told({}, { ownAccount: ACCOUNT })).toEqual({ facts: [], grave: [] });
  });

  it.each<[string, Parameters<typeof aWay>[0], string[]]>([
    [
      'an endpoint, which stands for both services',
      { iam: strange(), sts: strange() },
      ["Sent to: https://aws.example, which is not AWS's own address"],
    ],
    [
      'an endpoint of STS alone',
      { sts: strange() },
      ["Signed in at: https://aws.example, which is not AWS's own address"],
    ],
    [
      'an endpoint of each',
      { iam: strange(), sts: strange('https://sts.example') },
      [
        "Sent to: https://aws.example, which is not AWS's own address",
        "Signed in at: https://sts.example, which is not AWS's own address",
      ],
    ],
    [
      "an endpoint of AWS's that the operator has set",
      { sts: { isSet: true, address: 'https://sts.eu-west-1.amazonaws.com' } },
      ["Signed in at: https://sts.eu-west-1.amazonaws.com, which is AWS's own address"],
    ],
    [
      'a remote agent',
      { iam: { proxy: AGENT }, sts: { proxy: AGENT } },
      ['Through: the remote agent socks5h://agent.example:1080'],
    ],
    [
      'a proxy of the environment',
      { iam: { proxy: PROXY }, sts: { proxy: PROXY } },
      ['Through: the proxy of the environment http://proxy.example:3128'],
    ],
    [
      'a proxy for IAM alone',
      { iam: { proxy: PROXY } },
      ['Through: the proxy of the environment http://proxy.example:3128', 'Signed in through: no proxy'],
    ],
    [
      'a proxy for STS alone',
      { sts: { proxy: PROXY } },
      ['Signed in through: the proxy of the environment http://proxy.example:3128'],
    ],
    ['a CA bundle', { caBundle: '/etc/company.pem' }, ['Certificates: checked by the CA bundle /etc/company.pem']],
  ])('tells of %s', (_, way, facts) => {
    expect(factsOf(way)).toEqual(facts);
    expect(told(way).facts.every(({ fromOperator }) => fromOperator)).toBe(true);
  });

  it('tells of no CA bundle that checks nothing', () => {
    expect(told({ caBundle: '/etc/company.pem' }, { verifySsl: false }).facts).toEqual([]);
  });
});

describe('what is grave about it', () => {
  it.each<[string, Parameters<typeof aWay>[0], string[]]>([
    ["an endpoint of IAM that is not AWS's", { iam: strange() }, [NOT_AWS]],
    ["one of STS that is not AWS's", { sts: strange() }, ["requests to STS go to an endpoint that is not AWS's own"]],
    ['both, in one sentence', { iam: strange(), sts: strange('https://sts.example') }, [NOT_AWS]],
    ['plain http to both', { iam: { isOpen: true }, sts: { isOpen: true } }, [NO_TLS]],
    ['plain http to STS', { sts: { isOpen: true } }, [NO_TLS.replace('requests', 'requests to STS')]],
    ['plain http to somebody else', { iam: strange('http://aws.example', { isOpen: true }) }, [NOT_AWS, NO_TLS]],
    [
      "plain http to IAM, and another's STS",
      { iam: { isOpen: true }, sts: strange() },
      ["requests to STS go to an endpoint that is not AWS's own", NO_TLS],
    ],
    [
      "an endpoint of AWS's, a proxy and a CA bundle are not",
      { iam: { isSet: true, proxy: PROXY }, caBundle: '/ca.pem' },
      [],
    ],
  ])('is %s', (_, way, grave) => {
    expect(told(way).grave).toEqual(grave);
  });

  it('is that nobody verifies certificates', () => {
    expect(told({}, { verifySsl: false }).grave).toEqual(['TLS certificates are not verified on this connection']);
  });

  it("is a role of another account than the connection's own, in the sandbox as well", () => {
    const grave = ["this changes account 111122223333, not the connection's own account 444455556666"];
    expect(told({}, { ownAccount: '444455556666' }).grave).toEqual(grave);
    const sandbox = { endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' } };
    expect(told({ iam: strange() }, { ownAccount: '444455556666', sandbox })).toEqual({ facts: [], grave });
  });

  it('is read ahead of everything else', () => {
    const text = describePlan(aPlan({ way: told({ iam: strange() }, { ownAccount: '444455556666' }) }));
    expect(text.split('\n').slice(1, 3)).toEqual([
      "WARNING: this changes account 111122223333, not the connection's own account 444455556666",
      `WARNING: ${NOT_AWS}`,
    ]);
    expect(text).toContain("\nSent to: https://aws.example, which is not AWS's own address\n");
  });
});

describe('a way that is another when the change is sent', () => {
  const change = (before: Parameters<typeof told>, after: Parameters<typeof told>) =>
    changesSince(aPlan({ way: told(...before) }), aPlan({ way: told(...after) }));

  it('is a change of the facts, named as they were shown', () => {
    const proxied = { iam: { proxy: PROXY }, sts: { proxy: PROXY } };
    expect(change([proxied], [proxied])).toEqual([]);
    expect(change([{}], [proxied])).toEqual([
      expect.stringMatching(/^Through was 'not there', is 'the proxy of the environment http.*proxy\.example:3128'$/),
    ]);
    expect(change([{ caBundle: '/etc/a.pem' }], [{ caBundle: '/etc/b.pem' }])).toEqual([
      "Certificates was 'checked by the CA bundle /etc/a.pem', is 'checked by the CA bundle /etc/b.pem'",
    ]);
    expect(change([{}], [{ sts: strange() }])).toEqual([expect.stringMatching(/^Signed in at was 'not there', is /)]);
    expect(change([{}], [{}, { ownAccount: '444455556666' }])).toEqual([
      expect.stringMatching(/^there is a new warning/),
    ]);
  });
});
