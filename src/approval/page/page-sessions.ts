// Who may see the page: a browser that came with a one-time token, and has had a cookie since. Each has a path of its own:
// browsers send a cookie to every port of a machine, but to no other path, so that no other program on 127.0.0.1 gets it.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const COOKIE = 'aws-iam-mcp-page';
// One of each opening. What is opened by mistake must not fill the memory.
const MOST_SESSIONS = 50;

export interface Session {
  /** The first part of its address. */
  path: string;
  /** Which requests were before somebody's eyes in it. */
  looked: Set<string>;
  cookieHash: Buffer;
  formKey: Buffer;
}

export class PageSessions {
  readonly #sessions = new Map<string, Session>();

  /** @returns the header that gives the browser its cookie */
  open(): { session: Session; setCookie: string } {
    const [path, cookie] = [randomToken(16), randomToken()];
    const session = { path, looked: new Set<string>(), cookieHash: hashOf(cookie), formKey: randomBytes(32) };
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(path, session);
    return { session, setCookie: `${COOKIE}=${cookie}; HttpOnly; SameSite=Strict; Path=/${path}/` };
  }

  /** @param cookies the header, as it came */
  of(path: string, cookies: string | undefined): Session | undefined {
    const session = this.#sessions.get(path);
    const isKnown = session && cookiesIn(cookies).some((value) => timingSafeEqual(hashOf(value), session.cookieHash));
    return isKnown ? session : undefined;
  }
}

/** What a form about this request has to bring, and no page of another site can know. */
export function formTokenOf({ formKey }: Session, id: string): string {
  return createHmac('sha256', formKey).update(id).digest('base64url');
}

export function isFormToken(session: Session, id: string, given: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(formTokenOf(session, id)));
}

export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** Of equal length, whatever came: only then can two be compared in constant time. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookiesIn(header = ''): string[] {
  return header.split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=');
    return name === COOKIE && value ? [value] : [];
  });
}
