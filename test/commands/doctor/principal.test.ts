import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../src/commands/doctor/principal.ts';

const ROLE = 'arn:aws:iam::111122223333:role';
const session = (role: string) => `arn:aws:sts::111122223333:assumed-role/${role}/somebody@example.com`;

describe('whose permissions count', () => {
  it.each([
    ['arn:aws:iam::111122223333:user/alice', 'alice'],
    ['arn:aws-us-gov:iam::111122223333:user/team/a/alice', 'alice'],
  ])('is the user %s itself', (arn, userName) => {
    expect(principalOf(arn, 'us-east-1')).toEqual({ userName, policySources: [arn] });
  });

  it('is the role of a session, which is simulated, and not the session', () => {
    expect(principalOf(session('deploy'), 'us-east-1')).toEqual({ policySources: [`${ROLE}/deploy`] });
  });

  it('is the role that the connection names, with its path', () => {
    const role = `${ROLE}/service/deploy`;
    expect(principalOf(session('deploy'), 'us-east-1', role).policySources).toEqual([role]);
    // A role that a profile assumed after the connection's is another one.
    expect(principalOf(session('audit'), 'us-east-1', role).policySources).toEqual([`${ROLE}/audit`]);
  });

  it("is looked for at Identity Center's paths for its roles", () => {
    const name = 'AWSReservedSSO_Admin_0123456789abcdef';
    expect(principalOf(session(name), 'eu-west-1').policySources).toEqual([
      `${ROLE}/aws-reserved/sso.amazonaws.com/eu-west-1/${name}`,
      `${ROLE}/aws-reserved/sso.amazonaws.com/${name}`,
    ]);
  });

  it.each(['arn:aws:iam::111122223333:root', 'arn:aws:sts::111122223333:federated-user/bob', 'nonsense'])(
    'is nobody that AWS simulates for %s',
    (arn) => {
      expect(principalOf(arn, 'us-east-1')).toEqual({ policySources: [] });
    },
  );
});
