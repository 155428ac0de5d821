// Uploads in a real browser: dropped and chosen photos become derivatives that are seen in their natural size; what
// fails says why and is run again; what is skipped, or covered by no trigger, says so; keys are nothing but text.
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { localClient } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, openStudio, startStudio } from '../../support/studio.js';
import { send } from '../oss/fixture.js';

const config = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: 'in/', suffix: ['.jpg', '.png'], size: { max: 1_000_000 } },
      onDelete: 'remove',
      outputs: [
        { style: 'image/resize,w_50/format,png', to: { bucket: 'photos-out', key: '{key}.png' } },
        {
          style: 'image/resize,m_fill,w_30,h_40',
          to: { bucket: 'photos-out', key: 'relayed/{key}' },
          headers: { 'Cache-Control': 'max-age=60' },
        },
      ],
    },
    {
      name: 'named',
      when: { bucket: 'photos', prefix: 'named/' },
      outputs: [{ style: 'style/small', to: { bucket: 'photos-out', key: '{key}.small' } }],
    },
  ],
};
const jpeg = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#2a6' } })
    .jpeg()
    .toBuffer();

/** The card of an upload, by its key as it is shown. */
const cardOf = (page: Page, key: string) => page.getByRole('article', { name: key, exact: true });
/** The dimensions of the pictures in it, by their names, once this many are loaded. */
async function picturesIn(page: Page, key: string, count: number): Promise<Record<string, string>> {
  const read = () =>
    cardOf(page, key).evaluate((card) => {
      const all = [...card.querySelectorAll('img')].filter((one) => one.naturalWidth > 0);
      return all.map(({ alt, naturalWidth, naturalHeight }) => [alt, `${naturalWidth}x${naturalHeight}`]);
    });
  await expect.poll(async () => (await read()).length).toBe(count);
  return Object.fromEntries(await read());
}

describe.skipIf(noBrowser)(`uploads${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  beforeAll(async () => {
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ config })]);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  it('become derivatives, seen in their natural size', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url);
    const where = page.getByLabel('Folder, or key');
    await expect.poll(() => where.inputValue()).toBe('in/');
    const files = [
      { name: 'wide.jpg', mimeType: 'image/jpeg', buffer: await jpeg(200, 100) },
      { name: 'high.jpg', mimeType: 'image/jpeg', buffer: await jpeg(100, 300) },
    ];
    await page.getByLabel('Choose files').setInputFiles(files);
    expect(await picturesIn(page, 'in/wide.jpg', 3)).toEqual({
      'in/wide.jpg': '200x100',
      'in/wide.jpg.png': '50x25',
      'relayed/in/wide.jpg': '30x40',
    });
    expect(await picturesIn(page, 'in/high.jpg', 3)).toMatchObject({ 'in/high.jpg.png': '50x150' });
    const card = cardOf(page, 'in/wide.jpg');
    await card.getByText('✓ 2 saved').waitFor();
    await card.getByText('relayed', { exact: true }).waitFor();
    await card.getByText(/^30 × 40 · \d+ B · [\d,]+ ms$/).waitFor();

    const base64 = (await jpeg(60, 60)).toString('base64');
    await page.evaluate(`
      const bytes = Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped 1+1.jpg', { type: 'image/jpeg' }));
      for (const type of ['dragover', 'drop']) {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector('main').dispatchEvent(event);
      }
    `);
    expect(await picturesIn(page, 'in/dropped 1+1.jpg', 3)).toMatchObject({ 'in/dropped 1+1.jpg.png': '50x50' });
    const { res } = await localClient(cloud.url, 'photos').get('in/dropped 1+1.jpg');
    expect(res.headers['content-type']).toBe('image/jpeg');

    await localClient(cloud.url, 'photos').delete('in/wide.jpg');
    await page.getByText('− 2 removed').waitFor();
    await page.getByText('This object was deleted later.').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('that cannot be sent say why', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url);
    const where = page.getByLabel('Folder, or key');
    const choose = page.getByLabel('Choose files');
    const file = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('x') };
    await expect.poll(() => where.inputValue()).toBe('in/');
    await where.fill('in/../out/');
    await choose.setInputFiles(file);
    await page.getByText('A browser cannot send a key with a segment “.” or “..”.').waitFor();
    await where.fill('one.jpg');
    await choose.setInputFiles([file, { ...file, name: 'b.jpg' }]);
    await page.getByText('For several files write a folder').waitFor();
    await page.getByRole('button', { name: 'photos/named/' }).click();
    expect(await where.inputValue()).toBe('named/');
    expect(problems).toEqual([]);
    await close();
  });

  it('that fail say why, are run again, and then are well', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url);
    await localClient(cloud.url, 'photos').put('named/a.jpg', await jpeg(80, 40), { mime: 'image/jpeg' });
    const card = cardOf(page, 'named/a.jpg');
    await card.getByText('✕ NoSuchStyle').waitFor();
    await card.getByText('It works once somebody has put this right.').waitFor();
    await card.getByText('What is there now').click();
    await card.getByText('missing').waitFor();
    await card.getByText('waits for someone').waitFor();
    await createStyle(cloud.port, 'photos', 'small', 'image/resize,w_20');
    await card.getByRole('button', { name: 'Run again' }).click();
    expect(await picturesIn(page, 'named/a.jpg', 2)).toEqual({
      'named/a.jpg': '80x40',
      'named/a.jpg.small': '20x10',
    });
    await card.getByText('run again once').waitFor();
    expect(await card.getByText('✕ NoSuchStyle').count()).toBe(0);
    await card.getByRole('button', { name: 'Look again' }).click();
    await card.getByText('there, made since the source was stored').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('that are not processed say why; and no key is anything but text', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url);
    const client = localClient(cloud.url, 'photos');
    const hostile = 'in/<img src=x onerror=alert(1)>\u0001\u202egpj.txt';
    await client.put('elsewhere/a.jpg', Buffer.from('x'));
    await client.put('named/empty.jpg', Buffer.alloc(0));
    await client.put(hostile, Buffer.from('x'));
    await cardOf(page, 'elsewhere/a.jpg').getByText('No trigger covers this object').waitFor();
    await cardOf(page, 'named/empty.jpg').getByText('The object has no bytes').waitFor();
    const card = cardOf(page, 'in/<img src=x onerror=alert(1)>\\u0001\\u202egpj.txt');
    await card.getByText('No rule takes this key, or this size.').waitFor();
    await card.getByText('Why no rule takes it').click();
    await card.getByText('suffix: the key does not end with .jpg').waitFor();
    await card.getByText('prefix: the key does not start with named/').waitFor();
    await page.getByRole('article').first().waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await card.getByRole('link', { name: 'Show in Objects' }).click();
    await page.getByRole('link', { name: 'Its uploads' }).click();
    await page.getByRole('link', { name: 'Show all uploads' }).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    expect(problems).toEqual([]);
    await close();
  });

  it('are the samples, in Chinese too', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { locale: 'zh-CN' });
    await page.getByText('示例照片').click();
    await page.getByRole('button', { name: 'logo.png' }).click();
    expect(await picturesIn(page, 'in/logo.png', 3)).toMatchObject({ 'in/logo.png.png': '50x50' });
    await cardOf(page, 'in/logo.png').getByText('✓ 保存 2 个').waitFor();
    await cardOf(page, 'elsewhere/a.jpg').getByText('没有触发器覆盖这个文件').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));
  it.each(looks)('are accessible, $scheme, $width px wide', async ({ scheme, width }) => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { scheme, width });
    await cardOf(page, 'in/logo.png').waitFor();
    await page.getByText('Sample photos').click();
    await page.getByRole('button', { name: 'logo.png' }).waitFor();
    await page.getByText('What is there now').first().click();
    await page.getByText('Why no rule takes it').first().click();
    await page.getByText('These do not:').waitFor();
    await page.getByRole('button', { name: 'Look again' }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(problems).toEqual([]);
    await close();
  });
});

/** Gives the bucket a named style. */
async function createStyle(port: number, bucket: string, name: string, content: string): Promise<void> {
  const { status } = await send(port, {
    method: 'PUT',
    path: `/${bucket}?style&styleName=${name}`,
    bucket,
    queries: { style: null, styleName: name },
    body: `<Style><Content>${content}</Content></Style>`,
  });
  expect(status).toBe(200);
}
