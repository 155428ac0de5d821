// The images that watermarks name: the style is checked first, then each image is read from the bucket and prepared.
import { markImageFormats, maxMarkImages, readMarkImage } from '../../style/catalogue/watermark-image.js';
import type { ImageOperation } from '../../style/catalogue.js';
import { causeOf } from '../../style/causes.js';
import type { Size } from '../../style/geometry.js';
import { layOut } from '../../style/layout.js';
import { readStep } from '../../style/read.js';
import { drawAll } from './drawing.js';
import type { PreparedImage } from './edit.js';
import { ImageError, imageError } from './error.js';
import { readSource } from './source.js';

interface WatermarkImage {
  readonly key: string;
  readonly operations: readonly ImageOperation[];
}

/**
 * The watermark images of a style, by the decoded value of `image`.
 * @throws {StyleError} for a preprocessing that OSS does not take
 * @throws {ImageError} for more than three different images
 */
export function readMarkImages(operations: readonly ImageOperation[]): ReadonlyMap<string, WatermarkImage> {
  const images = new Map<string, WatermarkImage>();
  for (const operation of operations) {
    if (operation.op !== 'watermark' || operation.image === undefined) continue;
    const { key, steps } = readMarkImage(operation.image);
    images.set(operation.image, { key, operations: steps.map((step) => readStep(step, true)) });
  }
  if (new Set([...images.values()].map(({ key }) => key)).size > maxMarkImages) {
    throw imageError('markCount', `A request takes at most ${maxMarkImages} different watermark images.`);
  }
  return images;
}

/**
 * Reads a watermark image for a main image of this size.
 * @throws {ImageError} 404 when there is no such object; 400 when it is no image that can be a watermark
 */
export async function prepareMarkImage(
  { key, operations }: WatermarkImage,
  main: Size,
  readObject: (key: string) => Promise<Buffer | undefined>,
  end: number,
): Promise<PreparedImage> {
  const bytes = await readObject(key);
  if (bytes === undefined) {
    const { code, ec } = causeOf('markMissing');
    throw new ImageError(404, code, ec, 'The specified key of the watermark image does not exist.', 'markMissing');
  }
  const source = await readSource(bytes).catch((error: unknown) => {
    throw error instanceof ImageError && isOfAnotherFormat(error) ? badFormat() : error;
  });
  if (!markImageFormats.includes(source.format)) throw badFormat();
  const placed = layOut(operations, { width: source.width, height: source.height, orientation: 1, main });
  if ('refused' in placed) throw imageError(placed.refused, placed.message);
  const edits = await drawAll(placed, {
    opaque: false,
    hasAlpha: source.hasAlpha,
    orientation: 1,
    animated: false,
    markImage: noMark,
    textFont: noMark,
    end,
  });
  const { width, height } = placed.at(-1)?.plan.size ?? source;
  return { source, edits, size: { width, height }, end };
}

// AVIF and HEIC are no watermark images, damaged or not; 501 is what only this pipeline cannot read.
function isOfAnotherFormat({ why, status }: ImageError): boolean {
  return why === 'sourceFormat' || why === 'avifDamaged' || why === 'heicDamaged' || status === 501;
}

function badFormat(): ImageError {
  return imageError('markFormat', `The watermark image has none of the formats ${markImageFormats.join(', ')}.`);
}

function noMark(): never {
  throw new Error('A watermark stands inside the preprocessing of a watermark image: readMarkImage refuses that.');
}
