import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SamplePhoto, samplePhotos } from '../../src/local/samples.js';

let photos: SamplePhoto[] = [];
const find = (key: string): SamplePhoto => {
  const photo = photos.find((one) => one.key === key);
  if (photo === undefined) throw new Error(`no sample ${key}`);
  return photo;
};

beforeAll(async () => {
  photos = await samplePhotos();
});

describe('samplePhotos', () => {
  it('makes eight files that are what they say', async () => {
    expect(
      photos.map(({ key, contentType, width, height, orientation }) => [key, contentType, width, height, orientation]),
    ).toEqual([
      ['mountain-lake.jpg', 'image/jpeg', 1600, 1200, undefined],
      ['sea-sunset.jpg', 'image/jpeg', 1600, 1067, undefined],
      ['dunes.jpg', 'image/jpeg', 1600, 1200, undefined],
      ['northern-lights.jpg', 'image/jpeg', 1500, 1000, undefined],
      ['oranges.jpg', 'image/jpeg', 1600, 1200, 6],
      ['balloons.jpg', 'image/jpeg', 1600, 1200, 8],
      ['sunflower.webp', 'image/webp', 1600, 1200, undefined],
      ['logo.png', 'image/png', 800, 800, undefined],
    ]);
    for (const { key, body, width, height, orientation } of photos) {
      const found = await sharp(body).metadata();
      expect([key, found.width, found.height, found.orientation ?? 1]).toEqual([key, width, height, orientation ?? 1]);
      expect(body.length).toBeGreaterThan(40_000);
      expect(body.length).toBeLessThan(1_000_000);
    }
  });

  it('carries EXIF as a camera writes it', async () => {
    const { exif } = await sharp(find('oranges.jpg').body).metadata();
    expect(exif?.includes('Sample Camera 1')).toBe(true);
    expect(exif?.includes('2024:11:02 12:05:31')).toBe(true);
  });

  it('stores the two portraits turned, so that they stand upright with their orientation', async () => {
    // Upright, the oranges lie in the lower half and the sky is behind the upper balloons.
    for (const [key, warmer] of [
      ['oranges.jpg', 2],
      ['balloons.jpg', 3],
    ] as const) {
      const upright = await sharp(find(key).body).autoOrient().toBuffer();
      expect(await sharp(upright).metadata()).toMatchObject({ width: 1200, height: 1600 });
      const rows = await sharp(upright).resize(1, 4, { fit: 'fill' }).raw().toBuffer();
      const warmth = (row: number) => (rows[3 * row] ?? 0) - (rows[3 * row + 2] ?? 0);
      expect(warmth(warmer)).toBeGreaterThan(warmth(0) + 20);
    }
  });

  it('has a logo with nothing in its corners, all in its middle and a soft edge', async () => {
    const { data } = await sharp(find('logo.png').body)
      .extractChannel('alpha')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[y * 800 + x] ?? -1;
    expect([at(0, 0), at(799, 0), at(0, 799), at(799, 799)]).toEqual([0, 0, 0, 0]);
    expect(at(400, 400)).toBe(255);
    const between = new Set(data.filter((alpha) => alpha > 0 && alpha < 255));
    expect(between.size).toBeGreaterThan(50);
  });

  it('has detail and colour everywhere a photograph has', async () => {
    for (const { key, body } of photos) {
      const { channels } = await sharp(await sharp(body).resize(200).png().toBuffer()).stats();
      for (const { stdev } of channels.slice(0, 3)) expect([key, stdev > 15]).toEqual([key, true]);
    }
  });

  it('makes only those asked for, the same on every run', async () => {
    const digest = (list: SamplePhoto[]) =>
      list.map(({ key, body }) => [key, createHash('sha256').update(body).digest('hex')]);
    const keys = ['sea-sunset.jpg', 'logo.png'];
    expect(digest(await samplePhotos(new Set(keys)))).toEqual(digest(keys.map(find)));
    expect(await samplePhotos(new Set())).toEqual([]);
  });
});
