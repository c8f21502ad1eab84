// The command that a person is told to run. Which profiles lead to it is tested in credentials.test.ts.
import { describe, expect, it } from 'vitest';
import { signInCommand } from '../../src/iam/sign-in.ts';

describe('the command that signs in', () => {
  it.each([
    ['dev.eu', 'aws login --profile dev.eu'],
    ['my team', "aws login --profile 'my team'"],
    ["x'; rm -rf ~ #", "aws login --profile 'x'\\''; rm -rf ~ #'"],
    ['a\u202eb', "aws login --profile 'a\\u{202e}b'"],
  ])('names the profile %j so that a shell takes it whole', (profile, command) => {
    expect(signInCommand({ by: 'login', profile }, 'other')).toBe(command);
  });

  it('names the default profile where another was named', () => {
    expect(signInCommand({ by: 'sso', profile: 'default' }, undefined)).toBe('aws sso login');
    expect(signInCommand({ by: 'sso', profile: 'default' }, 'dev')).toBe('aws sso login --profile default');
  });
});
