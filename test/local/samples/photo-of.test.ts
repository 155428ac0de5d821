import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../../src/local/image/source.js';
import { type PhotoFormat, photoOf } from '../../../src/local/samples/photo-of.js';

const formats: readonly (readonly [PhotoFormat, string])[] = [
  ['jpeg', 'jpeg'],
  ['png', 'png'],
  ['webp', 'webp'],
  ['gif', 'gif'],
  ['tiff', 'tiff'],
  ['avif', 'heif'],
];

describe('photoOf', () => {
  it.each(formats)('makes a small %s, and one that is padded', async (format, known) => {
    const small = await photoOf(format, { min: 1, max: 20_000 });
    expect(small?.length).toBeLessThanOrEqual(20_000);
    const padded = await photoOf(format, { min: 20_000, max: 20_010 });
    expect(padded).toHaveLength(20_000);
    for (const body of [small, padded]) {
      const { format, width = 0, height = 0 } = await sharp(body).metadata();
      expect({ format, wide: width > height }).toEqual({ format: known, wide: true });
      await sharp(body).stats();
    }
  });

  it('makes a BMP, which sharp does not know', async () => {
    const body = (await photoOf('bmp', { min: 1, max: 100_000 })) ?? Buffer.alloc(0);
    expect(body.toString('latin1', 0, 2)).toBe('BM');
    expect(await readSource(body)).toMatchObject({ format: 'bmp', width: 100, height: 75 });
  });

  it('makes a JPEG as large as a phone’s photo where nothing is against it', async () => {
    const body = await photoOf('jpeg', { min: 1, max: 20_000_000 });
    expect(await sharp(body).metadata()).toMatchObject({ width: 4000, height: 3000 });
  });

  it('makes none where none is small enough', async () => {
    expect(await photoOf('jpeg', { min: 1, max: 100 })).toBeUndefined();
  });
});
