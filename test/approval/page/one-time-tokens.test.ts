import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTicketOut, leaveTicket, useTicket } from '../../../src/approval/page/one-time-tokens.ts';
import { VALID_FOR_MS } from '../../../src/approval/request.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function left(folder = temporaryFolder()) {
  let token = '';
  const ticket = leaveTicket(folder, (given) => {
    token = given;
    return `http://127.0.0.1:1/open/${given}`;
  });
  return { folder, ticket, token };
}
const setBack = (folder: string, ms: number) => {
  const at = (Date.now() - ms) / 1000;
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), at, at);
};

describe('a one-time token', () => {
  it('was opened where a browser has come with it, whatever is said of that', async () => {
    const { folder, token, ticket } = left();
    expect(await ticket.openBy(async () => !useTicket(folder, token))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken once, and the file that leads there goes with it', () => {
    const { folder, ticket, token } = left();
    expect(readFileSync(ticket.file, 'utf8')).toContain(`url=http://127.0.0.1:1/open/${token}"`);
    expect(useTicket(folder, token)).toBe(true);
    expect(useTicket(folder, token)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('stands in one file alone, which only this user can read', () => {
    const { folder, ticket, token } = left();
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(name).not.toContain(token);
      if (file !== ticket.file) expect(readFileSync(file, 'utf8')).toBe('');
    }
  });

  it.each(['', '../x', 'a'.repeat(42), 'a'.repeat(43), `${'a'.repeat(42)}/`, '.'.repeat(43)])(
    'is not "%s"',
    (token) => {
      const { folder } = left();
      expect(useTicket(folder, token)).toBe(false);
      expect(readdirSync(folder)).toHaveLength(2);
    },
  );

  it('is worth nothing after ten minutes, nor once it was discarded', () => {
    const old = left();
    setBack(old.folder, VALID_FOR_MS + 1000);
    expect(useTicket(old.folder, old.token)).toBe(false);
    const discarded = left();
    discarded.ticket.discard();
    expect(useTicket(discarded.folder, discarded.token)).toBe(false);
    expect(readdirSync(discarded.folder)).toEqual([]);
  });

  it('takes old ones away when the next is left, and not young ones', () => {
    const { folder } = left();
    setBack(folder, VALID_FOR_MS + 1000);
    left(folder);
    left(folder);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('tells for a while that a browser is on its way, once one was sent for', async () => {
    const { folder, token, ticket } = left();
    expect(isTicketOut(folder, 15_000)).toBe(false);
    expect(await ticket.openBy(async () => false)).toBe(false);
    expect(isTicketOut(folder, 15_000)).toBe(false);
    expect(await ticket.openBy(async () => true)).toBe(true);
    expect(isTicketOut(folder, 15_000)).toBe(true);
    setBack(folder, 16_000);
    expect(isTicketOut(folder, 15_000)).toBe(false);
    setBack(folder, 0);
    useTicket(folder, token);
    expect(isTicketOut(folder, 15_000)).toBe(false);
  });
});
