// Runs the passes of edits over an image through sharp, and encodes the result.
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { maxSourcePixels } from '../../style/source-limits.js';
import { decodeBmp, encodeBmp, type Pixels } from './bmp.js';
import { applyEdit, type Edit, editPixels } from './edit.js';
import { ImageError, imageError } from './error.js';
import { withShortestCodes } from './huffman.js';
import { withHeader } from './jpeg.js';
import { type Encoding, encodeAs } from './output.js';
import { splitIntoPasses } from './passes.js';
import { pausesUntil } from './pause.js';
import { asOssWrites } from './png.js';
import { damagedError, type Source } from './source.js';

export interface Rendering {
  readonly edits: readonly Edit[];
  readonly output: Encoding;
  /** Keep all frames of an animation, else the first. */
  readonly animated: boolean;
  /** The orientation tag of the result: 1 when the pixels stand upright. */
  readonly orientation: number;
  /** Changes the finished pixels in place, before they are encoded. Not for animations. */
  readonly finish?: ((pixels: Pixels) => Promise<void>) | undefined;
  /** When all must be done, as `performance.now()` counts. */
  readonly end: number;
}

// A bound on an image and its watermarks together, so that no chain of operations can hold the server: far above what
// the largest needs.
const maxSeconds = 60;

/** When an image that is begun now must be done. */
export function endOfTime(): number {
  return performance.now() + maxSeconds * 1000;
}

// sharp takes whole seconds.
function secondsUntil(end: number): number {
  return Math.max(1, Math.ceil((end - performance.now()) / 1000));
}

// Each image is processed once: libvips's cache of operations would only hold memory.
sharp.cache(false);

/**
 * The bytes of the result.
 * @throws {ImageError} 400, with sharp's error as its cause, when the source is damaged or takes too long
 */
export async function render(source: Source, rendering: Rendering): Promise<Buffer> {
  const { edits, output, animated, orientation, finish, end } = rendering;
  return blaming(source, animated, end, async () => {
    let image = openImage(source, animated);
    if (output.format === 'jpg' && source.hasAlpha) image = image.flatten({ background: '#ffffff' });
    image = await edited(image, edits, animated ? source.frames : 1, end);
    if (finish !== undefined) {
      const pixels = await toPixels(image, end);
      await finish(pixels);
      image = reopen(pixels);
    }
    // libvips turns AVIF and tags TIFF as the source's tag says, also where the pixels have been turned by hand.
    const isTagged = source.orientation > 1 && (output.format === 'avif' || output.format === 'tiff');
    if (orientation === 1 && isTagged) image = reopen(await toPixels(image, end));
    if (output.format === 'bmp') return encodeBmp(await toPixels(image, end));
    // sharp can only keep the tag together with all other metadata; in a JPEG our own header carries it alone.
    if (orientation > 1 && output.format !== 'jpg') image = image.withMetadata({ orientation });
    const body = await encodeAs(image, output, source)
      .timeout({ seconds: secondsUntil(end) })
      .toBuffer();
    if (output.format === 'png') return asOssWrites(body);
    if (output.format !== 'jpg') return body;
    return withHeader(output.progressive ? body : await withShortestCodes(body, pausesUntil(end)), orientation);
  });
}

/**
 * The pixels of the first frame after the edits, with alpha, in sRGB or grey.
 * @throws {ImageError} as `render`
 */
export async function renderPixels(source: Source, edits: readonly Edit[], end: number): Promise<Pixels> {
  return blaming(source, false, end, async () => {
    const image = await edited(openImage(source, false), edits, 1, end);
    return toPixels(image.ensureAlpha(), end);
  });
}

async function edited(image: Sharp, edits: readonly Edit[], frames: number, end: number): Promise<Sharp> {
  const pause = pausesUntil(end);
  const passes = splitIntoPasses(edits);
  let result = image;
  for (const [i, { bySharp, onPixels }] of passes.entries()) {
    for (const edit of bySharp) result = applyEdit(result, edit);
    if (onPixels.length === 0 && i === passes.length - 1) break;
    let pixels = await toPixels(result, end);
    for (const edit of onPixels) pixels = await editPixels(pixels, edit, frames, pause);
    result = reopen(pixels, frames);
  }
  return result;
}

// Only what the caller sent may become a 400. When sharp fails, the source is decoded once more, alone: if that works,
// the failure is ours, and is thrown on as it is.
async function blaming<T>(source: Source, animated: boolean, end: number, work: () => Promise<T>): Promise<T> {
  const tooSlow = (cause?: unknown) =>
    imageError('sourcePixels', `The image takes more than ${maxSeconds} s to process.`, cause);
  if (performance.now() >= end) throw tooSlow();
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    if (performance.now() >= end) throw tooSlow(error);
    if (await isDamaged(source, animated)) throw damagedError(source.format, error);
    throw error;
  }
}

/** Whether a source, whose header was fine, cannot be decoded to its end. */
export async function isDamaged(source: Source, animated: boolean): Promise<boolean> {
  try {
    // Lanczos reads every row; the few pixels that it leaves cost nothing.
    await openImage(source, animated)
      .resize(8, 8, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false })
      .raw()
      .timeout({ seconds: maxSeconds })
      .toBuffer();
    return false;
  } catch {
    return true;
  }
}

/** The source in sharp: its first frame, or all frames of an animation. */
export function openImage(source: Source, animated: boolean): Sharp {
  if (source.bmp !== undefined) return reopen(decodeBmp(source.bytes, source.bmp));
  const image = sharp(source.bytes, { ...limits, animated });
  // In sRGB, colours and levels of edits mean what they say.
  return source.isToBeSrgb ? image.pipelineColourspace('srgb') : image;
}

// The frames of an animation lie one below the other.
function reopen({ data, width, height, channels }: Pixels, frames = 1): Sharp {
  const raw = { width, height, channels, pageHeight: frames === 1 ? undefined : height / frames };
  return sharp(data, { ...limits, raw, animated: frames > 1 });
}

const limits = { limitInputPixels: maxSourcePixels, failOn: 'error' } as const satisfies SharpOptions;

async function toPixels(image: Sharp, end: number): Promise<Pixels> {
  const timeout = { seconds: secondsUntil(end) };
  const { data, info } = await image.raw().timeout(timeout).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { data, width, height, channels };
}
