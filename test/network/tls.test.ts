// A real TLS endpoint with a private authority, the sandbox behind it: whom a connection trusts, and what it says of
// whom it does not trust.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import type { ConnectionInTest } from '../actions/program.ts';
import { temporaryFolder } from '../actions/program.ts';
import { startTlsFront, testAuthority } from './certificates.ts';
import { proxyUrl, startHttpProxy, startSocksProxy } from './proxies.ts';
import { changeIn, HOST, openSandbox, openThrough, READ } from './through.ts';

const POSIX = process.platform !== 'win32';
const NOT_TRUSTED =
  /^NetworkError: the server's certificate is not trusted \(\w+\): give the authority that signed it as the connection's caBundle or in AWS_CA_BUNDLE \(a PEM file\)/;

interface EndpointOptions {
  /** What the certificate is for. */
  names?: string | string[];
  ageInDays?: number;
}

async function openEndpoint({ names = '127.0.0.1', ageInDays }: EndpointOptions = {}) {
  const { sandbox, sandboxPort } = await openSandbox();
  const authority = await testAuthority();
  const front = await startTlsFront(sandboxPort, await authority.certify(names, ageInDays));
  const open = (connection: Partial<ConnectionInTest> = {}) =>
    openThrough(sandbox, { endpoint: `https://127.0.0.1:${front.port}`, ...connection });
  return { sandbox, authority, front, open };
}

describe('an endpoint with a certificate of a private authority', () => {
  it('is not trusted by itself, and nothing was changed', async () => {
    const { sandbox, open } = await openEndpoint();
    const { call } = open();
    expect((await call(...READ)).error).toMatch(NOT_TRUSTED);
    expect((await call(...changeIn(sandbox))).error).toMatch(/AWS_CA_BUNDLE \(a PEM file\)\. Nothing was changed\.$/);
    expect(sandbox.log).toEqual([]);
  });

  it("is trusted with the connection's caBundle", async () => {
    const { sandbox, authority, open } = await openEndpoint();
    const { call } = open({ caBundle: authority.file });
    const [tool, given] = changeIn(sandbox);
    const envelope = await call(tool, { ...given, role_arn: sandbox.company.responderRoleArn });
    expect(envelope.error).toBeNull();
    expect(envelope).not.toHaveProperty('warnings');
    expect(sandbox.log.map(({ operation }) => operation)).toContain('AssumeRole');
  });

  it('is trusted with AWS_CA_BUNDLE', async () => {
    const { authority, open } = await openEndpoint();
    vi.stubEnv('AWS_CA_BUNDLE', authority.file);
    expect((await open().call(...READ)).error).toBeNull();
  });

  it("is trusted with the connection's caBundle, whatever AWS_CA_BUNDLE says", async () => {
    const { authority, open } = await openEndpoint();
    vi.stubEnv('AWS_CA_BUNDLE', (await testAuthority()).file);
    expect((await open().call(...READ)).error).toMatch(NOT_TRUSTED);
    expect((await open({ caBundle: authority.file }).call(...READ)).error).toBeNull();
  });

  it('is trusted with a bundle of several authorities', async () => {
    const { authority, open } = await openEndpoint();
    const caBundle = path.join(temporaryFolder(), 'several.pem');
    const pems = [...rootCertificates.slice(0, 3), readFileSync(authority.file, 'utf8')];
    writeFileSync(caBundle, `# Northwind\r\n${pems.join('\r\n')}`, { mode: 0o600 });
    expect((await open({ caBundle }).call(...READ)).error).toBeNull();
  });

  it('is trusted with a bundle larger than a config file may be, with comments in Latin-1', async () => {
    const { authority, open } = await openEndpoint();
    const caBundle = path.join(temporaryFolder(), 'large.pem');
    const comment = Buffer.from('# Zürich\n'.repeat(200_000), 'latin1');
    writeFileSync(caBundle, Buffer.concat([comment, readFileSync(authority.file)]), { mode: 0o600 });
    expect((await open({ caBundle }).call(...READ)).error).toBeNull();
  });

  it('is not trusted with the bundle of another', async () => {
    const { open } = await openEndpoint();
    const { call } = open({ caBundle: (await testAuthority()).file });
    expect((await call(...READ)).error).toMatch(NOT_TRUSTED);
  });

  it('is trusted in the next call once the bundle has been corrected, without a restart', async () => {
    const { authority, open } = await openEndpoint();
    const caBundle = path.join(temporaryFolder(), 'bundle.pem');
    writeFileSync(caBundle, readFileSync((await testAuthority()).file));
    const { call } = open({ caBundle });
    expect((await call(...READ)).error).toMatch(NOT_TRUSTED);
    writeFileSync(caBundle, readFileSync(authority.file));
    expect((await call(...READ)).error).toBeNull();
  });

  it('is used once verifySsl is false, every envelope says so, and nothing is printed', async () => {
    const { sandbox, open } = await openEndpoint();
    const { call, printed } = open({ verifySsl: false });
    const warnings = ["TLS certificates are not verified on the connection 'default'."];
    expect(await call(...READ)).toMatchObject({ error: null, warnings });
    expect(await call(...changeIn(sandbox))).toMatchObject({ error: null, warnings });
    expect(await call('list_access_keys', { user_name: 'nobody' })).toMatchObject({ has_error: true, warnings });
    expect(printed).toEqual([]);
  });
});

describe('an endpoint whose certificate', () => {
  it.each([
    [
      'is for another name',
      { names: 'iam.northwind.test' },
      'ERR_TLS_CERT_ALTNAME_INVALID): it is for another host; check',
    ],
    [
      'is for another address',
      { names: ['127.0.0.2', 'localhost'] },
      'ERR_TLS_CERT_ALTNAME_INVALID): it is for another host; check',
    ],
    ['has expired', { ageInDays: 60 }, 'CERT_HAS_EXPIRED): it has to be renewed, unless the clock'],
  ])('%s is refused, although its authority is trusted', async (_, options, what) => {
    const { sandbox, authority, open } = await openEndpoint(options);
    const { call } = open({ caBundle: authority.file });
    const { error } = await call(...changeIn(sandbox));
    expect(error).toMatch(/^NetworkError: the server's certificate is not trusted .*Nothing was changed\.$/);
    expect(error).toContain(what);
    expect(sandbox.log).toEqual([]);
  });
});

describe('an endpoint that speaks no TLS', () => {
  it('is not said to need an authority, and nothing was changed', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const { call } = openThrough(sandbox, { endpoint: `https://127.0.0.1:${sandboxPort}` });
    expect((await call(...changeIn(sandbox))).error).toMatch(
      /^NetworkError: the connection could not be made secure \(\w+\): check .*Nothing was changed\.$/,
    );
  });
});

describe('a CA bundle', () => {
  const folder = () => temporaryFolder();
  it.each([
    ['that is not there', () => path.join(folder(), 'none.pem'), /there is no such file/],
    [
      'that is a folder',
      () => {
        const file = path.join(folder(), 'folder.pem');
        mkdirSync(file);
        return file;
      },
      /this is not a file/,
    ],
    [
      'that is too large',
      () => written('-----BEGIN CERTIFICATE-----'.padEnd(10 * 1024 * 1024 + 1)),
      /larger than 10 MB/,
    ],
    ['without a certificate', () => written('-----BEGIN PRIVATE KEY-----\nAAAA\n'), /there is no certificate in it/],
    ['that is empty', () => written(''), /there is no certificate in it/],
    [
      'with a certificate that nobody can read',
      () => written('-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n'),
      /asn1|wrong tag|PEM/,
    ],
  ])('%s is InvalidArguments, with the name of the file, and nothing is sent', async (_, make, why) => {
    const { sandbox, open } = await openEndpoint();
    const caBundle = make();
    for (const { call } of [open({ caBundle }), openWithVariable()]) {
      const { error } = await call(...changeIn(sandbox));
      expect(error).toMatch(/^InvalidArguments: the CA bundle .*Nothing was changed\.$/);
      expect(error).toContain(`the CA bundle ${caBundle} cannot be used: `);
      expect(error).toMatch(why);
    }
    expect(sandbox.log).toEqual([]);

    function openWithVariable() {
      vi.stubEnv('AWS_CA_BUNDLE', caBundle);
      return open();
    }
  });

  function written(text: string): string {
    const file = path.join(temporaryFolder(), 'bundle.pem');
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }
});

describe.runIf(POSIX)('a CA bundle of which others decide', () => {
  it.each([0o602, 0o620, 0o666])('is refused with mode %o, and nothing is sent', async (mode) => {
    const { sandbox, authority, open } = await openEndpoint();
    chmodSync(authority.file, mode);
    const { call } = open({ caBundle: authority.file });
    expect((await call(...changeIn(sandbox))).error).toBe(
      `InvalidArguments: the CA bundle ${authority.file} cannot be used: others can write this file, which decides whom ` +
        `to take for AWS: chmod go-w ${authority.file}. Nothing was changed.`,
    );
    expect(sandbox.log).toEqual([]);
    chmodSync(authority.file, mode & ~0o022);
    expect((await call(...READ)).error).toBeNull();
  });

  it('is refused where AWS_CA_BUNDLE names it, and judged by the file that a link leads to', async () => {
    const { authority, open } = await openEndpoint();
    const link = path.join(temporaryFolder(), 'link.pem');
    symlinkSync(authority.file, link);
    vi.stubEnv('AWS_CA_BUNDLE', link);
    expect((await open().call(...READ)).error).toBeNull();
    chmodSync(authority.file, 0o664);
    expect((await open().call(...READ)).error).toContain(`chmod go-w ${link}`);
  });

  it('is refused once it was written by somebody else, though it was trusted before', async () => {
    const { authority, open } = await openEndpoint();
    const { call } = open({ caBundle: authority.file });
    expect((await call(...READ)).error).toBeNull();
    chmodSync(authority.file, 0o666);
    writeFileSync(authority.file, readFileSync((await testAuthority()).file));
    expect((await call(...READ)).error).toMatch(/^InvalidArguments: .*others can write this file/);
  });

  it.runIf(process.getuid?.() === 0)('is refused where it belongs to another user', async () => {
    const { authority, open } = await openEndpoint();
    chownSync(authority.file, 4711, 4711);
    expect((await open({ caBundle: authority.file }).call(...READ)).error).toMatch(
      /^InvalidArguments: the CA bundle .* cannot be used: belongs to user 4711, and this program runs as user 0/,
    );
  });

  it('is refused without waiting where it is a named pipe', async () => {
    const { open } = await openEndpoint();
    const caBundle = path.join(temporaryFolder(), 'pipe.pem');
    execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', caBundle]);
    expect((await open({ caBundle }).call(...READ)).error).toContain('cannot be used: this is not a file');
  });
});

describe.each([
  { scheme: 'socks5h', start: startSocksProxy },
  { scheme: 'http', start: startHttpProxy },
])('through a $scheme proxy', ({ scheme, start }) => {
  async function openBehindProxy(names: string, connection: Partial<ConnectionInTest> = {}, endpoint = HOST) {
    const { sandbox, authority, front, open } = await openEndpoint({ names });
    const proxy = await start({ leadsTo: front.port });
    const remoteAgent = proxyUrl(scheme, proxy);
    const opened = open({ endpoint: `https://${endpoint}`, remoteAgent, caBundle: authority.file, ...connection });
    return { sandbox, proxy, ...opened };
  }

  it('the certificate is checked, too: that of a private authority is not trusted by itself', async () => {
    const { sandbox, proxy, call } = await openBehindProxy(HOST, { caBundle: undefined });
    expect((await call(...changeIn(sandbox))).error).toMatch(NOT_TRUSTED);
    expect(proxy.asked).toContain(`${HOST}:443`);
    expect(sandbox.log).toEqual([]);
  });

  it('the certificate has to be of the host that is behind it', async () => {
    const { sandbox, call } = await openBehindProxy('iam.northwind.test');
    expect((await call(...READ)).error).toMatch(/^NetworkError: .*ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(sandbox.log).toEqual([]);
  });

  it('a host may be given by its address', async () => {
    const { sandbox, call } = await openBehindProxy('10.1.2.3', {}, '10.1.2.3');
    expect((await call(...READ)).error).toBeNull();
    expect(sandbox.log).toHaveLength(1);
  });

  it('nor does a host that is given by its address pass with the certificate of another', async () => {
    const { call } = await openBehindProxy('10.3.2.1', {}, '10.1.2.3');
    expect((await call(...READ)).error).toMatch(/^NetworkError: .*ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('nothing is checked once verifySsl is false, and the envelope says so', async () => {
    const { call, printed } = await openBehindProxy('iam.northwind.test', { caBundle: undefined, verifySsl: false });
    expect(await call(...READ)).toMatchObject({
      error: null,
      warnings: ["TLS certificates are not verified on the connection 'default'."],
    });
    expect(printed).toEqual([]);
  });
});
