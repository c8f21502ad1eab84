import { describe, expect, it } from 'vitest';
import { mayOpen } from '../../../src/approval/page/whether-to-open.ts';

const SSH = { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' };

describe('a page is opened', () => {
  it.each([
    ['darwin', {}],
    ['win32', {}],
    ['linux', { DISPLAY: ':0' }],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }],
  ] as const)('on %s with %o, but never with --open never', (platform, environment) => {
    expect(mayOpen('auto', platform, environment)).toBe(true);
    expect(mayOpen('never', platform, environment)).toBe(false);
  });

  it.each([
    ['linux', {}],
    ['linux', { DISPLAY: '' }],
    ['linux', { DISPLAY: 'localhost:10.0', ...SSH }],
    ['linux', { DISPLAY: ':0', SSH_TTY: '/dev/pts/1' }],
    ['darwin', SSH],
    ['win32', SSH],
    ['freebsd', { DISPLAY: ':0' }],
  ] as const)('not on %s with %o', (platform, environment) => {
    expect(mayOpen('auto', platform, environment)).toBe(false);
  });
});
