// The page's frame in a real browser: its views, both languages, what it loads, and what an accessibility checker says.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, openStudio, startStudio } from '../../support/studio.js';

describe.skipIf(noBrowser)(`the page${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  beforeAll(async () => {
    [browser, cloud] = await Promise.all([startBrowser(), startStudio()]);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  it.each([
    ['en-US', 'en', ['Uploads', 'Style', 'Rules', 'Objects', 'Running']],
    ['zh-CN', 'zh-CN', ['上传', '样式', '规则', '文件', '运行']],
  ] as const)('speaks the language of the browser: %s', async (locale, lang, names) => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { locale });
    for (const name of names) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    }
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
    expect(problems).toEqual([]);
    await close();
  });

  it('is opened by the server’s own address', async () => {
    const { page, close } = await openStudio(browser, cloud.url);
    await page.goto(`${cloud.url}/`);
    expect(page.url()).toBe(`${cloud.url}/-/`);
    await close();
  });

  it('takes less than 200 KB to load', async () => {
    const { page, close } = await openStudio(browser, cloud.url);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.reload({ waitUntil: 'load' });
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(200_000);
    await close();
  });

  it('says when the server is gone, and when it was started anew', async () => {
    const other = await startStudio();
    const { page, close } = await openStudio(browser, other.url);
    await page.getByText('connected').waitFor({ state: 'attached' });
    await other.close();
    await page.getByText('The server does not answer.').waitFor();
    const again = await startStudio({ port: other.port });
    await page.getByRole('button', { name: 'Load the page again' }).click();
    await page.getByText('connected').waitFor({ state: 'attached' });
    await again.close();
    await close();
  });

  it('is accessible, in light and dark, wide and narrow', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url);
    for (const view of ['uploads', 'style', 'rules', 'objects', 'running']) {
      await page.goto(`${cloud.url}/-/#/${view}`);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(width);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await inaccessible(page), `${view}, ${width} px, ${colorScheme}`).toEqual([]);
        }
      }
    }
    expect(problems).toEqual([]);
    await close();
  });
});
