// Finds a hidden text in an image, without the original, the text or any key: every plane, position and strength is
// tried, and the checks in header and payload decide.
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../../style/geometry.js';
import { maxSourcePixels } from '../../../style/source-limits.js';
import { decodeBmp, holdsAllRows, isPlain, readBmpHeader } from '../bmp.js';
import { ImageError, imageError } from '../error.js';
import { damagedError } from '../source.js';
import { decode, encode } from './convolutional-code.js';
import { forwardDct, inPosition, positions } from './dct.js';
import { headerCode, payloadCode } from './embed.js';
import { type Header, readHeader, readPayload, type Strength, strengths } from './frame.js';
import { type Carrier, carriersFor, project, soften } from './modulation.js';
import { planeOf, sides } from './plane.js';

// A copy may have more or less contrast than what was marked.
const gains = [1, 0.9, 1.1, 0.8, 1.25, 0.7, 1.4];

export interface HiddenText {
  readonly text: string;
  readonly strength: Strength;
  /** How well the code bits were seen: 1 is all of them exactly where they were put, 0 is noise. */
  readonly confidence: number;
}

/**
 * The text hidden in a stored image, or undefined when there is none. Of any size in bytes: results may be larger than
 * what OSS processes.
 * @throws {ImageError} when the bytes are no image that can be decoded
 */
export async function readBlindWatermark(bytes: Buffer): Promise<HiddenText | undefined> {
  try {
    const { open, ...size } = await openImage(bytes);
    for (const side of sides) {
      const { luminance } = await planeOf(open(), size, side);
      const found = readLuminance(luminance, side);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    throw error instanceof ImageError ? error : imageError('damaged', 'The image file may be damaged.', error);
  }
}

const raster: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'tiff', 'gif', 'heif']);

async function openImage(bytes: Buffer): Promise<Size & { open: () => Sharp }> {
  const limits = { limitInputPixels: maxSourcePixels };
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    const bmp = readBmpHeader(bytes);
    if (bmp === undefined || !isPlain(bmp) || !holdsAllRows(bytes, bmp)) throw damagedError('bmp');
    const { data, width, height, channels } = decodeBmp(bytes, bmp);
    return { width, height, open: () => sharp(data, { ...limits, raw: { width, height, channels } }) };
  }
  const { format, width, height } = await sharp(bytes, limits)
    .metadata()
    .catch((error: unknown) => {
      throw imageError('sourceFormat', 'This is no image.', error);
    });
  if (!raster.has(format)) throw imageError('sourceFormat', 'This image format is not supported.');
  return { width, height, open: () => sharp(bytes, limits) };
}

// The text in the luminance of a plane, in whatever position.
function readLuminance(luminance: Float32Array, side: number): HiddenText | undefined {
  const coefficients = forwardDct(luminance, side);
  for (let position = 0; position < positions; position += 1) {
    const found = readCoefficients(inPosition(coefficients, side, position), side);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readCoefficients(coefficients: Float32Array, side: number): HiddenText | undefined {
  const carriers = carriersFor(side);
  const sums = project(coefficients, carriers.header, headerCode);
  for (const gain of gains) {
    for (const strength of strengths) {
      const header = readHeader(decode(soften(sums, carriers.header, strength, gain)));
      if (header?.strength !== strength || payloadCode(header.length) > carriers.payload.places.length) continue;
      const found = readText(coefficients, carriers.payload, header, gain);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function readText(coefficients: Float32Array, carrier: Carrier, header: Header, gain: number): HiddenText | undefined {
  const { strength, length } = header;
  const soft = soften(project(coefficients, carrier, payloadCode(length)), carrier, strength, gain);
  const bits = decode(soft);
  const text = readPayload(bits, header);
  return text === undefined ? undefined : { text, strength, confidence: agreement(soft, encode(bits)) };
}

// The mean of what was seen against what must have been written.
function agreement(soft: Float32Array, code: Uint8Array): number {
  const sum = soft.reduce((total, value, i) => total + (code[i] === 0 ? value : -value), 0);
  return Math.max(0, sum / soft.length);
}
