// Where the secret of a new key goes, and everywhere it does not.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { type Sandbox, type SandboxFault, startSandbox } from '../../src/sandbox/sandbox.ts';
import { openSecretFile, secretInResult } from '../../src/state/secret-file.ts';
import { call, openProgram, temporaryFolder } from '../actions/program.ts';
import { openFilesBelow } from './open-files.ts';

// A disk cannot be filled from here: writing alone is made to fail where a test says so.
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return { ...fs, writeSync: vi.fn(fs.writeSync) };
});

const POSIX = process.platform !== 'win32';
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const HEADER = 'User name,Access key ID,Secret access key';

const keyOf = (given: { userName?: string; accessKeyId?: string; secretAccessKey?: string } = {}) => ({
  userName: 'jane',
  accessKeyId: ID,
  secretAccessKey: SECRET,
  ...given,
});
const modeOf = (place: string) => (statSync(place).mode & 0o7777).toString(8);
const noSpace = () => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
};

function refusalOf(work: () => unknown): CallError {
  try {
    work();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('the file for a new secret', () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = path.join(temporaryFolder(), 'state');
  });
  const keys = () => readdirSync(path.join(stateDir, 'keys'));

  it('is named after the key, and is what `aws configure import --csv` reads', () => {
    const file = openSecretFile(stateDir).keep(keyOf());
    expect(file).toBe(path.join(stateDir, 'keys', `${ID}.csv`));
    expect(readFileSync(file ?? '', 'utf8')).toBe(`${HEADER}\njane,${ID},${SECRET}\n`);
    expect(keys()).toEqual([`${ID}.csv`]);
  });

  it.skipIf(!POSIX)('can be read by this user alone, whatever the umask', () => {
    const before = process.umask(0);
    try {
      const place = openSecretFile(stateDir);
      // Before the secret comes, too.
      expect(keys().map((name) => modeOf(path.join(stateDir, 'keys', name)))).toEqual(['600']);
      const file = place.keep(keyOf()) ?? '';
      expect([modeOf(file), modeOf(path.dirname(file)), modeOf(stateDir)]).toEqual(['600', '700', '700']);
    } finally {
      process.umask(before);
    }
  });

  it('has an absolute path though the state dir was given by a relative one', () => {
    const relative = path.relative(process.cwd(), stateDir);
    expect(openSecretFile(relative).keep(keyOf())).toBe(path.join(stateDir, 'keys', `${ID}.csv`));
  });

  it('writes a comma in a user name as a hyphen, since the AWS CLI knows no quotes', () => {
    const file = openSecretFile(stateDir).keep(keyOf({ userName: 'jane,admin' })) ?? '';
    expect(readFileSync(file, 'utf8').split('\n')[1]).toBe(`jane-admin,${ID},${SECRET}`);
  });

  it('has one line for the key, whatever a hostile endpoint puts into its fields', () => {
    const hostile = { accessKeyId: `${ID}\nroot,AKIAEVIL`, secretAccessKey: `a\r\nroot,AKIAEVIL,b\u0000` };
    const lines = readFileSync(openSecretFile(stateDir).keep(keyOf(hostile)) ?? '', 'utf8').split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(HEADER);
    expect(lines[1]?.split(',')).toHaveLength(3);
  });

  it.each([
    '../../x',
    '../../../../../../../tmp/evil-evil-evil',
    '/etc/cron.d/evil-evil-evil',
    '..',
    '.',
    '',
    'AKIA/../../../../x',
    'AKIAIOSFODNN7EXAMPLE\u0000.txt',
    '..\\..\\..\\windows-windows',
    `${ID}\n`,
    `../${ID}`,
    `${ID}/..`,
    'A'.repeat(300),
  ])('never leaves its folder for the access key id %j', (accessKeyId) => {
    const file = openSecretFile(stateDir).keep(keyOf({ accessKeyId })) ?? '';
    expect(path.dirname(file)).toBe(path.join(stateDir, 'keys'));
    expect(path.basename(file)).toMatch(/^key-[0-9a-f]{16}\.csv$/);
    expect(keys()).toEqual([path.basename(file)]);
    expect(readdirSync(stateDir)).toEqual(['keys']);
    expect(readdirSync(path.dirname(stateDir))).toEqual(['state']);
  });

  it.skipIf(process.platform !== 'linux')('is closed in the end, whether a secret came or not', () => {
    openSecretFile(stateDir).keep(keyOf());
    const kept = openSecretFile(stateDir);
    kept.keep(keyOf());
    kept.discard();
    openSecretFile(stateDir).discard();
    const failing = openSecretFile(stateDir);
    vi.mocked(writeSync).mockImplementationOnce(noSpace);
    expect(() => failing.keep(keyOf())).toThrow('ENOSPC');
    failing.discard();
    vi.mocked(writeSync).mockImplementationOnce(noSpace);
    refusalOf(() => openSecretFile(stateDir));
    expect(openFilesBelow(stateDir)).toEqual([]);
  });

  it('keeps several keys apart, also while they wait at the same time', () => {
    const first = openSecretFile(stateDir);
    const second = openSecretFile(stateDir);
    const files = [
      second.keep(keyOf({ accessKeyId: 'AKIAIOSFODNN7EXAMPL2', secretAccessKey: 'the-second-secret' })),
      first.keep(keyOf({ secretAccessKey: 'the-first-secret' })),
    ];
    expect(files.map((file) => readFileSync(file ?? '', 'utf8').includes('the-second-secret'))).toEqual([true, false]);
  });

  it('does not write over the secret of another key, should an endpoint give an id twice', () => {
    const first = openSecretFile(stateDir).keep(keyOf({ secretAccessKey: 'the-first-secret' })) ?? '';
    try {
      openSecretFile(stateDir).keep(keyOf({ secretAccessKey: 'the-second-secret' }));
    } catch {
      // To refuse is as good as to choose another name.
    }
    expect(readFileSync(first, 'utf8')).toContain('the-first-secret');
  });

  it('is gone when no secret came', () => {
    const place = openSecretFile(stateDir);
    expect(keys()).toHaveLength(1);
    place.discard();
    place.discard();
    expect(keys()).toEqual([]);
  });

  it('stays when the place is tidied up after a secret came', () => {
    const place = openSecretFile(stateDir);
    place.keep(keyOf());
    place.discard();
    expect(keys()).toEqual([`${ID}.csv`]);
  });

  it('takes another name where its own is taken, though by a folder', () => {
    const place = openSecretFile(stateDir);
    mkdirSync(path.join(stateDir, 'keys', `${ID}.csv`));
    expect(path.basename(place.keep(keyOf()) ?? '')).toMatch(/^key-[0-9a-f]{16}\.csv$/);
    place.discard();
    expect(keys()).toHaveLength(2);
  });

  it('fails when its folder has gone meanwhile', () => {
    const place = openSecretFile(stateDir);
    rmSync(path.join(stateDir, 'keys'), { recursive: true });
    expect(() => place.keep(keyOf())).toThrow();
    place.discard();
  });

  it('leaves nothing behind when the secret cannot be written', () => {
    const place = openSecretFile(stateDir);
    vi.mocked(writeSync).mockImplementationOnce(noSpace);
    expect(() => place.keep(keyOf())).toThrow('ENOSPC');
    place.discard();
    expect(keys()).toEqual([]);
  });

  it('leaves nothing behind when the secret is written in part', () => {
    const place = openSecretFile(stateDir);
    vi.mocked(writeSync).mockImplementationOnce(() => 7);
    expect(() => place.keep(keyOf())).toThrow('written in part');
    place.discard();
    expect(keys()).toEqual([]);
  });

  it('is refused, and nothing left behind, when the disk is full before there is a secret', () => {
    vi.mocked(writeSync).mockImplementationOnce(noSpace);
    const { code, message, cause } = refusalOf(() => openSecretFile(stateDir));
    expect({ code, message }).toEqual({ code: 'Refused', message: expect.stringContaining('ENOSPC') });
    expect(cause).toMatchObject({ code: 'ENOSPC' });
    expect(keys()).toEqual([]);
  });

  it.each([
    ['the state dir is a file', 'file'],
    ['the state dir lies below a file', 'file/state'],
    ['the folder is a file', 'folder-with-file'],
  ])('is refused when %s', (_, name) => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, 'file'), '');
    mkdirSync(path.join(root, 'folder-with-file'));
    writeFileSync(path.join(root, 'folder-with-file', 'keys'), '');
    expect(refusalOf(() => openSecretFile(path.join(root, name)))).toMatchObject({
      code: 'Refused',
      message: expect.stringContaining('a file for the new secret cannot be made'),
    });
  });

  it.skipIf(!POSIX)('is refused when the folder is a link, through which it would land elsewhere', () => {
    const elsewhere = temporaryFolder();
    mkdirSync(stateDir);
    symlinkSync(elsewhere, path.join(stateDir, 'keys'));
    expect(refusalOf(() => openSecretFile(stateDir)).code).toBe('Refused');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it.skipIf(!POSIX || process.getuid?.() === 0)('is refused when the folder above may not be written', () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o500);
    expect(refusalOf(() => openSecretFile(path.join(parent, 'state'))).message).toContain('EACCES');
    chmodSync(parent, 0o700);
  });

  it('is none with --secrets inline', () => {
    expect(secretInResult.keep(keyOf())).toBeUndefined();
    secretInResult.discard();
  });
});

describe('create_access_key', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
    sandbox.plantSecret(SECRET);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    return sandbox.close();
  });

  const open = (settings: Parameters<typeof openProgram>[1] = {}) => openProgram({ sandbox }, settings);
  const create = (program: ReturnType<typeof open>) =>
    call(program, 'create_access_key', { user_name: sandbox.company.keylessUser });
  const changes = () => sandbox.log.filter(({ operation }) => /^(Create|Delete)/.test(operation));
  const keysOfUser = () => sandbox.keysOf(sandbox.company.keylessUser);

  /** Relative paths of all files below a folder that hold the secret. */
  function filesWithSecret(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'utf8').includes(SECRET))
      .map((file) => path.relative(folder, file));
  }

  /** The folder goes away while IAM makes the key, so that its secret cannot be put there. */
  async function createWhileFolderVanishes(program: ReturnType<typeof open>) {
    sandbox.order({ operation: 'CreateAccessKey', fault: { kind: 'latency', ms: 150 } });
    const folder = path.join(program.settings.stateDir, 'keys');
    const creating = create(program);
    await vi.waitUntil(() => existsSync(folder) && readdirSync(folder).length > 0, { interval: 5 });
    rmSync(folder, { recursive: true });
    return creating;
  }

  it('puts the secret into its file and nowhere else: not the result, the audit or the log', async () => {
    const program = open();
    const envelope = await create(program);
    const { stateDir } = program.settings;
    const id = keysOfUser()[0]?.accessKeyId;
    expect(envelope.result).toMatchObject({
      AccessKey: { AccessKeyId: id, SecretAccessKey: '(not shown)' },
      SecretFile: path.join(stateDir, 'keys', `${id}.csv`),
    });
    expect(JSON.stringify(envelope)).not.toContain(SECRET);
    expect(filesWithSecret(stateDir)).toEqual([path.join('keys', `${id}.csv`)]);
    expect(readdirSync(stateDir).sort()).toEqual(['audit.jsonl', 'keys', 'requests', 'server.log']);
    expect(readFileSync(path.join(stateDir, 'keys', `${id}.csv`), 'utf8')).toBe(
      `${HEADER}\ntom.okafor,${id},${SECRET}\n`,
    );
  });

  it('with --secrets inline puts it into the result and into no file', async () => {
    const program = open({ secrets: 'inline' });
    const { result } = await create(program);
    expect(result).toMatchObject({ AccessKey: { SecretAccessKey: SECRET } });
    expect(result).not.toHaveProperty('SecretFile');
    expect(filesWithSecret(program.settings.stateDir)).toEqual([]);
    expect(readdirSync(program.settings.stateDir)).not.toContain('keys');
  });

  it('does not show the secret in a later call either, whatever AWS answers', async () => {
    const program = open();
    await create(program);
    const fault = { kind: 'error', status: 400, code: 'ValidationError', message: `bad: ${SECRET}` } as const;
    sandbox.order({ fault });
    expect((await call(program, 'list_policies', {})).error).toBe('ValidationError: bad: (secret)');
    expect(filesWithSecret(program.settings.stateDir)).toHaveLength(1);
  });

  it.each<[SandboxFault]>([[{ kind: 'malformed-xml' }], [{ kind: 'lost-body' }], [{ kind: 'lost-answer' }]])(
    'shows it nowhere when the answer is spoilt by %j',
    async (fault) => {
      const program = open();
      sandbox.order({ operation: 'CreateAccessKey', fault });
      const envelope = await create(program);
      expect(envelope.error).toMatch(/^OutcomeUnknown: /);
      expect(JSON.stringify(envelope)).not.toContain(SECRET.slice(0, 12));
      expect(filesWithSecret(program.settings.stateDir)).toEqual([]);
    },
  );

  it.each([
    ['a file stands where the folder should be', (dir: string) => writeFileSync(path.join(dir, 'keys'), '')],
    ['a link stands where the folder should be', (dir: string) => symlinkSync('/tmp', path.join(dir, 'keys'))],
  ])('sends nothing to AWS when %s', async (_, prepare) => {
    const program = open();
    mkdirSync(program.settings.stateDir);
    prepare(program.settings.stateDir);
    const { error } = await create(program);
    expect(error).toMatch(/^Refused: a file for the new secret cannot be made .*keys.*Nothing was changed\.$/);
    expect(changes()).toEqual([]);
  });

  it('deletes the key again when its secret cannot be kept, and says so', async () => {
    const program = open();
    const envelope = await createWhileFolderVanishes(program);
    const [created, deleted] = changes();
    expect(created).toMatchObject({ operation: 'CreateAccessKey', outcome: 'done' });
    expect(deleted).toMatchObject({ operation: 'DeleteAccessKey', outcome: 'done' });
    expect(keysOfUser()).toEqual([]);
    const id = deleted?.parameters.AccessKeyId;
    expect(envelope.error).toMatch(
      new RegExp(
        `^Refused: the secret of the new key ${id} could not be written to its file; the key was deleted again`,
      ),
    );
    expect(envelope.result).toBeNull();
    expect(JSON.stringify(envelope)).not.toContain(SECRET);
    expect(filesWithSecret(program.settings.stateDir)).toEqual([]);
  });

  it('names the key to be deleted when it cannot be deleted again either', async () => {
    const program = open();
    sandbox.deny('iam:DeleteAccessKey');
    const { error } = await createWhileFolderVanishes(program);
    const id = keysOfUser()[0]?.accessKeyId;
    expect(error).toMatch(
      new RegExp(`^Internal: .*could not be deleted again \\(AccessDenied: .*\\): delete ${id} now$`),
    );
    expect(error).not.toContain('Nothing was changed');
  });

  it('deletes it again though IAM throttles the first attempt', async () => {
    // The wait before the second attempt is a random share of a second: none here.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const program = open();
    sandbox.order({ operation: 'DeleteAccessKey', fault: { kind: 'throttle' } });
    const { error } = await createWhileFolderVanishes(program);
    expect(keysOfUser()).toEqual([]);
    expect(error).toMatch(/^Refused: .*the key was deleted again/);
  });

  it('has the outcome in the audit: who agreed, and that it was done in part', async () => {
    const program = open();
    await createWhileFolderVanishes(program);
    const audit = readFileSync(path.join(program.settings.stateDir, 'audit.jsonl'), 'utf8').trim().split('\n');
    expect(audit.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'asked', tool: 'create_access_key', arguments: { user_name: 'tom.okafor' } },
      { event: 'sent', agreedBy: 'host' },
      { event: 'partly-done', error: 'Refused' },
    ]);
  });
});
