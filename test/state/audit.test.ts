// What the audit holds of a role that is assumed, and what becomes of a call whose audit cannot be written.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { Redactor } from '../../src/redact.ts';
import { Audit } from '../../src/state/audit.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROLE = 'arn:aws:iam::111122223333:role/responder';
let stateDir: string;
let redactor: Redactor;
let audit: Audit;

beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
  redactor = new Redactor();
  audit = new Audit(stateDir, redactor);
});

const file = () => path.join(stateDir, 'audit.jsonl');
const lines = () =>
  readFileSync(file(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A folder in the place of the audit, so that nothing can be appended to it. */
function breakAudit(): void {
  rmSync(file(), { force: true });
  mkdirSync(file(), { recursive: true });
}

describe('the audit of a role', () => {
  it('has before the answer that it is assumed, by which key, and afterwards that it was', () => {
    const settled = audit.role({ connection: 'prod', role: ROLE, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' });
    const about = {
      tool: 'sts:AssumeRole',
      connection: 'prod',
      arguments: { role_arn: ROLE, access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
    };
    expect(lines()).toEqual([
      { seq: 1, prev: null, ...about, event: 'sent', at: expect.any(String), call: expect.any(String) },
    ]);
    settled();
    expect(lines()).toMatchObject([{ event: 'sent' }, { ...about, event: 'done' }]);
    expect(lines()[1]).not.toHaveProperty('error');
    expect(lines()[1]?.call).toBe(lines()[0]?.call);
  });

  it('says nothing of a key where a web identity assumes the role', () => {
    audit.role({ connection: 'prod', role: ROLE });
    expect(lines()[0]?.arguments).toEqual({ role_arn: ROLE });
  });

  it('gives each role that is assumed an id of its own', () => {
    audit.role({ connection: 'prod', role: ROLE });
    audit.role({ connection: 'prod', role: ROLE });
    const [first, second] = lines();
    expect(first?.call).not.toBe(second?.call);
  });

  it.each([
    ['AccessDenied', new AwsError('AccessDenied', 'not authorized', { notDone: true })],
    ['Internal', new TypeError('a fault of this program')],
  ])('has the code of the failure, %s, and not its words', (code, error) => {
    audit.role({ connection: 'prod', role: ROLE })(error);
    expect(lines()).toMatchObject([{ event: 'sent' }, { event: 'failed', error: code }]);
    expect(readFileSync(file(), 'utf8')).not.toContain(error.message);
  });

  it('is refused when it cannot be written beforehand', () => {
    breakAudit();
    expect(() => audit.role({ connection: 'prod', role: ROLE })).toThrow(expect.objectContaining({ code: 'Refused' }));
  });

  it('does not spoil the call when it cannot be written afterwards, since the role is assumed by then', () => {
    const settled = audit.role({ connection: 'prod', role: ROLE });
    breakAudit();
    expect(() => settled()).not.toThrow();
    expect(() => settled(new Error('lost'))).not.toThrow();
  });
});

describe('an entry of the audit', () => {
  it('has the time of its writing and no secret, and makes the state dir', () => {
    redactor.register('hunter2-hunter2');
    audit.record({ call: 'c', event: 'asked', tool: 'hunter2-hunter2', arguments: { 'hunter2-hunter2': 'x' } });
    const [entry] = lines();
    expect(entry).toEqual({
      seq: 1,
      prev: null,
      at: expect.any(String),
      call: 'c',
      event: 'asked',
      tool: '(secret)',
      arguments: { '(secret)': 'x' },
    });
    expect(Math.abs(Date.now() - Date.parse(String(entry?.at)))).toBeLessThan(60_000);
    expect(readdirSync(stateDir)).toEqual(['audit.jsonl']);
  });

  it('that cannot be written is refused with the reason, of which no part can steer a terminal', () => {
    const evil = path.join(temporaryFolder(), 'a\u001b[2J');
    writeFileSync(evil, '');
    const refused = () => new Audit(evil, redactor).record({ call: 'c', event: 'asked', tool: 't' });
    expect(refused).toThrow(CallError);
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'Refused',
        message: expect.stringMatching(/^the audit cannot be written \(.*a\\u\{1b\}.*is not a folder: .*\)$/),
        cause: expect.any(Error),
      }),
    );
  });
});
