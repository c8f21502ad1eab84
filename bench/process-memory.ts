// How much memory a process holds, and has held at most.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** In MiB. */
export function residentMemory(pid: number): number {
  return fromStatus(pid, 'VmRSS') ?? fromPs(pid);
}

/** In MiB, since it was started; undefined where nobody tells: only Linux does. */
export function peakMemory(pid: number): number | undefined {
  return fromStatus(pid, 'VmHWM');
}

function fromStatus(pid: number, name: string): number | undefined {
  const file = `/proc/${pid}/status`;
  const kib = existsSync(file) && new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(file, 'utf8'))?.[1];
  return kib ? Number(kib) / 1024 : undefined;
}

function fromPs(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
