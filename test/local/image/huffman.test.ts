import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { withShortestCodes } from '../../../src/local/image/huffman.js';
import { waves } from './pictures.js';

const noPause = () => undefined;

// libjpeg's own optimisation is the witness.
describe('withShortestCodes', () => {
  it.each([1, 10, 50, 75, 90, 100])('gives at quality %i the bytes that the encoder gives', async (quality) => {
    for (const [width, height] of [
      [1, 1],
      [8, 8],
      [17, 33],
      [90, 61],
      [256, 100],
    ] as const) {
      for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
        for (const image of [
          waves(width, height),
          waves(width, height).greyscale().toColourspace('b-w'),
          noise(width, height),
        ]) {
          const options = { quality, chromaSubsampling };
          const plain = await image
            .clone()
            .jpeg({ ...options, optimiseCoding: false })
            .toBuffer();
          const expected = await image.jpeg({ ...options, optimiseCoding: true }).toBuffer();
          expect(plain.equals(expected)).toBe(false);
          expect((await withShortestCodes(plain, noPause)).equals(expected)).toBe(true);
        }
      }
    }
  });

  // The rarer a peak, the longer its code.
  it('has no code of more than 16 bits, where the counts ask for longer ones', async () => {
    const [next, side] = [random(), 400];
    const peaks = Buffer.from(
      Array.from({ length: side * side }, () => 128 + (next() < 0.5 ? -127 : 127) * next() ** 40),
    );
    const image = sharp(peaks, { raw: { width: side, height: side, channels: 1 } });
    const plain = await image.clone().jpeg({ quality: 100, optimiseCoding: false }).toBuffer();
    expect((await withShortestCodes(plain, noPause)).equals(await image.jpeg({ quality: 100 }).toBuffer())).toBe(true);
  });
});

function random(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

function noise(width: number, height: number) {
  const next = random();
  const data = Buffer.from(Array.from({ length: width * height * 3 }, () => 256 * next()));
  return sharp(data, { raw: { width, height, channels: 3 } });
}
