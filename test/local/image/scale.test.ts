import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../src/local/image/bmp.js';
import { scale } from '../../../src/local/image/scale.js';

const noPause = () => undefined;
const channels = fc.constantFrom<Pixels['channels'][]>(1, 2, 3, 4);
const side = fc.integer({ min: 1, max: 24 });
const levels = fc.oneof(fc.constantFrom(0, 1, 254, 255), fc.integer({ min: 0, max: 255 }));

function picture(width: number, height: number): fc.Arbitrary<Pixels> {
  return channels.chain((channels) => {
    const length = width * height * channels;
    return fc
      .array(levels, { minLength: length, maxLength: length })
      .map((values) => ({ data: Buffer.from(values), width, height, channels }));
  });
}

const shrunk = fc.record({ width: side, height: side }).chain(({ width, height }) =>
  fc.record({
    pixels: picture(width, height),
    size: fc.record({ width: fc.integer({ min: 1, max: width }), height: fc.integer({ min: 1, max: height }) }),
  }),
);

describe('shrinking', () => {
  it('takes the mean of the area that each pixel covers, colours weighed by alpha', async () => {
    await fc.assert(
      fc.asyncProperty(shrunk, async ({ pixels, size }) => {
        const expected = areaMeans(pixels, size);
        const { data, ...rest } = await scale(pixels, size, 1, noPause);
        expect(rest).toEqual({ ...size, channels: pixels.channels });
        expect([...data]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [[70, 71], 70],
    [[71, 72], 72],
    [[255, 254], 254],
    [[0, 1], 0],
  ])('rounds the mean of %j to %i: a half goes to the even level, as in the output of OSS', async (levels, mean) => {
    const pixels = { data: Buffer.from(levels), width: 2, height: 1, channels: 1 } as const;
    expect([...(await scale(pixels, { width: 1, height: 1 }, 1, noPause)).data]).toEqual([mean]);
  });

  it('gives each frame of an animation its own pixels', async () => {
    await fc.assert(
      fc.asyncProperty(shrunk, fc.integer({ min: 2, max: 4 }), async ({ pixels, size }, frames) => {
        const all = Array.from({ length: frames }, (_, i) => pixels.data.map((level) => (level + 60 * i) % 256));
        const strip = { ...pixels, data: Buffer.concat(all), height: pixels.height * frames };
        const scaled = await scale(strip, size, frames, noPause);
        expect(scaled.height).toBe(size.height * frames);
        const each = await Promise.all(
          all.map(async (data) => (await scale({ ...pixels, data: Buffer.from(data) }, size, 1, noPause)).data),
        );
        expect(scaled.data.equals(Buffer.concat(each))).toBe(true);
      }),
    );
  });
});

describe('enlarging', () => {
  const grown = fc.record({ width: side, height: side }).chain(({ width, height }) =>
    fc.record({
      pixels: picture(width, height),
      size: fc.record({
        width: fc.integer({ min: 1, max: 3 * width }),
        height: fc.integer({ min: 1, max: 3 * height }),
      }),
    }),
  );

  it('has no direction: a mirrored image is enlarged to the mirrored result', async () => {
    await fc.assert(
      fc.asyncProperty(grown, async ({ pixels, size }) => {
        const mirror = (image: Pixels): Pixels => ({ ...image, data: turnedAround(image) });
        const mirrored = mirror(pixels);
        const [one, other] = [await scale(pixels, size, 1, noPause), mirror(await scale(mirrored, size, 1, noPause))];
        // Where a cubic ends on a half, the order of its sum decides.
        for (const [i, level] of one.data.entries()) expect(Math.abs(level - (other.data[i] ?? 999))).toBeLessThan(2);
      }),
    );
  });

  it('keeps an even colour, and goes evenly from one colour to the next', async () => {
    const even = { data: Buffer.alloc(75, 90), width: 5, height: 5, channels: 3 } as const;
    const large = await scale(even, { width: 12, height: 9 }, 1, noPause);
    expect(large.data.every((level) => level === 90)).toBe(true);
    const ramp = { data: Buffer.from([0, 40, 80, 120, 160, 200]), width: 6, height: 1, channels: 1 } as const;
    const wide = [...(await scale(ramp, { width: 24, height: 1 }, 1, noPause)).data];
    // A pixel is four wide: its middle lies between the second and the third of its four.
    expect(wide.slice(6, 18)).toEqual([45, 55, 65, 75, 85, 95, 105, 115, 125, 135, 145, 155]);
  });

  it('shrinks one axis by areas where the other grows', async () => {
    const pixels = { data: Buffer.from([10, 10, 30, 30, 50, 50, 90, 90]), width: 2, height: 4, channels: 1 } as const;
    const { data } = await scale(pixels, { width: 4, height: 2 }, 1, noPause);
    expect([...data]).toEqual([20, 20, 20, 20, 70, 70, 70, 70]);
  });
});

// Slowly, over every pixel of the source, in shares of pixels.
function areaMeans({ data, width, height, channels }: Pixels, size: { width: number; height: number }): number[] {
  const share = (from: number, to: number, place: number, at: number) =>
    Math.max(0, Math.min((at + 1) * to, (place + 1) * from) - Math.max(at * to, place * from));
  const means: number[] = [];
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const sums = [0, 0, 0, 0];
      for (let row = 0; row < height; row += 1) {
        for (let column = 0; column < width; column += 1) {
          const weight = share(width, size.width, x, column) * share(height, size.height, y, row);
          const pixel = data.subarray((row * width + column) * channels, (row * width + column + 1) * channels);
          const alpha = channels % 2 === 0 ? (pixel[channels - 1] ?? 0) : 1;
          for (const [c, level] of pixel.entries()) {
            sums[c] = (sums[c] ?? 0) + weight * level * (c === channels - 1 && channels % 2 === 0 ? 1 : alpha);
          }
        }
      }
      const area = width * height;
      const alphas = channels % 2 === 0 ? (sums[channels - 1] ?? 0) : area;
      for (let c = 0; c < channels; c += 1) {
        const whole = channels % 2 === 0 && c === channels - 1 ? area : alphas;
        means.push(whole === 0 ? 0 : roundedToEven(sums[c] ?? 0, whole));
      }
    }
  }
  return means;
}

function roundedToEven(sum: number, whole: number): number {
  const floor = Math.floor(sum / whole);
  const twiceRest = 2 * (sum - floor * whole);
  return twiceRest > whole || (twiceRest === whole && floor % 2 === 1) ? floor + 1 : floor;
}

function turnedAround({ data, channels }: Pixels): Buffer {
  const pixels = Array.from({ length: data.length / channels }, (_, i) =>
    data.subarray(i * channels, (i + 1) * channels),
  );
  return Buffer.concat(pixels.reverse());
}
