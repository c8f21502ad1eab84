// A person answers on the page, in a real browser.
import { expect, it } from 'vitest';
import { VALID_FOR_MS } from '../../src/approval/request.ts';
import { approve, articleOf, decline, describeInBrowser, field, said, stages } from './a-page.ts';

describeInBrowser('a person at the page', () => {
  const stage = stages();

  it('agrees by typing what is asked for, and sees what comes of it', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await field(tab).fill('LE77');
    await approve(tab);
    await said(tab, 'Agreed by').waitFor();
    expect(stage().requests.stateOf(request)).toMatchObject({
      is: 'answered',
      yeses: [{ typed: 'LE77', way: 'page' }],
    });
    stage().requests.claim(request, 'a call');
    await said(tab, 'Agreed to and sent').waitFor();
    stage().requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    await said(tab, ': done').waitFor();
    expect(stage().faults).toEqual([]);
  });

  it('agrees by the Enter key, too', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await field(tab).fill('LE77');
    await field(tab).press('Enter');
    await said(tab, 'Agreed by').waitFor();
    expect(stage().requests.stateOf(request).is).toBe('answered');
  });

  it('declines', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await decline(tab);
    await said(tab, 'Declined by').waitFor();
    expect(stage().requests.stateOf(request)).toMatchObject({ closed: { is: 'declined' } });
    expect(await tab.getByRole('status').first().textContent()).toContain('Declined');
  });

  it('is told of a wrong text beside what they typed, which is still there, and can try again', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await field(tab).fill('LE78');
    await approve(tab);
    await tab.getByRole('alert').getByText('That is not the last four characters').waitFor();
    expect(await field(tab).inputValue()).toBe('LE78');
    expect(await field(tab).getAttribute('aria-invalid')).toBe('true');
    expect(await field(tab).evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(stage().requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
    await field(tab).fill('LE77');
    await approve(tab);
    await said(tab, 'Agreed by').waitFor();
  });

  it('sees the time run out, and then no form', async () => {
    const request = stage().ask({}, Date.now() - VALID_FOR_MS + 5_000);
    const tab = await stage().tab();
    await tab.getByText(/\(0:0\d left\)/).waitFor();
    await said(tab, 'Expired.').waitFor();
    expect(await tab.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(stage().requests.stateOf(request)).toEqual({ is: 'expired' });
  });

  it('finds the page again after a reload, which answers nothing a second time', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await tab.reload();
    await field(tab).fill('LE77');
    await approve(tab);
    await said(tab, 'Agreed by').waitFor();
    const before = stage().requests.stateOf(request);
    await tab.reload();
    await said(tab, 'Agreed by').waitFor();
    expect(stage().requests.stateOf(request)).toEqual(before);
  });

  it('is told when somebody else was faster, here or elsewhere', async () => {
    const request = stage().ask();
    const [first, second] = [await stage().tab(), await stage().tab({ javaScriptEnabled: false })];
    await field(first).fill('LE77');
    await approve(first);
    await said(first, 'Agreed by').waitFor();
    await field(second).fill('LE77');
    await approve(second);
    await said(second, 'Your answer came too late').waitFor();
    expect(stage().requests.stateOf(request)).toMatchObject({ yeses: [{ way: 'page' }] });
    const other = stage().ask({ callDigest: 'b2' });
    await articleOf(first, other).waitFor();
    stage().requests.close(other, { is: 'declined', by: 'terminal ana' });
    await said(first, 'Declined by terminal ana').waitFor();
  });

  it('presses the button twice, which counts once', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await field(tab).fill('LE77');
    await tab.getByRole('button', { name: 'Approve' }).dblclick();
    await said(tab, 'Agreed by').waitFor();
    expect(stage().requests.stateOf(request)).toMatchObject({ is: 'answered', yeses: [{ typed: 'LE77' }] });
    expect(
      stage()
        .requests.seenOf(request)
        .filter(({ event }) => event === 'mistyped'),
    ).toEqual([]);
  });

  it('has all that waits on one page: a new one comes by itself, and takes neither what was typed nor the focus', async () => {
    const first = stage().ask();
    const tab = await stage().tab();
    await field(tab).pressSequentially('LE');
    const second = stage().ask({ callDigest: 'b2', title: 'Turn on an access key' });
    await articleOf(tab, second).waitFor();
    await tab.getByRole('status').getByText('New: Turn on an access key.').waitFor();
    expect(await tab.title()).toMatch(/^\(2\) /);
    await tab.keyboard.type('77');
    expect(await field(articleOf(tab, first)).inputValue()).toBe('LE77');
    await decline(articleOf(tab, second));
    await said(tab, 'Declined').waitFor();
    expect(await field(articleOf(tab, first)).inputValue()).toBe('LE77');
    await approve(articleOf(tab, first));
    await said(tab, 'Agreed by').waitFor();
    expect([first, second].map((request) => stage().requests.stateOf(request).is)).toEqual(['answered', 'closed']);
  });

  it('is noted to have looked at what was before their eyes', async () => {
    const requests = [1, 2, 3, 4].map((count) => stage().ask({ callDigest: `c${count}` }));
    const tab = await stage().tab({ viewport: { width: 800, height: 500 } });
    await tab.bringToFront();
    const looked = () =>
      requests.map((request) =>
        stage()
          .requests.seenOf(request)
          .some(({ event }) => event === 'looked'),
      );
    await expect.poll(looked).toEqual([true, false, false, false]);
    await articleOf(tab, requests[3]).scrollIntoViewIfNeeded();
    await expect.poll(() => looked()[3]).toBe(true);
  });

  it('is told when the program that served the page has ended', async () => {
    stage().ask();
    const tab = await stage().tab();
    stage().leave();
    await tab.getByRole('status').getByText('has ended').waitFor();
    await expect.poll(() => tab.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
  });

  it('agrees and declines without any script', async () => {
    const [first, second] = [stage().ask(), stage().ask({ callDigest: 'b2' })];
    const tab = await stage().tab({ javaScriptEnabled: false });
    await field(articleOf(tab, first)).fill('wrong');
    await approve(articleOf(tab, first));
    await tab.getByText('That is not the last four characters').waitFor();
    expect(stage().requests.stateOf(first).is).toBe('open');
    await field(articleOf(tab, first)).fill('LE77');
    await approve(articleOf(tab, first));
    await said(tab, 'Agreed by').waitFor();
    await decline(articleOf(tab, second));
    await said(tab, 'Declined by').waitFor();
    expect(stage().requests.stateOf(second)).toMatchObject({ closed: { is: 'declined' } });
    await tab.getByRole('link', { name: 'Look for news' }).click();
    await said(tab, 'Agreed by').waitFor();
  });
});
