// Runs the passes of edits over an image through sharp, and encodes the result.
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { decodeBmp, encodeBmp, type Pixels } from './bmp.js';
import { applyEdit, type Edit } from './edit.js';
import { imageError } from './error.js';
import { withHeader } from './jpeg.js';
import { encodeAs, type Output } from './output.js';
import { splitIntoPasses } from './passes.js';
import { damagedError, MAX_SOURCE_PIXELS, type Source } from './source.js';

export interface Rendering {
  readonly edits: readonly Edit[];
  readonly output: Output;
  /** Keep all frames of an animation, else the first. */
  readonly animated: boolean;
  /** The orientation tag of the result: 1 when the pixels stand upright. */
  readonly orientation: number;
}

// A bound on all passes together, so that no chain of operations can hold the server: far above what the largest allowed image needs.
const MAX_SECONDS = 60;

// Each image is processed once: libvips's cache of operations would only hold memory.
sharp.cache(false);

/**
 * The bytes of the result.
 * @throws {ImageError} 400, with sharp's error as its cause, when the source is damaged or takes too long
 */
export async function render(source: Source, { edits, output, animated, orientation }: Rendering): Promise<Buffer> {
  const end = performance.now() + MAX_SECONDS * 1000;
  const secondsLeft = () => Math.max(1, Math.ceil((end - performance.now()) / 1000));
  try {
    let image = open(source, animated);
    if (output.format === 'jpg' && source.hasAlpha) image = image.flatten({ background: '#ffffff' });
    const passes = splitIntoPasses(edits);
    for (const [i, pass] of passes.entries()) {
      for (const edit of pass) image = applyEdit(image, edit);
      if (i < passes.length - 1) image = reopen(await toPixels(image, secondsLeft()), animated ? source.frames : 1);
    }
    if (output.format === 'bmp') return encodeBmp(await toPixels(image, secondsLeft()));
    // sharp can only keep the tag together with all other metadata; in a JPEG our own header carries it alone.
    if (orientation > 1 && output.format !== 'jpg') image = image.withMetadata({ orientation });
    const body = await encodeAs(image, output, source).timeout({ seconds: secondsLeft() }).toBuffer();
    return output.format === 'jpg' ? withHeader(body, orientation) : body;
  } catch (error) {
    if (performance.now() >= end)
      throw imageError('sourcePixels', `The image takes more than ${MAX_SECONDS} s to process.`, error);
    throw damagedError(source.format, error);
  }
}

function open(source: Source, animated: boolean): Sharp {
  if (source.bmp !== undefined) return reopen(decodeBmp(source.bytes, source.bmp));
  return sharp(source.bytes, { ...LIMITS, animated });
}

// The frames of an animation lie one below the other.
function reopen({ data, width, height, channels }: Pixels, frames = 1): Sharp {
  const raw = { width, height, channels, ...(frames === 1 ? {} : { pageHeight: height / frames }) };
  return sharp(data, { ...LIMITS, raw, animated: frames > 1 });
}

const LIMITS = { limitInputPixels: MAX_SOURCE_PIXELS, failOn: 'error' } as const satisfies SharpOptions;

async function toPixels(image: Sharp, seconds: number): Promise<Pixels> {
  const { data, info } = await image.raw().timeout({ seconds }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { data, width, height, channels };
}
