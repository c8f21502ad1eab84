// Who is let in to the page and who is not, and what an answer there comes to.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { servedPage } from './a-browser.ts';

const RIGHT = { typed: 'LE77', decision: 'approve' };

describe('whoever has a one-time token', () => {
  it('gets a cookie for it, once, and then sees what waits, as often as they like', async () => {
    const { ask, doorway, get, enter } = await servedPage();
    const request = ask();
    const door = doorway();
    const first = await get(door);
    expect(first).toMatchObject({ status: 200 });
    expect(first.headers['set-cookie']).toHaveLength(1);
    expect(first.text).not.toContain(request.id);
    expect(await get(door)).toMatchObject({ status: 403 });
    const visit = await enter();
    for (const again of [1, 2]) {
      const page = await visit.get();
      expect(page.status, String(again)).toBe(200);
      expect(page.text).toContain(request.id);
      expect(page.text).toContain('AKIAEXAMPLEEXAMPLE77');
    }
  });

  it('has a page that nothing from elsewhere gets into, that no other page shows, and that is kept nowhere', async () => {
    const { enter, ask } = await servedPage();
    ask();
    const visit = await enter();
    for (const path of ['', 'page.css', 'page.js', 'news']) {
      const { status, headers } = await visit.get(path);
      expect(status, path).toBe(200);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; " +
          "frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    const { text } = await visit.get();
    expect(text).not.toMatch(/<style|style=|\son\w+=|javascript:|https?:|<script(?! src="page.js" defer><)/);
  });
});

describe('whoever has none', () => {
  it('is told nothing, whatever they ask for', async () => {
    const { ask, enter, get, faults } = await servedPage();
    const request = ask();
    const visit = await enter();
    for (const [path, headers] of [
      ['/', {}],
      ['/favicon.ico', {}],
      ['/open/', {}],
      [`/open/${'a'.repeat(43)}`, {}],
      [visit.place, {}],
      [visit.place, { cookie: 'aws-iam-mcp-page=' }],
      [visit.place, { cookie: `${visit.cookie}x` }],
      [`${visit.place}page.css`, {}],
      [`${visit.place}page.js`, {}],
      [`${visit.place}news`, {}],
      [`/${'a'.repeat(22)}/`, { cookie: visit.cookie }],
      [`${visit.place}../page.css`, { cookie: visit.cookie }],
      [`${visit.place}nothing`, { cookie: visit.cookie }],
      [`${visit.place}a/b/c`, { cookie: visit.cookie }],
      ['//example.com/', { cookie: visit.cookie }],
      ['//[', {}],
      ['//a:b/', { cookie: visit.cookie }],
      ['/%ff%00', { cookie: visit.cookie }],
      ['http://[/', { cookie: visit.cookie }],
    ] as const) {
      const { status, text, headers: given } = await get(path, { headers });
      expect(status, path).toBe(403);
      expect(given['content-type']).toBe('text/plain; charset=utf-8');
      expect(given['set-cookie']).toBeUndefined();
      expect(text).not.toContain(request.id);
      expect(text).toMatch(/^Not shown: /);
    }
    expect(faults).toEqual([]);
  });

  it.each(['localhost', '127.0.0.1', 'evil.example', '127.0.0.1.evil.example:{port}', '[::1]:{port}', '127.0.0.1:1'])(
    'nor whoever has one under the name %s',
    async (name) => {
      const { enter, port, doorway, get } = await servedPage();
      const host = name.replace('{port}', String(port));
      const visit = await enter();
      expect(await visit.get('', { headers: { host } })).toMatchObject({ status: 403 });
      const door = doorway();
      expect(await get(door, { headers: { host } })).toMatchObject({ status: 403 });
      expect(await get(door), 'which has not used the token up').toMatchObject({ status: 200 });
    },
  );

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'])('nor by %s', async (method) => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const visit = await enter();
    expect(await visit.get('answer', { method, headers: { origin: visit.origin } })).toMatchObject({ status: 403 });
    expect(requests.stateOf(request).is).toBe('open');
  });
});

describe('an answer', () => {
  it('agrees when what was typed is right, and leads back to the page', async () => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const visit = await enter();
    const { status, headers } = await visit.submit(request, RIGHT);
    expect(status).toBe(303);
    expect(headers.location).toBe(`${visit.place}?about=${request.id}&came=agreed#r-${request.id}`);
    expect(requests.stateOf(request)).toMatchObject({
      is: 'answered',
      yeses: [{ typed: 'LE77', way: 'page', by: 'ana' }],
    });
    expect((await visit.get()).text).toMatch(/<strong>Agreed<\/strong> by ana \(page, /);
  });

  it('changes nothing when something else or nothing was typed, and says so', async () => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const visit = await enter();
    for (const [typed, came, said] of [
      ['le77', 'mistyped', 'That is not the last four characters of the access key. Nothing has happened.'],
      ['<b>', 'mistyped', 'That is not'],
      ['', 'empty', 'Nothing was typed.'],
    ] as const) {
      const { headers } = await visit.submit(request, { typed, decision: 'approve' });
      expect(headers.location).toContain(`&came=${came}#`);
      expect((await visit.get(headers.location?.replace(visit.place, '').replace(/#.*/, ''))).text).toContain(said);
      expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
    }
    expect(requests.seenOf(request).map(({ way, event }) => `${way} ${event}`)).toEqual([
      'page mistyped',
      'page mistyped',
      'page empty',
    ]);
  });

  it('declines, also what was agreed to and not used yet', async () => {
    const { enter, ask, requests } = await servedPage();
    const [first, second] = [ask(), ask({ callDigest: 'b2' })];
    const visit = await enter();
    await visit.submit(first, { decision: 'decline' });
    await visit.submit(second, RIGHT);
    await visit.submit(second, { decision: 'decline' });
    for (const request of [first, second]) {
      expect(requests.stateOf(request)).toMatchObject({ is: 'closed', closed: { is: 'declined', by: 'page ana' } });
    }
    expect((await visit.get()).text).toContain('<strong>Declined</strong> by page ana');
  });

  it('that is the second, or comes after the end, changes nothing', async () => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const visit = await enter();
    const token = await visit.formToken(request);
    await visit.submit(request, { ...RIGHT, token });
    const before = requests.stateOf(request);
    expect((await visit.submit(request, { ...RIGHT, token })).headers.location).toContain('came=answered');
    expect(requests.stateOf(request)).toEqual(before);
    requests.claim(request, 'a call');
    expect((await visit.submit(request, { ...RIGHT, token })).headers.location).toContain('came=too-late');
    const { headers } = await visit.submit(request, { decision: 'decline', token });
    expect(headers.location).toContain('came=too-late');
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'used' } });
  });

  it.each([
    ['without an origin', { origin: '' }],
    ['from another origin', { origin: 'http://evil.example' }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['from a sandboxed page', { origin: 'null' }],
    ['from another site by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['from a page on another port, by what the browser says', { 'sec-fetch-site': 'same-site' }],
    ['without the cookie', { cookie: '' }],
    ['under another name', { host: 'localhost' }],
  ])('counts for nothing %s', async (_, headers) => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const visit = await enter();
    for (const decision of ['approve', 'decline']) {
      expect(await visit.submit(request, { ...RIGHT, decision }, headers)).toMatchObject({ status: 403 });
    }
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
    expect(requests.seenOf(request)).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['no token', { token: '' }],
    ['a token of another request', { token: 'other' }],
    ['no decision', { decision: '' }],
    ['another decision', { decision: 'constructor' }],
    ['no id', { id: '' }],
    ['an id that is a path', { id: '../../x' }],
    ['too much in it', { typed: 'LE77'.padEnd(9000, 'x') }],
  ])('counts for nothing with %s', async (_, fields) => {
    const { enter, ask, requests, faults } = await servedPage();
    const [request, other] = [ask(), ask({ callDigest: 'b2' })];
    const visit = await enter();
    const token: Record<string, string> = fields.token === 'other' ? { token: await visit.formToken(other) } : {};
    expect(await visit.submit(request, { ...RIGHT, ...fields, ...token })).toMatchObject({ status: 403 });
    expect([request, other].map((each) => requests.stateOf(each).is)).toEqual(['open', 'open']);
    expect(faults).toEqual([]);
  });

  it('counts for nothing with a token of another browser, or as another type', async () => {
    const { enter, ask, requests } = await servedPage();
    const request = ask();
    const [visit, other] = [await enter(), await enter()];
    const token = await other.formToken(request);
    expect(await visit.submit(request, { ...RIGHT, token })).toMatchObject({ status: 403 });
    const body = new URLSearchParams({ id: request.id, token: await visit.formToken(request), ...RIGHT }).toString();
    const headers = { origin: visit.origin, 'content-type': 'text/plain' };
    expect(await visit.get('answer', { method: 'POST', body, headers })).toMatchObject({ status: 403 });
    expect(requests.stateOf(request).is).toBe('open');
  });

  it('is not taken for what may not be answered on a page', async () => {
    const { enter, ask, requests } = await servedPage();
    const [shown, hidden] = [ask(), ask({ callDigest: 'b2', ways: ['terminal'] })];
    const visit = await enter();
    expect((await visit.get()).text).not.toContain(hidden.id);
    expect(await visit.submit(hidden, { ...RIGHT, token: await visit.formToken(shown) })).toMatchObject({
      status: 403,
    });
    expect(requests.stateOf(hidden).is).toBe('open');
  });

  it('comes from whoever has read that two have to agree', async () => {
    const { enter, ask } = await servedPage();
    ask({ yesesNeeded: 2 });
    const { text } = await (await enter()).get();
    expect(text).toContain('Two different people have to agree to this: nobody has agreed yet.');
  });

  it('of one person does for one of two, who is not asked again', async () => {
    const { enter, ask, requests } = await servedPage();
    const request = ask({ yesesNeeded: 2 });
    const visit = await enter();
    expect((await visit.submit(request, RIGHT)).headers.location).toContain('came=one-of-two');
    const { text } = await visit.get();
    expect(text).toContain('Another person has to agree, too, elsewhere.');
    expect(text).not.toContain('name="typed"');
    expect(requests.stateOf(request)).toMatchObject({ is: 'open', yeses: [{ way: 'page' }] });
  });
});

it('says what an identical call came to, without names that a model has made up', async () => {
  const { enter, ask } = await servedPage();
  const what = 'Turn off an access key: NoSuchEntity: The user with name approved-by-security cannot be found.';
  ask({ earlier: { id: 'abc234', is: 'used', at: 0, what } });
  const { text } = await (await enter()).get();
  expect(text).toContain('by request abc234: Turn off an access key: NoSuchEntity</p>');
  expect(text).not.toContain('approved-by-security');
});

describe('what somebody has looked at', () => {
  it('is noted when it was before their eyes, once, and not when the page was merely served', async () => {
    const { enter, ask, requests } = await servedPage();
    const [first, second] = [ask(), ask({ callDigest: 'b2' })];
    const visit = await enter();
    const body = new URLSearchParams({ id: first.id, token: await visit.formToken(first) });
    const headers = { origin: visit.origin };
    for (const _ of [1, 2]) await visit.get('looked', { method: 'POST', body, headers });
    expect(requests.seenOf(first).map(({ way, event }) => `${way} ${event}`)).toEqual(['page looked']);
    expect(requests.seenOf(second)).toEqual([]);
  });
});

describe('the news', () => {
  it('are told as soon as there are some', async () => {
    const { enter, ask } = await servedPage();
    const visit = await enter();
    const { marks } = JSON.parse((await visit.get('news')).text);
    const waiting = visit.get(`news?since=${marks}`);
    ask();
    expect(JSON.parse((await waiting).text).marks).not.toBe(marks);
  });

  it('end with the server, which leaves nothing hanging', async () => {
    const { enter, server } = await servedPage();
    const visit = await enter();
    const { marks } = JSON.parse((await visit.get('news')).text);
    const waiting = visit.get(`news?since=${marks}`).then(
      () => 'answered',
      () => 'ended',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.close();
    expect(await waiting).toBe('ended');
  });
});

it('ends a connection on which no request comes', async () => {
  const { port } = await servedPage();
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: ');
  const ended = await new Promise<string>((resolve) => {
    socket.on('data', (data) => resolve(String(data)));
    socket.on('close', () => resolve('closed'));
  });
  expect(ended).toMatch(/^(closed|HTTP\/1.1 408)/);
});
