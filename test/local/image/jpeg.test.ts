import sharp from 'sharp';
import { expect, it } from 'vitest';
import { estimateQuality } from '../../../src/local/image/jpeg.js';
import { quadrants } from './pictures.js';

it('finds the quality of every encode from 1 to 100', async () => {
  for (let quality = 1; quality <= 100; quality += 1) {
    const jpeg = await quadrants(16, 16).jpeg({ quality }).toBuffer();
    expect(estimateQuality(jpeg)).toBe(quality);
  }
});

it('finds the quality of a grey JPEG, which has one table', async () => {
  const jpeg = await quadrants(16, 16).greyscale().toColourspace('b-w').jpeg({ quality: 67 }).toBuffer();
  expect((await sharp(jpeg).metadata()).channels).toBe(1);
  expect(estimateQuality(jpeg)).toBe(67);
});

it('comes near for tables that are not libjpeg’s', async () => {
  const jpeg = await quadrants(16, 16).jpeg({ quality: 80, quantisationTable: 3 }).toBuffer();
  const estimate = estimateQuality(jpeg) ?? 0;
  expect(estimate).toBeGreaterThan(65);
  expect(estimate).toBeLessThan(95);
});

it('has no answer without tables, and reads no further than the file', () => {
  expect(estimateQuality(Buffer.from('ffd8ffd9', 'hex'))).toBeUndefined();
  expect(estimateQuality(Buffer.from('ffd8ffdb004300', 'hex'))).toBeUndefined();
  expect(estimateQuality(Buffer.from('ffd8ffdb0003ff', 'hex'))).toBeUndefined();
  expect(estimateQuality(Buffer.from('ffd8ffff', 'hex'))).toBeUndefined();
  expect(estimateQuality(Buffer.alloc(0))).toBeUndefined();
});
