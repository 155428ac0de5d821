import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { applyEdit, type Canvas, type SharpEdit } from '../../../../src/local/image/edit.js';
import { circle, roundedCorners } from '../../../../src/local/image/operations/geometry.js';
import { waves } from '../pictures.js';

interface Cut {
  readonly width: number;
  readonly height: number;
  /** As the style has it. */
  readonly r: number;
  readonly opaque: boolean;
}

// Layers that cover only the rows of the corners must show the pixels that one drawing as large as the image shows.
// They may differ by one level, where alpha is rounded once more.
describe('round corners', () => {
  it('are those of one whole shape, at any size and radius, within one level', async () => {
    const side = fc.integer({ min: 1, max: 60 });
    const cut = fc.record({ width: side, height: side, r: fc.integer({ min: 1, max: 40 }), opaque: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cut, async (one) => {
        expect(await distance(one, 'rounded-corners')).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    // A corner that has other edges when it is drawn alone.
    { width: 52, height: 49, r: 16 },
    // Corners that meet in a middle row; of a radius that is no whole number.
    { width: 80, height: 41, r: 40 },
    { width: 41, height: 80, r: 40 },
    // Corners of more rows than one layer has.
    { width: 700, height: 1103, r: 300 },
  ])('$width × $height, $r', async (size) => {
    for (const opaque of [true, false]) {
      expect(await distance({ ...size, opaque }, 'rounded-corners')).toBeLessThanOrEqual(1);
    }
  });

  it.each([1, 2, 3, 40, 41, 601])('a circle in %i pixels is that of one whole shape', async (side) => {
    for (const opaque of [true, false]) {
      expect(await distance({ width: side, height: side, r: side, opaque }, 'circle')).toBeLessThanOrEqual(1);
    }
  });
});

/** How far the image, seen on white, and its alpha are from a naive drawing, in levels at most. */
async function distance({ width, height, r, opaque }: Cut, op: 'circle' | 'rounded-corners'): Promise<number> {
  const canvas = { before: { width, height }, plan: { size: { width, height } }, opaque } as Canvas;
  const edits = (await (op === 'circle'
    ? circle({ op, r }, canvas)
    : roundedCorners({ op, r }, canvas))) as readonly SharpEdit[];
  const source = await waves(width, height).raw().toBuffer();
  const image = edits.reduce(applyEdit, sharp(source, { raw: { width, height, channels: 3 } }));
  const cut = await image.ensureAlpha().raw().toBuffer();
  const rounding = Math.min(r, width / 2, height / 2);
  const svg = `<svg width="${width}" height="${height}"><rect width="${width}" height="${height}" rx="${rounding}"/></svg>`;
  const shape = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  const onWhite = (level: number, alpha: number) => 255 - ((255 - level) * alpha) / 255;
  let most = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [inside = 0, alpha = 0] = [shape[pixel * 4 + 3], cut[pixel * 4 + 3]];
    most = Math.max(most, Math.abs(alpha - (opaque ? 255 : inside)));
    for (const channel of [0, 1, 2]) {
      const seen = onWhite(cut[pixel * 4 + channel] ?? 0, alpha);
      const expected = onWhite(source[pixel * 3 + channel] ?? 0, inside);
      most = Math.max(most, Math.abs(seen - expected));
    }
  }
  return most;
}
