import sharp from 'sharp';
import { expect, it } from 'vitest';
import { averageHue } from '../../../src/local/image/average-hue.js';
import { readSource } from '../../../src/local/image/source.js';

async function averageOf(pixels: readonly number[][]): Promise<string> {
  const raw = { width: pixels.length, height: 1, channels: 3 } as const;
  return averageHue(await readSource(await sharp(Buffer.from(pixels.flat()), { raw }).png().toBuffer()));
}

it('truncates the mean hue to whole degrees, and the average colour to whole levels', async () => {
  // Their hues are 35.29°, 80.71° and 126.12°, 80.71° on average: with 80°, the first is near and the last is not.
  const [first, middle, last] = [
    [255, 150, 0],
    [167, 255, 0],
    [0, 255, 26],
  ] as const;
  expect(await averageOf([[...first], [...middle], [...last]])).toBe('0xd3ca00');
});
