import { describe, expect, it } from 'vitest';
import { unreadText, type WhyUnread } from '../../src/actions/unread.ts';

describe('why a fact was not read', () => {
  it.each<[WhyUnread, string, string]>([
    ['not-permitted', 'not permitted to read', 'its last use is not permitted to read'],
    ['untold', 'this endpoint does not tell', 'this endpoint does not tell its last use'],
    [
      'name-too-long',
      'IAM does not tell for names of more than 64 characters',
      'IAM does not tell its last use for names of more than 64 characters',
    ],
    ['not-found', 'not found', 'its last use is not found'],
    ['not-readable', 'not readable', 'its last use is not readable'],
  ])('is said with and without what it is: %s', (why, alone, ofIt) => {
    expect(unreadText(why)).toBe(alone);
    expect(unreadText(why, 'its last use')).toBe(ofIt);
  });
});
