import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { instructionsFor } from '../../src/server/instructions.ts';
import { settingsSchema } from '../../src/settings/settings.ts';

const modes = (['auto', 'form', 'terminal', 'host'] as const).flatMap((approval) =>
  (['file', 'inline'] as const).flatMap((secrets) =>
    [true, false].map((readOnly) => ({ approval, secrets, readOnly })),
  ),
);

describe('the instructions', () => {
  it.each(modes)('are not longer than hosts read under %o, wherever the files are', (mode) => {
    for (const stateDir of ['/state', `/${'f'.repeat(100)}`, `/${'ä'.repeat(100)}/${'folder/'.repeat(80)}`]) {
      const text = instructionsFor(settingsSchema.parse({ ...mode, stateDir }));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
    }
  });

  it('name the folder of files, whole or not at all', () => {
    const below = (stateDir: string) =>
      instructionsFor(settingsSchema.parse({ stateDir })).match(/is a file of (.*?), where/)?.[1];
    expect(below('/state')).toBe(path.join(path.resolve('/state'), 'files'));
    expect(below(`/${'folder/'.repeat(100)}`)).toBe('one folder');
  });

  it('name the day and what tables there are in every mode, and changes where there are any', () => {
    for (const mode of modes) {
      const text = instructionsFor(settingsSchema.parse(mode), new Date('2026-11-28T23:59:00Z'));
      for (const told of ['2026-11-28', 'iam://users', 'iam://credential-report', 'where', 'keep', 'input.user'])
        expect(text).toContain(told);
      for (const told of ['dry_run', 'resume', 'at most two keys, inactive ones included'])
        expect(text.includes(told), told).toBe(!mode.readOnly);
    }
  });
});
