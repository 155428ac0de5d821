import { expect, it } from 'vitest';
import { oversize } from '../../src/style/geometry.js';

it.each([
  ['webp', 16_383, 16_383, undefined],
  ['webp', 16_384, 1, 'webpSide'],
  ['webp', 1, 16_384, 'webpSide'],
  ['avif', 4096, 2304, undefined],
  ['avif', 1024, 9216, undefined],
  ['avif', 4097, 1, 'avifSide'],
  ['avif', 4096, 2305, 'avifSide'],
  ['heic', 4096, 4096, undefined],
  ['heic', 4097, 1, 'heicSide'],
  ['jpg', 30_000, 30_000, undefined],
  ['constructor', 30_000, 30_000, undefined],
  [undefined, 30_000, 30_000, undefined],
])('%s of %i × %i: %s', (format, width, height, expected) => {
  expect(oversize(format, { width, height })?.refused).toBe(expected);
});

it('says how large it may be', () => {
  expect(oversize('avif', { width: 5000, height: 10 })?.message).toBe(
    'An AVIF of 5000 × 10 pixels is wider than 4096 or above 9437184 pixels.',
  );
});
