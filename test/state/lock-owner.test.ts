// Whether the owner of a lock is gone. What that means for a journal's lock is in journal-lock.test.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive, THIS_PROCESS } from '../../src/state/lock-owner.ts';
import { eventually } from '../e2e/eventually.ts';

describe('the owner of a lock', () => {
  it('is alive as long as it runs', () => {
    expect(isAlive(THIS_PROCESS)).toBe(true);
    expect(isAlive({ ...THIS_PROCESS, pid: 99_999_999 })).toBe(false);
  });

  it('of another machine or container is not known', () => {
    expect(isAlive({ ...THIS_PROCESS, among: 'another host' })).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('is gone once killed, though its parent has not heard of it', async () => {
    // What is left of the shell after exec does not know that it has a child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    const owner = { ...THIS_PROCESS, pid, started: fields()[21] ?? '' };
    expect(isAlive(owner)).toBe(true);
    // Until then it is still the shell, which would hear.
    await eventually(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'));
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(fields()[2]).toBe('Z'));
    expect(isAlive(owner)).toBe(false);
  });
});
