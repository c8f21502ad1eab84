import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { thisUser } from '../../src/approval/this-user.ts';

it('is the name of the user of this process', () => {
  expect(thisUser()).toBe(userInfo().username);
});

it('is its number where no passwd file knows it, as in many containers', () => {
  const unknown = () => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };
  expect(thisUser(unknown)).toBe(`uid ${process.getuid?.() ?? 'unknown'}`);
});
