import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/actions/secrets.ts';

const SECRETS = { 'Key.Secret': 'secrets', Code: 'codes' };

describe('what an action answered, without its secrets', () => {
  it('says of each that it is not shown, and has the rest', () => {
    const answer = { Key: { Id: 'k', Secret: 'hidden' }, Code: 'hidden', Name: 'n' };
    const hidden = { Key: { Id: 'k', Secret: '(not shown)' }, Code: '(not shown)', Name: 'n' };
    expect(withoutSecrets(answer, SECRETS)).toEqual(hidden);
    expect(withoutSecrets([answer, null], SECRETS)).toEqual([hidden, null]);
    expect(answer.Code).toBe('hidden');
  });

  it.each([[null], ['text'], [{}], [{ Key: null, Code: undefined }], [{ Key: 'text' }], [{ Secret: 'not that one' }]])(
    'is as it was where there are none: %j',
    (answer) => {
      expect(withoutSecrets(answer, SECRETS)).toEqual(answer);
    },
  );
});
