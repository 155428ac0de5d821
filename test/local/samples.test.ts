// A sample of samples.slow.test.ts: one photo, without the others.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { samplePhotos } from '../../src/local/samples.js';

it('makes the photo that is asked for, as large as it says', async () => {
  const photos = await samplePhotos(new Set(['logo.png']));
  expect(photos.map(({ key, contentType }) => [key, contentType])).toEqual([['logo.png', 'image/png']]);
  for (const { body, width, height } of photos) {
    expect(await sharp(body).metadata()).toMatchObject({ format: 'png', width, height });
  }
});
