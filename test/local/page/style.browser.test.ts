// The style bench in a real browser: text, form and picture follow each other.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { createFaults } from '../../../src/local/faults/faults.js';
import { localClient, photosAt, upload } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { inaccessible, type OpenOptions, openStudio, startStudio } from '../../support/studio.js';
import { send } from '../oss/fixture.js';

/** What the tests ask of a picture of the page. */
interface Picture {
  readonly complete: boolean;
  readonly naturalWidth: number;
  readonly naturalHeight: number;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly style: { readonly clipPath: string };
}

const key = 'gallery/mountain-lake.jpg';
const [width, height] = [1600, 1200];

describe.skipIf(noBrowser)(`the style bench${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  const faults = createFaults(['get:truncate'], { seed: 1 });
  beforeAll(async () => {
    faults.enable(false);
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ triggers: false, faults })]);
    const photos = await photosAt([
      ['mountain-lake.jpg', key],
      ['logo.png', 'avatars/logo.png'],
    ]);
    await upload(cloud.url, 'photos', photos);
    const stored = await send(cloud.port, {
      method: 'PUT',
      path: '/photos/?style&styleName=small',
      bucket: 'photos',
      queries: { style: null, styleName: 'small' },
      body: '<Style><Content>image/resize,w_77</Content></Style>',
    });
    expect(stored.status).toBe(200);
    await localClient(cloud.url, 'photos').put(
      'gallery/<i>odd\u0007 name.jpg',
      photos[0]?.photo.body ?? Buffer.alloc(0),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  async function openBench(style: string, options: OpenOptions & { readonly key?: string } = {}) {
    const query = new URLSearchParams({ bucket: 'photos', key: options.key ?? key, style });
    const opened = await openStudio(browser, cloud.url, { ...options, at: `#/style?${query}` });
    const { page } = opened;
    return {
      ...opened,
      text: page.getByRole('textbox', { name: /^(Style|样式)$/ }),
      /** Waits until the result has this size, and is the picture that is shown. */
      async shows(pixels: string) {
        await page.locator('.figures .pixels').nth(1).getByText(pixels, { exact: true }).waitFor();
        const natural = () =>
          page.locator('.sheet .after').evaluate((img) => {
            const { complete, naturalWidth, naturalHeight } = img as unknown as Picture;
            return complete && `${naturalWidth} × ${naturalHeight}`;
          });
        await expect.poll(natural).toBe(pixels);
      },
    };
  }

  it('changes text, form and picture together', async () => {
    const { page, problems, text, shows, close } = await openBench('image/resize,w_200');
    await shows('200 × 150');
    await page.getByText('1600 × 1200').waitFor();

    // The text is edited: the picture and the form follow.
    await text.fill('image/resize,m_fill,w_120,h_90/format,png');
    await shows('120 × 90');
    const fill = page.getByLabel(/^1 resize m:/);
    expect(await fill.inputValue()).toBe('fill');
    expect(page.url()).toContain(encodeURIComponent('w_120,h_90'));

    // A control is used: the text and the picture follow.
    await page.getByLabel(/^1 resize w:.*[^)]$/).fill('160');
    await shows('160 × 90');
    expect(await text.inputValue()).toBe('image/resize,m_fill,w_160,h_90/format,png');
    await fill.selectOption('pad');
    await page.getByRole('button', { name: /^More: .*color/ }).click();
    await page.getByLabel('1 resize color: Padding colour of m_pad', { exact: true }).fill('#0c2244');
    await page.getByLabel(/^1 resize w:.*slider/).press('ArrowRight');
    await expect.poll(() => text.inputValue()).toBe('image/resize,m_pad,w_162,h_90,color_0C2244/format,png');
    await shows('162 × 90');

    // Steps: added, moved, switched off, removed; the focus goes with the step that is moved.
    await page.getByLabel('Add a step').selectOption('rotate');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Move up: 3 rotate' }).press('Enter');
    await expect.poll(() => text.inputValue()).toMatch(/\/rotate,90\/format,png$/);
    await page.getByRole('button', { name: 'Move up: 2 rotate' }).and(page.locator(':focus')).waitFor();
    await shows('90 × 162');
    await page.getByLabel('on: 1 resize').uncheck();
    await shows(`${height} × ${width}`);
    expect(await text.inputValue()).toBe('image/rotate,90/format,png');
    await page.getByLabel('on: 1 resize').check();
    await page.getByRole('button', { name: 'Remove: 2 rotate' }).click();
    await shows('162 × 90');

    // A stored style, by its name; what is on the bench is there again after a look at another view, and a reload.
    await text.fill('style/small');
    await shows('77 × 58');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('small');
    await page.getByLabel('Begin with').selectOption('avatar');
    await shows('128 × 128');
    await page.getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('link', { name: 'Style' }).click();
    await shows('128 × 128');
    await page.reload();
    await shows('128 × 128');
    expect(problems).toEqual([]);
    await close();
  });

  it('shows what lint finds at its place, does its fix, and OSS’s refusal while the last picture stays', async () => {
    const { page, problems, text, shows, close } = await openBench('image/auto-orient,1/resize,w_200');
    await shows('200 × 150');
    await page.getByText('No mistakes found.').waitFor();

    await text.fill('image/auto-orient,1/resise,w_100');
    await page.locator('.style-marks .mark-error').getByText('resise', { exact: true }).waitFor();
    const [mark, area] = [await page.locator('.mark-error').boundingBox(), await text.boundingBox()];
    expect(mark && area && mark.x >= area.x && mark.y > area.y && mark.y + mark.height <= area.y + area.height).toBe(
      true,
    );
    const refusal = page.locator('.failure');
    await refusal.getByText('0040-00000213').waitFor();
    expect(await refusal.innerText()).toContain('The picture is of the last style');
    await shows('200 × 150');
    await page.getByRole('list', { name: 'What lint says' }).getByRole('button', { name: 'Write resize' }).click();
    await shows('100 × 75');
    expect(await text.inputValue()).toBe('image/auto-orient,1/resize,w_100');
    expect(await refusal.count()).toBe(0);

    // A text that cannot be read: the form waits, and says where.
    await text.fill('image/resize,w_100//flip,1');
    await page.getByText('The text cannot be read').waitFor();
    expect(await page.getByLabel(/^2 resize w:.*[^)]$/).isDisabled()).toBe(true);
    await page.getByText('at 19: An action is missing').waitFor();
    await shows('100 × 75');
    await text.fill('image/average-hue');
    await page.locator('.outcome pre').getByText('0x').waitFor();
    await text.fill('image/info');
    await page.locator('.outcome pre').getByText('"ImageWidth"').waitFor();

    // The browser itself reports each answer that is no success.
    expect(problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
    await close();
  });

  it('has one request under way at most, and the newest text wins', async () => {
    const { page, problems, text, shows, close } = await openBench('image/resize,w_300');
    await shows('300 × 225');
    let under = 0;
    let most = 0;
    let sent = 0;
    await page.route(/x-oss-process/, async (route) => {
      sent += 1;
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 50));
      under -= 1;
      await route.continue();
    });
    await text.fill('image/resize,w_');
    await text.pressSequentially('123456789'.slice(0, 3));
    await text.press('Backspace');
    await text.pressSequentially('7');
    await shows('127 × 95');
    expect(most).toBe(1);
    expect(sent).toBeLessThanOrEqual(6);
    expect(problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
    await close();
  });

  it('goes on after an answer that ended in its middle', async () => {
    const { page, text, shows, close } = await openBench('image/resize,w_200');
    await shows('200 × 150');
    faults.enable(true);
    await text.fill('image/resize,w_240');
    await page.getByText('The server does not answer.').first().waitFor();
    faults.enable(false);
    await text.fill('image/resize,w_280');
    await shows('280 × 210');
    await close();
  });

  it('compares, zooms and places by the keyboard', async () => {
    const style = 'image/auto-orient,1/resize,w_400/watermark,text_SGVsbG8,g_se';
    const { page, problems, text, shows, close } = await openBench(style);
    await shows('400 × 300');
    const compare = page.getByRole('slider', { name: 'Original or result' });
    const shown = () => page.locator('.sheet .after').evaluate((img) => (img as unknown as Picture).style.clipPath);
    const sheet = () =>
      page.locator('.sheet').evaluate((sheet) => {
        const { clientWidth, clientHeight } = sheet as unknown as Picture;
        return [clientWidth, clientHeight];
      });
    await compare.press('Home');
    expect(await compare.getAttribute('aria-valuetext')).toBe('Original 0 %, Result 100 %');
    await compare.press('End');
    await expect.poll(shown).toBe('inset(0px 0px 0px 100%)');
    await compare.press('ArrowLeft');
    await expect.poll(shown).toBe('inset(0px 0px 0px 99%)');
    expect(await sheet()).toEqual([400, 300]);
    await page.getByRole('button', { name: 'Larger' }).press('Enter');
    await expect.poll(sheet).toEqual([800, 600]);
    await page.getByRole('button', { name: '100 %' }).press('Space');
    await expect.poll(sheet).toEqual([400, 300]);
    await page.locator('.stage').hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(sheet).toEqual([800, 600]);
    await page.getByRole('button', { name: 'Fit' }).click();
    await expect.poll(sheet).toEqual([400, 300]);

    const fields = page.getByRole('radiogroup', { name: '3 watermark g: Place' });
    await fields.getByRole('radio', { name: 'bottom right' }).focus();
    for (const arrow of ['ArrowUp', 'ArrowLeft', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(arrow);
    await expect.poll(() => text.inputValue()).toBe(style.replace('g_se', 'g_north'));
    await fields.getByRole('radio', { name: 'top', exact: true, checked: true }).and(page.locator(':focus')).waitFor();
    await fields.getByRole('radio', { name: 'centre' }).click();
    await expect.poll(() => text.inputValue()).toBe(style.replace('g_se', 'g_center'));
    await shows('400 × 300');
    expect(problems).toEqual([]);
    await close();
  });

  it('chooses a picture, whatever it is called, and copies', async () => {
    const { page, problems, shows, close } = await openBench('image/auto-orient,1/resize,w_100/format,png');
    await shows('100 × 75');
    await page.getByRole('button', { name: 'Another picture…' }).click();
    await page.getByRole('button', { name: 'gallery/' }).click();
    await page.getByRole('button', { name: '<i>odd' }).click();
    await page.getByText(/^oss:\/\/photos\/gallery\/<i>odd.+name\.jpg$/).waitFor();
    await shows('100 × 75');
    await page.goBack();
    await page.locator('.picture-panel').getByText('oss://photos/gallery/mountain-lake.jpg').waitFor();
    await shows('100 × 75');

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (form: string) => {
      await page.getByRole('radio', { name: form, exact: true }).check();
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByText('Copied.').waitFor();
      return await page.evaluate('navigator.clipboard.readText()');
    };
    expect(await copied('Builder code')).toBe("image().autoOrient().resize({ w: 100 }).format('png')");
    expect(await copied('Style')).toBe('image/auto-orient,1/resize,w_100/format,png');
    expect(await copied('Output entry')).toContain("to: { bucket: 'photos-out', key: '{key}.png' }");
    expect(problems).toEqual([]);
    await close();
  });

  const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((across) => ({ scheme, across })));
  it.each(looks)('is accessible, $scheme, $across px wide, in both languages', async ({ scheme, across }) => {
    const style =
      'image/resize,m_pad,w_100,h_90,color_112233/watermark,text_SGVsbG8,g_se/quality,q_80/quality,q_70/sepia';
    const locale = scheme === 'dark' ? 'zh-CN' : 'en-US';
    const { page, problems, text, shows, close } = await openBench('image/resize,w_50', {
      scheme,
      width: across,
      locale,
      key: 'avatars/logo.png',
    });
    await shows('50 × 50');
    await text.fill(style);
    await page.locator('.failure').waitFor();
    await page.getByRole('heading', { name: scheme === 'dark' ? '复制为' : 'Copy as' }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(across);
    expect(problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
    await close();
  });
});
