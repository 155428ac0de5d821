// The studio in one sample: a photo is dropped into the page and becomes derivatives. All else is in the project
// `browser`.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { openStudio, startStudio } from '../../support/studio.js';

describe.skipIf(noBrowser)(`the studio${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  it('shows what an upload becomes', async () => {
    const [browser, cloud] = await Promise.all([startBrowser(), startStudio()]);
    try {
      const { page, problems } = await openStudio(browser, cloud.url);
      const photo = { create: { width: 300, height: 200, channels: 3, background: '#2a6' } } as const;
      const buffer = await sharp(photo).jpeg().toBuffer();
      await page.getByLabel('Choose files').setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer });
      const sizes = () =>
        page.getByRole('article', { name: 'avatars/me.jpg', exact: true }).evaluate((card) => {
          const all = [...card.querySelectorAll('img')].filter((one) => one.naturalWidth > 0);
          return all.map(({ naturalWidth, naturalHeight }) => `${naturalWidth}x${naturalHeight}`).sort();
        });
      await expect.poll(sizes).toEqual(['100x100', '128x128', '300x200']);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await cloud.close();
    }
  });
});
