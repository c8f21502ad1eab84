import { describe, expect, it } from 'vitest';
import { allPages } from '../../src/actions/pages.ts';

describe('a list whose pages never end', () => {
  it('is given up beyond what any account has', async () => {
    let read = 0;
    const pages = allPages(async () => {
      read += 1;
      return { items: Array.from({ length: 1000 }, () => read), isTruncated: true, marker: `after ${read}` };
    });
    await expect(pages).rejects.toThrow(
      expect.objectContaining({ code: 'BadResponse', message: 'IAM lists more than 50,000 things, and goes on' }),
    );
    expect(read).toBe(51);
  });
});
