// Tokens that open the page once. Whoever may write into the state dir can leave one, in whatever process; the one that
// serves takes it away when it is used. On the disk there is its hash alone, beside the file that leads a browser there.
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../../state/state-dir.ts';
import { VALID_FOR_MS } from '../request.ts';
import { isOld, isThere, removeIfPossible } from '../request-files.ts';
import { html } from './html.ts';
import { randomToken } from './page-sessions.ts';

const TOKEN = /^[\w-]{43}$/;
/** `token`: it can be used; `html`: leads there; `sent`: a browser was sent for, and may be on its way. */
const KINDS = ['token', 'html', 'sent'] as const;

export interface Ticket {
  /** For a browser to open: it leads to the page. */
  file: string;
  /** @returns whether the file was opened, as far as `openFile` knows, or a browser has come */
  openBy: (openFile: (file: string) => Promise<boolean>) => Promise<boolean>;
  discard: () => void;
}

/** @param addressOf where a token is taken */
export function leaveTicket(folder: string, addressOf: (token: string) => string): Ticket {
  tidyTickets(folder);
  const token = randomToken();
  const [tokenFile, file, sentFile] = KINDS.map((kind) => fileOf(folder, token, kind)) as [string, string, string];
  writePrivateFile(file, redirectTo(addressOf(token)).text);
  writePrivateFile(tokenFile, '', { exclusive: true });
  return {
    file,
    openBy: async (openFile) => {
      writePrivateFile(sentFile, '');
      const isOpened = (await openFile(file)) || !isThere(tokenFile);
      if (!isOpened || !isThere(tokenFile)) removeIfPossible(sentFile);
      return isOpened;
    },
    discard: () => {
      for (const each of [tokenFile, file, sentFile]) removeIfPossible(each);
    },
  };
}

/** @returns whether it was one, and was not used before */
export function useTicket(folder: string, token: string): boolean {
  if (!TOKEN.test(token)) return false;
  const tokenFile = fileOf(folder, token, 'token');
  if (isOld(tokenFile, Date.now(), VALID_FOR_MS)) return false;
  try {
    // Of two that try, one finds it.
    unlinkSync(tokenFile);
  } catch {
    return false;
  }
  for (const kind of ['html', 'sent'] as const) removeIfPossible(fileOf(folder, token, kind));
  return true;
}

/** Whether a browser was sent for so recently that it may still be on its way. */
export function isTicketOut(folder: string, withinMs: number): boolean {
  return readdirSync(folder).some((name) => {
    const file = path.join(folder, name);
    return name.endsWith('.sent') && isThere(file) && !isOld(file, Date.now(), withinMs);
  });
}

function tidyTickets(folder: string): void {
  const names = readdirSync(folder).filter((name) => KINDS.some((kind) => name.endsWith(`.${kind}`)));
  for (const file of names.map((name) => path.join(folder, name))) {
    if (isOld(file, Date.now(), VALID_FOR_MS)) rmSync(file, { force: true });
  }
}

function fileOf(folder: string, token: string, kind: (typeof KINDS)[number]): string {
  return path.join(folder, `${createHash('sha256').update(token).digest('hex')}.${kind}`);
}

/** Also what a browser is given in place of an answer with a Location: a strict cookie does not come along with that. */
export function redirectTo(address: string) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${address}">
<title>aws-iam-mcp</title>
<p><a href="${address}">What waits for your agreement</a></p>
</html>
`;
}
