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
    for (const stateDir of ['/state', `/${'ä'.repeat(100)}/${'folder/'.repeat(80)}`]) {
      const text = instructionsFor(settingsSchema.parse({ ...mode, stateDir }));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
    }
  });

  it('name the folder of files, whole or not at all', () => {
    const below = (stateDir: string) =>
      instructionsFor(settingsSchema.parse({ stateDir })).match(/names below (.*?); the user/)?.[1];
    expect(below('/state')).toBe(path.join(path.resolve('/state'), 'files'));
    expect(below(`/${'folder/'.repeat(100)}`)).toBe('one folder');
  });
});
