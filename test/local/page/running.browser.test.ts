// The view Running in a real browser, filled: its plot and counters, the log that follows, the journal and its buttons.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { localClient, photosAt, upload } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, openStudio, startStudio } from '../../support/studio.js';

describe.skipIf(noBrowser)(`running${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  beforeAll(async () => {
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ runTimers: false })]);
    await upload(cloud.url, 'photos', await photosAt([['logo.png', 'avatars/logo.png']]));
    const client = localClient(cloud.url, 'photos');
    await client.put('avatars/broken.jpg', Buffer.from('no picture'));
    await client.put('avatars/raw/own.jpg', Buffer.from('no rule'));
    await cloud.idle();
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  const counter = (page: Page, name: string) =>
    page
      .locator('.counters div')
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator('dd');

  const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));
  it.each(looks)('is accessible with everything in it, $scheme, $width px wide', async ({ scheme, width }) => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/running', scheme, width });
    await page.getByRole('heading', { name: 'Can never work as they are 2' }).waitFor();
    await page.getByText('The same as a table').click();
    await page.locator('.lines summary').last().click();
    await page.getByRole('button', { name: 'Discard all 2…' }).click();
    expect(await inaccessible(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(problems).toEqual([]);
    await close();
  });

  it('counts, draws and lists what has happened; lines are found, opened and kept in the address', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/running' });
    await page.getByText('no-rule').waitFor();
    const counts = ['Uploads', 'Saved', 'Skipped', 'Failed'].map((name) => counter(page, name).textContent());
    expect(await Promise.all(counts)).toEqual(['3', '2', '1', '2']);
    expect(await page.locator('.plot .bar').count()).toBeGreaterThan(0);
    expect(await page.locator('.plot .mean').count()).toBeGreaterThan(0);
    await page.getByText('The same as a table').click();
    const minutes = await page.locator('.as-table tbody tr td:nth-child(2)').allTextContents();
    expect(minutes.map(Number).reduce((a, b) => a + b)).toBe(3);

    await page.getByLabel('Show').selectOption('failed');
    await page.getByLabel('Find in lines').fill('128.WEBP');
    await expect.poll(() => page.locator('.lines li').count()).toBe(1);
    await page.locator('.lines summary').click();
    expect(JSON.parse((await page.locator('.lines pre').textContent()) ?? '')).toMatchObject({ status: 'failed' });
    await page.waitForURL(/#\/running\?kind=failed&text=128.WEBP$/);
    await page.reload();
    await expect.poll(() => page.locator('.lines li').count()).toBe(1);
    expect(problems).toEqual([]);
    await close();
  });

  it('follows the end of the log, but not when someone has scrolled up', async () => {
    const { page, close } = await openStudio(browser, cloud.url, { at: '#/running?kind=runtime', height: 700 });
    const found = 'document.querySelector(".lines")';
    await page.locator('.lines').waitFor();
    // So that few lines are more than it holds.
    await page.evaluate(`${found}.style.maxHeight = '60px'`);
    const fromEnd = () => page.evaluate<number>(`${found}.scrollHeight - ${found}.scrollTop - ${found}.clientHeight`);
    const lines = await page.locator('.lines li').count();
    await localClient(cloud.url, 'photos').put('avatars/raw/more.jpg', Buffer.from('no rule'));
    await expect.poll(() => page.locator('.lines li').count()).toBeGreaterThan(lines);
    await expect.poll(fromEnd).toBeLessThan(8);
    await page.evaluate(`${found}.scrollTo(0, 0)`);
    await page.getByRole('button', { name: 'To the newest line' }).waitFor();
    await localClient(cloud.url, 'photos').put('avatars/raw/more.jpg', Buffer.from('no rule'));
    await page.getByRole('button', { name: /newest line, [1-9]\d* new/ }).click();
    await expect.poll(fromEnd).toBeLessThan(8);
    await close();
  });

  it('runs what has failed again, discards after a second thought, and fires the timer', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/running' });
    const records = page.locator('.records li');
    await expect.poll(() => records.count()).toBe(2);
    await records.first().getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('status').getByText('1 run again: 0 saved, 0 skipped, 1 failed.').waitFor();
    await page.locator('.lines').getByText('run again').waitFor();

    await records.first().getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    expect(await records.count()).toBe(2);
    await records.first().getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('status').getByText('1 deleted.').waitFor();
    await expect.poll(() => records.count()).toBe(1);

    await upload(cloud.url, 'photos', await photosAt([['logo.png', 'avatars/broken.jpg']]));
    await cloud.idle();
    await records.first().getByRole('button', { name: 'Run again' }).click();
    await page.getByText('Nothing is waiting, and nothing has failed for good.').waitFor();

    await page.getByRole('button', { name: 'Run the timer now' }).click();
    await page.locator('.lines').getByText('nothing-due').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('says that the rules keep no journal, in Chinese too', async () => {
    const config = {
      journal: 'throw',
      rules: [
        {
          name: 'a',
          when: { bucket: 'photos' },
          outputs: [{ style: 'image/info', to: { bucket: 'b-out', key: '{key}' } }],
        },
      ],
    };
    const other = await startStudio({ config });
    const { page, problems, close } = await openStudio(browser, other.url, { at: '#/running', locale: 'zh-CN' });
    await page.getByText('当前规则没有 journal').waitFor();
    await page.getByText('还没有日志。').waitFor();
    expect(problems).toEqual([]);
    await close();
    await other.close();
  });
});
