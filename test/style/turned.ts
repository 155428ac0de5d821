// Holds an equivalent that turns later against the style itself, on pixels that this file turns: neither the limit of
// 4,096 px nor the EXIF orientation is in the way there.
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { processImage } from '../../src/local/image/pipeline.js';
import type { OrientedSize } from '../../src/style/operation.js';
import { turnLater } from '../../src/style/turn-later.js';
import { type Decoded, decode } from '../local/image/pictures.js';

export const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

const context = { readObject: async () => undefined, immBound: false, saving: true };

/** Hills of colour, unlike in every corner, and smooth: a pixel of offset is less than two levels. */
function hills(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 3) {
      data[i] = 40 + (170 * x) / width + 30 * Math.sin(x / 90);
      data[i + 1] = 60 + (150 * y) / height;
      data[i + 2] = 128 + 60 * Math.sin(x / 400 + y / 50);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Turns of pixels. One at a time: sharp has an order of its own for several. */
const byHand = {
  'rotate,90': (image: Sharp) => image.rotate(90),
  'rotate,270': (image: Sharp) => image.rotate(270),
  'flip,0': (image: Sharp) => image.flip(),
  'flip,1': (image: Sharp) => image.flop(),
};
type ByHand = keyof typeof byHand;

async function turnedByHand(image: Sharp, turns: readonly ByHand[]): Promise<Sharp> {
  let turned = image;
  for (const turn of turns) turned = await settled(byHand[turn](turned));
  return turned;
}

async function settled(image: Sharp): Promise<Sharp> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}

/** What is stored, by its size, orientation and turns: a JPEG, whose squares of pixels lie alike in every turn. */
const photos = new Map<string, Promise<Buffer>>();

function photo({ width, height, orientation }: OrientedSize, turns: readonly ByHand[]): Promise<Buffer> {
  const name = [width, height, orientation, ...turns].join();
  const known = photos.get(name);
  if (known !== undefined) return known;
  const made = turnedByHand(hills(width, height), turns).then((image) =>
    image.withMetadata({ orientation }).jpeg({ quality: 97, chromaSubsampling: '4:4:4' }).toBuffer(),
  );
  photos.set(name, made);
  return made;
}

/** What makes the stored pixels of the upright ones, by EXIF orientation: the inverse of Exif 2.3, 4.6.4. */
const lyingBy: Readonly<Record<number, readonly ByHand[]>> = {
  2: ['flip,1'],
  3: ['flip,0', 'flip,1'],
  4: ['flip,0'],
  5: ['rotate,90', 'flip,1'],
  6: ['rotate,270'],
  7: ['rotate,90', 'flip,0'],
  8: ['rotate,90'],
};

/**
 * Expects that `turning`, then `actions`, on an image of this stored size and orientation, made to turn later, gives
 * the pixels that `actions` gives on the upright image, turned by hand: the same size, and a mean difference of at most
 * one level at an offset of at most one pixel.
 */
export async function turnsAlike(
  actions: string,
  image: OrientedSize,
  turning: readonly ByHand[] = [],
  equivalentOf: (style: string) => string | undefined = (style) => turnLater(style, image).style,
): Promise<void> {
  const { width, height, orientation } = image;
  const upright = orientation >= 5 ? { width: height, height: width } : { width, height };
  const stored = await photo({ ...upright, orientation }, lyingBy[orientation] ?? []);
  const turned = await photo({ ...upright, orientation: 1 }, turning);
  const style = `image/${[...turning, actions, 'format,png'].join('/')}`;
  const expected = await onWhite(turned, `image/${actions}/format,png`);
  // An upright image is not refused, and has no equivalent then.
  const found = await onWhite(stored, equivalentOf(style) ?? style);
  expect([found.width, found.height]).toEqual([expected.width, expected.height]);
  const least = Math.min(...offsets.map(([dx, dy]) => meanDifference(expected, found, dx, dy)));
  if (least > 1) throw new Error(`mean difference ${least.toFixed(2)} with ${equivalentOf(style)}`);
}

/** What shows of the result: a colour under nothing but transparency is none. */
async function onWhite(source: Buffer, style: string): Promise<Decoded> {
  const { body } = await processImage(source, style, context);
  return decode(await sharp(body).flatten({ background: '#ffffff' }).png().toBuffer());
}

const offsets = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const));

/**
 * Of all values where both pictures are, one of them shifted. What is put on after the turn, such as a watermark, stays
 * where it is when the image under it lies a pixel off: a pixel may be the same unshifted, too.
 */
function meanDifference(one: Decoded, other: Decoded, dx: number, dy: number): number {
  const { width, height, channels } = one;
  let sum = 0;
  let count = 0;
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y += 1) {
    for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x += 1, count += channels) {
      const at = (y * width + x) * channels;
      const shifted = at - (dy * width + dx) * channels;
      sum += Math.min(pixelDifference(one, other, at, at), pixelDifference(one, other, at, shifted));
    }
  }
  return count === 0 ? 0 : sum / count;
}

function pixelDifference(one: Decoded, other: Decoded, at: number, there: number): number {
  let sum = 0;
  for (let c = 0; c < one.channels; c += 1) sum += Math.abs((one.data[at + c] ?? 0) - (other.data[there + c] ?? 0));
  return sum;
}
