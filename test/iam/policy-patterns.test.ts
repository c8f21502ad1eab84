import { describe, expect, it } from 'vitest';
import { coversPolicy } from '../../src/iam/policy-patterns.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const FORMS = [
  ADMIN,
  'arn:aws:iam::aws:policy/administratoraccess',
  'arn:aws-cn:iam::aws:policy/AdministratorAccess',
  'arn:aws-us-gov:iam::aws:policy/job-function/ADMINISTRATORACCESS',
];
const OF_A_CUSTOMER = 'arn:aws:iam::111122223333:policy/x/y/AdministratorAccess';

describe('a pattern of policies', () => {
  it.each(FORMS)('takes in %s whatever its case, path and partition are', (arn) => {
    for (const pattern of ['AdministratorAccess', 'administrator*', '*access', 'Administrator?ccess', ...FORMS]) {
      expect(coversPolicy(pattern, arn), pattern).toBe(true);
    }
  });

  it("that is a name takes in any account's policy of this name", () => {
    expect(coversPolicy('AdministratorAccess', OF_A_CUSTOMER)).toBe(true);
    expect(coversPolicy('x', OF_A_CUSTOMER)).toBe(false);
    expect(coversPolicy('AdministratorAccess', `${ADMIN}2`)).toBe(false);
  });

  it('that is an ARN takes in policies of its account alone', () => {
    expect(coversPolicy(ADMIN, OF_A_CUSTOMER)).toBe(false);
    expect(coversPolicy('arn:aws:iam::111122223333:policy/*', OF_A_CUSTOMER)).toBe(true);
    expect(coversPolicy('arn:aws:iam::111122223333:policy/*', ADMIN)).toBe(false);
    expect(coversPolicy('arn:aws:iam::1111222233??:policy/Administrator*', OF_A_CUSTOMER)).toBe(true);
    expect(coversPolicy('arn:aws:iam::*:policy/Administrator*', ADMIN)).toBe(true);
  });
});
