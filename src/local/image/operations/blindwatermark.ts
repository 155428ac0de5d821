// blindwatermark: hides a text in the pixels. A STAND-IN: OSS's own method is not public, so what is hidden here only
// `npm run watermark` can read, and OSS's deblindwatermark cannot, nor the other way round. Parameters, limits and
// refusals are the documented ones:
// https://help.aliyun.com/zh/oss/user-guide/add-blindwatermarks and the limits of IMM's EncodeBlindWatermark, on which
// it rests. The Code `Imm Client` is documented for failures of IMM, the messages are not.
import { blindFormats } from '../../../style/catalogue/watermark.js';
import type { ImageOperation } from '../../../style/catalogue.js';
import type { Size } from '../../../style/geometry.js';
import { blindSides } from '../../../style/source-limits.js';
import { capacity, EmbedError, embed } from '../blind-watermark/embed.js';
import { readBlindWatermark } from '../blind-watermark/read.js';
import type { Pixels } from '../bmp.js';
import { type ImageError, imageError } from '../error.js';
import type { SupportedFormat } from '../source.js';

type BlindWatermark = ImageOperation<'blindwatermark'>;

/**
 * Refuses before a pixel is decoded. `size` is that of the result, `formats` are those of source and result.
 * @throws {ImageError}
 */
export function refuseUnmarkable({ content }: BlindWatermark, size: Size, formats: readonly SupportedFormat[]): void {
  const wrong = formats.find((format) => !blindFormats.includes(format));
  if (wrong !== undefined) throw refusal(`blindwatermark takes ${blindFormats.join(', ')}, not ${wrong}.`);
  const { width, height } = size;
  if (Math.min(width, height) < blindSides.min || Math.max(width, height) > blindSides.max) {
    throw refusal(
      `blindwatermark takes sides of ${blindSides.min} to ${blindSides.max} pixels; the image is ${width} × ${height}.`,
    );
  }
  const bytes = Buffer.byteLength(content);
  if (bytes > capacity(size)) {
    throw refusal(
      `An image of ${width} × ${height} pixels holds at most ${capacity(size)} bytes; the content has ${bytes}.`,
    );
  }
}

/**
 * Hides the text in the finished pixels, in place.
 * @throws {ImageError} when the image is blank
 */
export async function hideText({ content, s }: BlindWatermark, pixels: Pixels): Promise<void> {
  try {
    await embed(pixels, content, s);
  } catch (error) {
    if (!(error instanceof EmbedError)) throw error;
    throw refusal(error.message, error);
  }
}

/**
 * Reads the text back from the encoded result, so that none is saved that does not hold it.
 * @throws {ImageError} when it cannot be read: too long a text in an image that is mostly black or white
 */
export async function refuseUnreadable({ content }: BlindWatermark, body: Buffer): Promise<void> {
  if ((await readBlindWatermark(body))?.text === content) return;
  throw refusal(
    'The content cannot be read back from this image: it has too few pixels that may change. Try less text.',
  );
}

function refusal(message: string, cause?: unknown): ImageError {
  return imageError('imm', `InvalidArgument, ${message}`, cause);
}
