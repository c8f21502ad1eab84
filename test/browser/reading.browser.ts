// What a person sees of plans, in windows and colours of all kinds.

import axe from 'axe-core';
import type { BrowserContextOptions, Page as Tab } from 'playwright-core';
import { expect, it } from 'vitest';
import { articleOf, describeInBrowser, said, stages } from './a-page.ts';
import { lowContrasts } from './contrast.ts';
import { manyRows, oneChange } from './made-plans.ts';

const NARROW = { width: 340, height: 700 };

async function violations(tab: Tab): Promise<string[]> {
  await tab.evaluate(axe.source);
  const { violations: found } = (await tab.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

const isTooWide = (tab: Tab) =>
  tab.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

describeInBrowser('the page', () => {
  const stage = stages();

  it('shows one change with a picture of when, and what is grave also beside the button, in words', async () => {
    const tab = await stage().tabWith(oneChange());
    await tab.getByRole('img', { name: /Created \d+ days ago, Last used \d+ minutes ago/ }).waitFor();
    for (const text of oneChange().grave ?? []) {
      expect(await tab.getByText(`Grave: ${text}`).count()).toBe(2);
      expect(await tab.locator('form').getByText(text).count()).toBe(1);
    }
    expect(await tab.getByText('Warning: ').count()).toBe(2);
    expect(stage().faults).toEqual([]);
  });

  it('shows every one of 250 rows, the grave ones on top, sorts and filters them', async () => {
    const tab = await stage().tabWith({ plan: manyRows(250, [7, 133, 250]) });
    const rows = tab.locator('tbody tr');
    expect(await rows.count()).toBe(250);
    const numbers = () => tab.locator('tbody th').allTextContents();
    expect((await numbers()).slice(0, 3).sort()).toEqual(['133', '250', '7']);
    expect(await rows.first().textContent()).toContain('Grave');
    for (const place of [tab.locator('article > .grave'), tab.locator('form .grave')]) {
      expect(await place.textContent()).toContain(
        '3 rows (7: user-7, 133: user-133, 250: user-250): the key was used within a day',
      );
    }
    await tab.getByRole('button', { name: 'Row', exact: true }).click();
    expect(await numbers()).toEqual(Array.from({ length: 250 }, (_, index) => String(index + 1)));
    await tab.getByRole('button', { name: 'Created' }).click();
    expect((await numbers())[0]).toBe('1');
    await tab.getByRole('button', { name: 'Created' }).click();
    expect((await numbers())[0]).toBe('250');
    expect(await tab.getByRole('columnheader', { name: 'Created' }).getAttribute('aria-sort')).toBe('descending');
    await tab.getByLabel('Show rows with').fill('USER-24');
    expect(await tab.locator('tbody tr:visible').count()).toBe(11);
    await tab.getByText('239 rows are not shown. Approve is about all 250.').waitFor();
    expect(await tab.locator('form').getByText('Grave').count()).toBe(1);
  });

  it('shows every row, the grave ones on top, without a script', async () => {
    const tab = await stage().tabWith({ plan: manyRows(250, [133]) }, { javaScriptEnabled: false });
    expect(await tab.locator('tbody tr:visible').count()).toBe(250);
    expect(await tab.locator('tbody tr').first().textContent()).toContain('user-133');
  });

  const kinds: [string, BrowserContextOptions][] = [
    ['a light', { colorScheme: 'light' }],
    ['a dark', { colorScheme: 'dark' }],
    ['a narrow', { viewport: NARROW }],
    ['a narrow dark', { viewport: NARROW, colorScheme: 'dark' }],
  ];
  it.each(kinds)(
    'can be read by everybody in %s window: axe finds no fault, and every text its contrast',
    async (_, options) => {
      const one = stage().ask(oneChange());
      const ended = stage().ask({ callDigest: 'b2', ...oneChange() });
      stage().requests.close(ended, { is: 'declined', by: 'terminal ana' });
      stage().ask({ callDigest: 'c3', plan: manyRows(12, [3]) });
      const tab = await stage().tab(options);
      await said(tab, 'Declined').waitFor();
      await articleOf(tab, one).getByRole('button', { name: 'Approve' }).click();
      await tab.getByText('Nothing was typed').waitFor();
      for (const details of await tab.locator('details').all())
        await details.evaluate((each) => each.setAttribute('open', ''));
      expect(await violations(tab)).toEqual([]);
      expect(await lowContrasts(tab)).toEqual([]);
      expect(await isTooWide(tab)).toBe(false);
      expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        options.colorScheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(255, 255, 255)',
      );
      expect(stage().faults).toEqual([]);
    },
  );

  it('finds low contrast where there is some', async () => {
    const tab = await stage().tabWith(oneChange());
    await tab.evaluate("document.querySelector('h1').style.setProperty('color', '#999')");
    expect(await lowContrasts(tab)).toEqual([expect.stringContaining('Changes that wait')]);
  });

  it('takes nothing of a plan for markup', async () => {
    const nasty = '<img src=x onerror="alert(1)"></script><b>&amp;`';
    const tab = await stage().tabWith({ title: nasty, effect: nasty, grave: [nasty], warnings: [nasty] });
    expect(await tab.locator('article img, article b').count()).toBe(0);
    expect(await tab.locator('article > .grave').textContent()).toContain(nasty);
    expect(stage().faults).toEqual([]);
  });

  it('can be gone through by the keyboard alone, and does not begin at the button', async () => {
    const request = stage().ask(oneChange());
    const tab = await stage().tab();
    expect(await tab.evaluate('document.activeElement === document.body')).toBe(true);
    const gone: string[] = [];
    while (!gone.includes('Decline') && gone.length < 30) {
      await tab.keyboard.press('Tab');
      gone.push(await tab.evaluate('document.activeElement.textContent || document.activeElement.name'));
      if (gone.at(-1) === 'typed') await tab.keyboard.type('LE77');
    }
    expect(gone.slice(-3)).toEqual(['typed', 'Approve', 'Decline']);
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Space');
    await said(tab, 'Agreed by').waitFor();
    expect(stage().requests.stateOf(request).is).toBe('answered');
  });
});
