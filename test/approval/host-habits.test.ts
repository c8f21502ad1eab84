import { readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostHabits } from '../../src/approval/host-habits.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HOST = 'desktop 1.2 legacy';
const DAY = 24 * 60 * 60 * 1000;

describe('what is known of a host', () => {
  it('is nothing at first, and looking leaves nothing behind', () => {
    const folder = temporaryFolder();
    expect(new HostHabits(folder).of(HOST)).toBe('unknown');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is the same for all processes on the state dir, and another host’s is another', () => {
    const folder = temporaryFolder();
    new HostHabits(folder).note(HOST, 'vanished');
    const habits = new HostHabits(folder);
    expect(habits.of(HOST)).toBe('vanished');
    expect(habits.of('desktop 1.3 legacy')).toBe('unknown');
    expect(habits.of('desktop 1.2 modern')).toBe('unknown');
  });

  it('is that it answers, once somebody has, whatever happens afterwards', () => {
    const habits = new HostHabits(temporaryFolder());
    habits.note(HOST, 'vanished');
    habits.note(HOST, 'answers');
    habits.note(HOST, 'vanished');
    expect(habits.of(HOST)).toBe('answers');
  });

  it('is forgotten after seven days, and its file goes with the next one', () => {
    const folder = temporaryFolder();
    const habits = new HostHabits(folder);
    habits.note(HOST, 'vanished');
    expect(habits.of(HOST, Date.now() + 6.9 * DAY)).toBe('vanished');
    expect(habits.of(HOST, Date.now() + 7.1 * DAY)).toBe('unknown');
    const [file = ''] = readdirSync(path.join(folder, 'hosts'));
    const long = (Date.now() - 8 * DAY) / 1000;
    utimesSync(path.join(folder, 'hosts', file), long, long);
    habits.note('another', 'answers');
    expect(readdirSync(path.join(folder, 'hosts'))).toEqual([expect.stringMatching(/\.answers$/)]);
  });

  it('is nothing of hosts that give no name', () => {
    const habits = new HostHabits(temporaryFolder());
    habits.note('', 'vanished');
    expect(habits.of('')).toBe('unknown');
  });

  it.each([
    ['a file', (place: string) => writeFileSync(place, '')],
    ['a link to nowhere', (place: string) => symlinkSync('hosts', place)],
    ['a link to another folder', (place: string) => symlinkSync('/tmp', place)],
  ])('is nothing, and stops nothing, where its folder is %s', (_, put) => {
    const folder = temporaryFolder();
    put(path.join(folder, 'hosts'));
    const habits = new HostHabits(folder);
    habits.note(HOST, 'answers');
    expect(habits.of(HOST)).toBe('unknown');
  });

  it('lasts for a host in daily use', () => {
    const folder = temporaryFolder();
    const habits = new HostHabits(folder);
    habits.note(HOST, 'answers');
    const [file = ''] = readdirSync(path.join(folder, 'hosts'));
    const before = (Date.now() - 6 * DAY) / 1000;
    utimesSync(path.join(folder, 'hosts', file), before, before);
    habits.note(HOST, 'answers');
    expect(habits.of(HOST, Date.now() + 6 * DAY)).toBe('answers');
  });
});
