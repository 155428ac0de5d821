// Objects in a real browser: a bucket is browsed, an object opened, uploaded again, deleted, all by keyboard where it
// matters; the list follows what happens; a large bucket stays quick; keys and metadata are nothing but text.
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { localClient } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, openStudio, startStudio } from '../../support/studio.js';

const jpeg = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#a26' } })
    .jpeg()
    .toBuffer();
const hostile = 'avatars/<img src=x onerror=alert(1)>\u0001\u202egpj.txt';
const shownHostile = 'avatars/<img src=x onerror=alert(1)>\\u0001\\u202egpj.txt';

describe.skipIf(noBrowser)(`objects${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  /** What the server's clock shows as long as it stands still, epoch ms. */
  let stopped: number | undefined;
  beforeAll(async () => {
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ now: () => stopped ?? Date.now() })]);
    const client = localClient(cloud.url, 'photos');
    const many = Array.from({ length: 250 }, (_, at) => `many/${String(at).padStart(3, '0')}/x.txt`);
    await Promise.all(many.map((key) => client.put(key, Buffer.from('x'))));
    await client.put('avatars/a.jpg', await jpeg(120, 60), {
      mime: 'image/jpeg',
      headers: { 'x-oss-tagging': 'of=a%2Bb%20c&x=y', 'x-oss-meta-note': '<img src=x>' },
    });
    await client.put(hostile, Buffer.from('x'));
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  it('are browsed, opened, uploaded again and deleted', async () => {
    // Ahead of the page's clock, so that what happens is news to it. All is within one second, as in a burst.
    stopped = Date.now() + 600_000;
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/objects?bucket=photos' });
    await page.getByRole('link', { name: 'avatars/' }).click();
    await page.getByRole('link', { name: shownHostile.slice('avatars/'.length) }).waitFor();
    await page.getByRole('link', { name: 'a.jpg', exact: true }).click();
    const open = page.getByRole('region', { name: 'avatars/a.jpg' });
    await open.getByText(/^120 × 60 · \d+ B$/).waitFor();
    for (const text of ['image/jpeg', 'x-oss-meta-note', '<img src=x>', 'a+b c']) {
      await open.getByText(text, { exact: true }).waitFor();
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      open.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('a.jpg');

    await open.getByLabel('Upload other bytes…').setInputFiles({
      name: 'other.jpg',
      mimeType: 'image/jpeg',
      buffer: await jpeg(40, 80),
    });
    await open.getByText(/^40 × 80 · \d+ B$/).waitFor();
    await open.getByRole('img', { name: 'square/avatars/a.jpg' }).waitFor();
    await open.getByText('✓ 2 saved').waitFor();
    const before = await localClient(cloud.url, 'photos').head('avatars/a.jpg');
    await open.getByRole('button', { name: 'Upload the same bytes' }).click();
    const uploads = open.getByRole('link', { name: 'Its uploads' });
    await uploads.click();
    await expect.poll(() => page.getByRole('article').count()).toBe(3);
    const after = await localClient(cloud.url, 'photos').head('avatars/a.jpg');
    expect(after.res.headers['etag']).toBe(before.res.headers['etag']);
    expect(after.res.headers['content-type']).toBe('image/jpeg');
    expect(after.res.headers['x-oss-meta-note']).toBeUndefined();

    await page.goBack();
    await page.getByRole('link', { name: 'Close' }).click();
    const row = page.getByLabel(`Select ${shownHostile}`);
    await row.check();
    await page.getByText('1 selected').waitFor();
    const ask = page.getByRole('button', { name: 'Delete…' });
    await ask.press('Enter');
    await page.getByRole('dialog', { name: 'Delete this object?' }).getByText(shownHostile).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await ask.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    await expect(localClient(cloud.url, 'photos').head(hostile)).rejects.toMatchObject({ status: 404 });
    stopped = undefined;
    expect(problems).toEqual([]);
    await close();
  });

  it('follow what happens, and are read page by page', async () => {
    const at = '#/objects?bucket=photos&prefix=many/';
    const { page, problems, close } = await openStudio(browser, cloud.url, { at, locale: 'zh-CN' });
    const rows = page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(200);
    await page.getByRole('button', { name: '显示更多' }).click();
    await expect.poll(() => rows.count()).toBe(250);
    await localClient(cloud.url, 'photos').put('many/new.txt', Buffer.from('x'));
    await page.getByRole('link', { name: 'new.txt' }).waitFor();
    expect(await rows.count()).toBe(251);
    await page.getByLabel('Key 的开头').fill('many/24');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBe(10);
    expect(page.url()).toContain('prefix=many%2F24');
    await page.goto(`${cloud.url}/-/#/objects?bucket=nowhere`);
    await page.getByText('There is no bucket nowhere.').waitFor();
    await page.goto(`${cloud.url}/-/#/objects?bucket=photos&key=a%2F..%2Fb.jpg`);
    await page.getByText('Key 中有“.”或“..”段').waitFor();
    await page.goto(`${cloud.url}/-/#/objects?bucket=photos&key=nowhere.jpg`);
    await page.getByText('这个文件已不存在。').waitFor();
    // The browser reports what was refused for the bucket, and for this key.
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
    await close();
  });

  const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));
  it.each(looks)('are accessible, $scheme, $width px wide', async ({ scheme, width }) => {
    const at = '#/objects?bucket=photos&key=avatars/a.jpg';
    const { page, problems, close } = await openStudio(browser, cloud.url, { at, scheme, width });
    await page
      .getByText(/^40 × 80/)
      .first()
      .waitFor();
    await page.getByRole('img', { name: 'square/avatars/a.jpg' }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.getByLabel('Select avatars/a.jpg').check();
    await page.getByRole('button', { name: 'Delete…' }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await inaccessible(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(problems).toEqual([]);
    await close();
  });
});
