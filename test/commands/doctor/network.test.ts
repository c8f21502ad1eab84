// What the doctor says of the way to AWS: proxies, certificates, and what comes of a way that leads nowhere.
import { chmodSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startTlsFront, testAuthority } from '../../network/certificates.ts';
import { startSocksProxy } from '../../network/proxies.ts';
import { HOST } from '../../network/through.ts';
import { examine, openPatient } from './examined.ts';

describe('the network', () => {
  test('where nothing listens is what failed, and nothing else', async () => {
    const { examine } = await openPatient();
    const startedAt = performance.now();
    const { code, found, all } = await examine({ endpoint: 'http://127.0.0.1:9' });
    expect({ code, failed: all('failed') }).toEqual({ code: 1, failed: ['network'] });
    expect(found('network')).toMatch(/^failed: NetworkError: nothing answers at 127\.0\.0\.1:9: check the network/);
    expect(found('identity')).toBe('not known: AWS was not reached; see network');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  test('that never answers is given up after the time for a call', async () => {
    const { examine, sandbox } = await openPatient();
    sandbox.order({ fault: { kind: 'silence' }, times: Number.POSITIVE_INFINITY });
    const startedAt = performance.now();
    const { code, found } = await examine({}, { settings: { answerTimeout: 3600, callTimeout: 0.5 } });
    expect(found('network')).toMatch(/^failed: Timeout: /);
    expect(code).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  test('that answers in AWS’s place is told', async () => {
    const { examine, sandbox } = await openPatient();
    sandbox.order({ fault: { kind: 'html', status: 200 }, times: Number.POSITIVE_INFINITY });
    expect((await examine()).found('network')).toMatch(/^failed: BadResponse: .*captive portal/);
  });

  test('through a remote agent is told by its host, without user and password', async () => {
    const { examine, secrets } = await openPatient();
    const password = 'agent-pass/word+1';
    const remoteAgent = `socks5h://agent-user:${encodeURIComponent(password)}@127.0.0.1:9`;
    const { found, table } = await examine({ remoteAgent }, { secrets: [...secrets, password] });
    expect(found('network')).toMatch(/^failed: .* through the remote agent socks5h:\/\/127\.0\.0\.1:9; /);
    expect(table).not.toContain('agent-user');
  });

  test('through a proxy of the environment is told in the same way', async () => {
    const { home } = await openPatient();
    const password = 'environment-password';
    process.env.HTTPS_PROXY = `http://somebody:${password}@127.0.0.1:9`;
    onTestFinished(() => void delete process.env.HTTPS_PROXY);
    home.credentials(
      '[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=not-a-real-secret-key\n',
    );
    const { found, table } = await examine({ secrets: [password, 'not-a-real-secret-key'] });
    expect(found('network')).toMatch(/^failed: NetworkError: .*to iam\.amazonaws\.com through the proxy http:\/\/127/);
    expect(table).not.toContain('somebody');
  });

  test('through a SOCKS proxy that leads there is well, with TLS to the other end', async () => {
    const { examine, sandbox, secrets } = await openPatient();
    const authority = await testAuthority();
    const aws = await startTlsFront(Number(new URL(sandbox.endpoint).port), await authority.certify(HOST));
    const login = { user: 'agent-user', password: 'agent-password' };
    const proxy = await startSocksProxy({ leadsTo: aws.port, login });
    const remoteAgent = `socks5h://${login.user}:${login.password}@127.0.0.1:${proxy.port}`;
    const { code, found } = await examine(
      { endpoint: `https://${HOST}`, remoteAgent, caBundle: authority.file },
      { secrets: [...secrets, login.password] },
    );
    expect(found('network')).toBe(
      `ok: to ${HOST} through the remote agent socks5h://127.0.0.1:${proxy.port}; TLS verified by the CA bundle ${authority.file}`,
    );
    expect(code).toBe(0);
    expect(proxy.asked).toContain(`${HOST}:443`);
  });

  test('whose certificate is not trusted fails, and is a warning where it is not verified', async () => {
    const { examine, sandbox } = await openPatient();
    const authority = await testAuthority();
    const aws = await startTlsFront(Number(new URL(sandbox.endpoint).port), await authority.certify('127.0.0.1'));
    const endpoint = `https://127.0.0.1:${aws.port}`;
    const trusted = await examine({ endpoint });
    expect(trusted.found('network')).toMatch(/^failed: NetworkError: .*not trusted.*caBundle/);
    expect(sandbox.log).toEqual([]);
    const unverified = await examine({ endpoint, verifySsl: false });
    expect(unverified.found('network')).toMatch(/^warning: .*TLS NOT verified: whoever is on the way can pose as AWS/);
    expect(unverified.code).toBe(0);
  });

  test('to an STS elsewhere is told beside that to IAM', async () => {
    await openPatient();
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:9');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { found } = await examine({});
    expect(found('network')).toContain('to iam.amazonaws.com, direct; for STS to 127.0.0.1:9, direct; TLS verified');
  });

  test('with a CA bundle that is not there fails before anything is sent', async () => {
    const { examine, sandbox } = await openPatient();
    const { code, found, all } = await examine({ caBundle: '/nonexistent/ca.pem' });
    expect({ code, failed: all('failed') }).toEqual({ code: 1, failed: ['network'] });
    expect(found('network')).toMatch(/^failed: the CA bundle \/nonexistent\/ca\.pem cannot be used/);
    expect(sandbox.log).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')(
    'with a CA bundle that others can write fails, with what to do',
    async () => {
      const { examine, sandbox } = await openPatient();
      const { file } = await testAuthority();
      chmodSync(file, 0o666);
      const { code, found } = await examine({ caBundle: file });
      expect(code).toBe(1);
      expect(found('network')).toMatch(/^failed: the CA bundle .* others can write this file, .*: chmod go-w /);
      expect(sandbox.log).toEqual([]);
    },
  );
});
