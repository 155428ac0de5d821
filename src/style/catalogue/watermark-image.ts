// The image of a watermark: a key in the same bucket, and how that image is processed before it is put on.
// Source: https://help.aliyun.com/zh/oss/user-guide/add-watermarks
import type { ImageOperationName } from '../catalogue.js';
import { parseStyle, StyleError, type StyleStep } from '../grammar.js';

/** More different watermark images than these are refused (https://help.aliyun.com/en/oss/user-guide/0040-00000026). */
export const maxMarkImages = 3;

/** The formats of a watermark image. */
export const markImageFormats: readonly string[] = ['jpg', 'png', 'bmp', 'webp', 'tiff'];

const separator = '?x-oss-process=';
const allowed: ReadonlySet<string> = new Set<ImageOperationName>([
  'resize',
  'crop',
  'indexcrop',
  'rounded-corners',
  'rotate',
]);

export interface MarkImage {
  readonly key: string;
  /** To be read with `preprocess`: here resize knows P. */
  readonly steps: readonly StyleStep[];
}

/**
 * Reads a watermark's decoded `image` value: `KEY` or `KEY?x-oss-process=image/…`.
 * @throws {StyleError} EC 0040-00000373 for an operation that is not allowed here, or what the grammar refuses;
 * positions count in this value
 */
export function readMarkImage(value: string): MarkImage {
  const at = value.indexOf(separator);
  if (at < 0) return { key: value, steps: [] };
  const start = at + separator.length;
  const steps = parseStyle(value.slice(start));
  const wrong = steps.find(({ op }) => !allowed.has(op));
  if (wrong !== undefined) {
    throw new StyleError(
      'markPreprocess',
      `The watermark image cannot be processed with "${wrong.op.slice(0, 64)}", only with ${[...allowed].join(', ')}.`,
      start + wrong.start,
      start + wrong.end,
    );
  }
  return { key: value.slice(0, at), steps };
}
