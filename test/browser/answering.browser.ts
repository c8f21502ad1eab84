import { expect, it } from 'vitest';
import { describeInBrowser, stages } from './a-page.ts';

describeInBrowser('the page, in a browser', () => {
  const stage = stages();

  it('agrees to what waits when the right text is typed', async () => {
    const request = stage().ask();
    const tab = await stage().tab();
    await tab.getByLabel('To agree, type the last four characters of the access key').fill('LE77');
    await tab.getByRole('button', { name: 'Approve' }).click();
    await tab.locator('article .said').getByText('Agreed by').waitFor();
    expect(stage().requests.stateOf(request)).toMatchObject({
      is: 'answered',
      yeses: [{ typed: 'LE77', way: 'page' }],
    });
    expect(stage().faults).toEqual([]);
  });
});
