// The built program with a config file: one connection direct, others through proxies with a login. That stdout carries
// the protocol alone and stderr nothing is checked for each server of these tests when it ends.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { turningOff } from '../e2e/aws-account.ts';
import { personWho } from '../e2e/person.ts';
import { test } from '../e2e/start-server.ts';
import { filesHolding, holds } from '../e2e/state-files.ts';
import { deadPort } from './listening.ts';
import { type Login, proxyUrl, startHttpProxy, startSocksProxy } from './proxies.ts';

const LOGIN: Login = { user: 'iam-operator-of-northwind', password: 'the-right/password' };
const WRONG: Login = { user: 'iam-operator-of-northwind', password: 'some-wrong/password' };
const LIST = { user_name: 'ci-deploy' };

describe('a config file with proxies', () => {
  // The packages that speak with proxies print with DEBUG, one of them the whole URL.
  test('is all it takes, and nothing of their logins comes out, even with DEBUG', async ({
    aws,
    folder,
    stateDir,
    start,
  }) => {
    const leadsTo = Number(new URL(aws.endpoint).port);
    const [socks, http] = await Promise.all([
      startSocksProxy({ leadsTo, login: LOGIN }),
      startHttpProxy({ leadsTo, login: LOGIN }),
    ]);
    const keys = { accessKey: aws.credentials.accessKeyId, secretKey: aws.credentials.secretAccessKey };
    // Where nothing listens: what arrives at the sandbox has come through a proxy.
    const behind = { ...keys, region: 'us-east-1', endpoint: `http://127.0.0.1:${await deadPort()}` };
    const connections = [
      { ...behind, label: 'direct', endpoint: aws.endpoint },
      { ...behind, label: 'socks', remoteAgent: proxyUrl('socks5h', socks, LOGIN) },
      { ...behind, label: 'http', remoteAgent: proxyUrl('http', http, LOGIN) },
      { ...behind, label: 'wrong-socks', remoteAgent: proxyUrl('socks5h', socks, WRONG) },
      { ...behind, label: 'wrong-http', remoteAgent: proxyUrl('http', http, WRONG) },
    ];
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify({ connections }), { mode: 0o600 });
    const server = await start({ args: ['--config', file, '--log-level', 'debug'], env: { DEBUG: '*' } });
    for (const connection of ['direct', 'socks', 'http']) {
      const { error, result } = await server.call('list_access_keys', { ...LIST, connection });
      expect(error).toBeNull();
      expect(result).toHaveLength(1);
    }
    expect(socks.asked).toHaveLength(1);
    expect(http.asked).toHaveLength(1);
    for (const connection of ['wrong-socks', 'wrong-http']) {
      const { error } = await server.call('list_access_keys', { ...LIST, connection });
      expect(error).toMatch(/^NetworkError: the remote agent 127\.0\.0\.1:\d+ wants a user name and password/);
    }
    expect(aws.log).toHaveLength(3);
    await server.stop();
    for (const { user, password } of [LOGIN, WRONG]) {
      for (const secret of [user, password, `${user}:${password}`]) {
        expect(holds(server.streams.stdout + server.streams.stderr, secret)).toBe(false);
        expect(filesHolding(stateDir, secret)).toEqual([]);
      }
    }
    expect(server.streams.stderr).toBe('');
  });
});

describe('the plan of a change', () => {
  test('names the proxy of the environment without its login, and what is grave about plain http through it', async ({
    aws,
    stateDir,
    start,
  }) => {
    const proxy = await startHttpProxy({ leadsTo: Number(new URL(aws.endpoint).port), login: LOGIN });
    const endpoint = `http://127.0.0.1:${await deadPort()}`;
    const person = personWho.declines();
    const server = await start({
      person,
      env: { HTTP_PROXY: proxyUrl('http', proxy, LOGIN), AWS_ENDPOINT_URL: endpoint },
    });
    await server.call('update_access_key', turningOff(aws));
    const [text = ''] = person.read;
    expect(text).toContain(`\nSent to: ${endpoint}, which is not AWS's own address\n`);
    expect(text).toContain(`\nThrough: the proxy of the environment http://127.0.0.1:${proxy.port}\n`);
    expect(text).toContain("\nWARNING: requests go to an endpoint that is not AWS's own\n");
    expect(text).toContain('\nWARNING: requests go without TLS: ');
    expect(proxy.asked.length).toBeGreaterThan(0);
    await server.stop();
    for (const secret of [LOGIN.user, LOGIN.password]) {
      expect(holds(text + server.streams.stdout + server.streams.stderr, secret)).toBe(false);
      expect(filesHolding(stateDir, secret)).toEqual([]);
    }
  });
});
