import { describe, expect, it } from 'vitest';
import { formTokenOf, isFormToken, PageSessions } from '../../../src/approval/page/page-sessions.ts';

function opened(sessions = new PageSessions()) {
  const { session, setCookie } = sessions.open();
  const [cookie = ''] = setCookie.split(';');
  return { sessions, session, setCookie, cookie };
}

describe('a session', () => {
  it('is known by its path and its cookie together', () => {
    const { sessions, session, cookie } = opened();
    expect(sessions.of(session.path, cookie)).toBe(session);
    expect(sessions.of(session.path, `other=1; ${cookie}; more=2`)).toBe(session);
    const another = opened(sessions);
    for (const [path, cookies] of [
      [session.path, undefined],
      [session.path, ''],
      [session.path, another.cookie],
      [session.path, `${cookie}x`],
      [session.path, cookie.slice(0, -1)],
      [another.session.path, cookie],
      ['', cookie],
      ['__proto__', cookie],
    ] as const) {
      expect(sessions.of(path, cookies), `${path} ${cookies}`).toBeUndefined();
    }
  });

  it('has a cookie that no script reads, no other site sends, and no other path gets', () => {
    const { session, setCookie } = opened();
    expect(setCookie).toMatch(/^[\w-]+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/[\w-]{22}\/$/);
    expect(setCookie).toContain(`Path=/${session.path}/`);
  });

  it('is the oldest that goes when there are too many', () => {
    const { sessions, session, cookie } = opened();
    const second = opened(sessions);
    for (let count = 0; count < 49; count += 1) sessions.open();
    expect(sessions.of(session.path, cookie)).toBeUndefined();
    expect(sessions.of(second.session.path, second.cookie)).toBe(second.session);
  });

  it('makes a token for each request that no other session and no other request has', () => {
    const [one, other] = [opened().session, opened().session];
    const token = formTokenOf(one, 'abc234');
    expect(isFormToken(one, 'abc234', token)).toBe(true);
    expect(isFormToken(one, 'abc235', token)).toBe(false);
    expect(isFormToken(other, 'abc234', token)).toBe(false);
    for (const wrong of ['', token.slice(1), `${token} `]) expect(isFormToken(one, 'abc234', wrong)).toBe(false);
  });
});
