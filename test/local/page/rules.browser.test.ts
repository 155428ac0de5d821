// The view of the rules in a real browser: a draft that uploads follow, one that is refused, a key that is tried, a
// file that is saved.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClient } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, openStudio, startStudio } from '../../support/studio.js';

const rulesOf = (width: number) => ({
  journal: 'throw',
  rules: [
    {
      name: 'avatars',
      when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg'], exclude: ['avatars/<b>raw</b>/'] },
      onDelete: 'remove',
      outputs: [
        {
          style: `image/resize,m_fixed,w_${width},h_${width}`,
          to: { key: 'thumbs/{key}' },
          headers: { 'Cache-Control': 'no-cache' },
          tags: { rule: '{rule}' },
        },
        { style: 'image/resize,w_9', to: { bucket: 'photos-out', key: '{key}' } },
      ],
    },
    {
      name: 'gallery',
      when: { bucket: ['photos', 'photos-eu'], prefix: 'gallery/', size: { max: 1_000 } },
      outputs: [{ style: 'image/resize,w_8', to: { bucket: 'photos-out', key: '{key}' } }],
    },
  ],
});

describe.skipIf(noBrowser)(`the rules${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: Awaited<ReturnType<typeof startStudio>>;
  let folder: string;
  let file: string;
  const save = async (text: string) => {
    writeFileSync(file, text);
    await cloud.rules.saved();
  };
  const textOf = (page: Page) => page.getByRole('textbox', { name: /Text of the draft|草稿文本/ });
  /** The width of the derivative of a new upload. */
  async function widthMade(name: string): Promise<number> {
    const photo = sharp({ create: { width: 300, height: 200, channels: 3, background: '#246' } });
    await localClient(cloud.url, 'photos').put(`avatars/${name}.jpg`, await photo.jpeg().toBuffer());
    await cloud.idle();
    const { content } = await localClient(cloud.url, 'photos').get(`thumbs/avatars/${name}.jpg`);
    return (await sharp(content).metadata()).width;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'autostyle-rules-'));
    file = join(folder, 'rules.json');
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ config: rulesOf(10), file })]);
    await save(`// mine\n${JSON.stringify(rulesOf(10), null, 2)}`);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
    rmSync(folder, { recursive: true });
  });

  it('runs a draft, which the next upload follows, and goes back to the file', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/rules' });
    const text = await textOf(page).inputValue();
    expect(text).toMatch(/^\/\/ mine/);
    expect(await widthMade('a')).toBe(10);
    await textOf(page).fill(text.replace('w_10,h_10', 'w_20,h_20'));
    await textOf(page).press('Control+Enter');
    await page.getByText('A draft runs in place of').waitFor();
    await page.getByText('image/resize,m_fixed,w_20,h_20').first().waitFor();
    expect(await widthMade('b')).toBe(20);
    await page.getByRole('link', { name: 'Running' }).click();
    await page.getByRole('link', { name: 'Draft in force' }).click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as src/config.ts' }).click();
    await page.getByText('Copied.').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain("style: 'image/resize,m_fixed,w_20,h_20'");
    await page.getByRole('button', { name: 'Discard draft' }).click();
    await page.getByText('The function runs the rules of').waitFor();
    expect(await textOf(page).inputValue()).toBe(text);
    expect(await widthMade('c')).toBe(10);
    expect(problems).toEqual([]);
    await close();
  });

  it('says what is wrong with a draft, and where', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/rules' });
    const text = await textOf(page).inputValue();
    await textOf(page).fill(text.replace('"remove"', '"keep"'));
    const mistake = page.getByRole('listitem').filter({ hasText: 'rules[0].onDelete' });
    await mistake.filter({ hasText: 'got "keep"' }).waitFor();
    await page.getByRole('button', { name: 'Run draft' }).click();
    await mistake.getByRole('button', { name: /line \d+, column \d+/ }).click();
    const selected = 'getSelection().toString()';
    expect(await page.evaluate(selected)).toBe('"keep"');
    expect(await page.getByText('A draft runs in place of').count()).toBe(0);
    expect(await page.locator('.editor mark').allTextContents()).toEqual(['"keep"']);
    await page.getByRole('button', { name: 'Undo all edits' }).click();
    await mistake.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await close();
  });

  it('tries a key: what takes it, what does not and why, kept in the address', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/rules' });
    const rule = (name: string) => page.locator('.rule').filter({ has: page.getByRole('heading', { name }) });
    await page.getByLabel('Key', { exact: true }).fill('oss://photos/gallery/x.jpg');
    await rule('gallery').getByText('not: another size').waitFor({ state: 'detached' });
    await rule('gallery').getByText('takes it').waitFor();
    await rule('gallery').getByText('oss://photos-out/gallery/x.jpg').waitFor();
    await rule('avatars').getByText('not: another prefix').waitFor();
    await page.getByLabel('Size').fill('2 KB');
    await rule('gallery').getByText('not: another size').waitFor();
    await page.getByText('No rule takes it.').waitFor();
    expect(page.url()).toMatch(/#\/rules\?bucket=photos&key=gallery%2Fx\.jpg&size=2\+KB$/);
    await page.reload();
    await rule('gallery').getByText('not: another size').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('shows a file that is saved, and why one is not taken, in Chinese too', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/rules', locale: 'zh-CN' });
    await page.getByText('函数正在使用').waitFor();
    await save(JSON.stringify(rulesOf(30)));
    await page.getByText('image/resize,m_fixed,w_30,h_30').first().waitFor();
    await save('{ "journal": "throw" }');
    await page.getByRole('alert').getByText('required, but missing').waitFor();
    await page.getByRole('link', { name: '规则未加载' }).waitFor();
    await page.getByText('image/resize,m_fixed,w_30,h_30').first().waitFor();
    await save(JSON.stringify(rulesOf(10)));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await close();
  });

  it('is accessible with all that it can hold, in light and dark, wide and narrow', async () => {
    const at = '#/rules?bucket=photos&key=avatars%2Fa.jpg';
    const { page, problems, close } = await openStudio(browser, cloud.url, { at });
    await page.getByText('Taken by avatars.').waitFor();
    await page.getByText('note', { exact: true }).first().waitFor();
    await textOf(page).fill('{ "rules": [] }');
    await page.getByText('One mistake').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await inaccessible(page), `${colorScheme}, ${width}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    }
    expect(problems).toEqual([]);
    await close();
  });
});
