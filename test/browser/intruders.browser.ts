// Other pages and programs, and what a real browser does for them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser, field, stages } from './a-page.ts';

async function otherSite(html: string): Promise<number> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describeInBrowser('another page in the same browser', () => {
  const stage = stages();

  // Another port is the same site for a browser: it sends the cookie along.
  it.each(['127.0.0.1', 'evil.example'])('on %s cannot answer, even with all that a form has in it', async (name) => {
    const request = stage().ask();
    const tab = await stage().tab();
    const place = new URL('answer', tab.url()).href;
    const token = await tab.locator('input[name=token]').first().inputValue();
    const port = await otherSite(`<form method="post" action="${place}">
      <input name="id" value="${request.id}"><input name="token" value="${token}"><input name="typed" value="LE77">
      <button name="decision" value="approve">Win a prize</button></form>`);
    const evil = await tab.context().newPage();
    await evil.goto(`http://${name}:${port}/`);
    await evil.getByRole('button').click();
    await evil.getByText('Not shown: wrong origin.').waitFor();
    expect(stage().requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
  });

  it('can neither read the page nor show it in a frame', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    const port = await otherSite(`<iframe src="${tab.url()}"></iframe>`);
    const evil = await tab.context().newPage();
    await evil.goto(`http://127.0.0.1:${port}/`);
    const read = await evil.evaluate((address) => fetch(address).then(String, String), tab.url());
    expect(read).toContain('TypeError');
    const [, frame] = evil.frames();
    expect((await frame?.content()) ?? '').not.toContain(request.id);
  });

  it('gets nothing by a name of its own that leads to this machine', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    const evil = await tab.context().newPage();
    await evil.goto(tab.url().replace('127.0.0.1', 'evil.example'));
    expect(await evil.content()).toContain('Not shown: wrong host.');
    expect(await evil.content()).not.toContain(request.id);
  });

  it('gets nothing without the cookie, though it knows the address, nor by the one-time address again', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    const [door] = stage().doors;
    for (const address of [tab.url(), new URL('/', tab.url()).href, door ?? expect.unreachable('no door')]) {
      const text = await stage().textAt(address);
      expect(text).toContain('Not shown:');
      expect(text).not.toContain(request.id);
    }
    await field(tab).fill('LE77');
  });

  it('finds the cookie in no script, and the address in no header of a page that is linked to', async () => {
    stage().ask();
    const tab = await stage().tab();
    expect(await tab.evaluate('document.cookie')).toBe('');
  });
});
