// Hides a text in the pixels of an image. A stand-in for OSS's blind watermark, whose method is not public: neither can
// read the other's.
// A short text outlives JPEG and WebP at quality 80, resizing to any size and shape down to about 300 pixels a side,
// quarter turns, mirroring, and changes of light and contrast. It does not outlive cropping, other turns, or a part of
// the image pasted elsewhere.
import sharp from 'sharp';
import type { Pixels } from '../bmp.js';
import { codedLength, encode, messageLength } from './convolutional-code.js';
import { forwardDct, inverseDct } from './dct.js';
import { headerBitCount, headerBits, payload, payloadBits, type Strength, textBytesIn } from './frame.js';
import { layOn } from './lay-on.js';
import { maskOf } from './mask.js';
import { carriersFor, modulate } from './modulation.js';
import { planeOf, sidesFor } from './plane.js';

/** How many bytes of text an image of this size can hold at most. */
export function capacity(size: { readonly width: number; readonly height: number }): number {
  return Math.max(...sidesFor(size).map((side) => textBytesIn(messageLength(carriersFor(side).payload.places.length))));
}

// Coefficients that each code bit should have, before a text is spread on the larger plane instead.
const enough = 4;

function sideFor(size: { readonly width: number; readonly height: number }, textBytes: number): number {
  const sides = sidesFor(size);
  const roomy = sides.find((side) => carriersFor(side).payload.places.length >= enough * payloadCode(textBytes));
  return roomy ?? Math.max(...sides);
}

/** Why a text cannot be hidden in an image. */
export class EmbedError extends Error {
  override readonly name = 'EmbedError';
}

// Levels of luminance that still count as black, or as white.
const blank = 4;

/**
 * Hides the text: changes the pixels' luminance in place. The same image, text and strength always give the same
 * pixels.
 * @throws {EmbedError} when the text has more bytes than the image's capacity, or the image is all black or all white
 */
export async function embed(pixels: Pixels, text: string, strength: Strength): Promise<void> {
  const { data, width, height, channels } = pixels;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > capacity(pixels)) {
    throw new EmbedError(`The image holds at most ${capacity(pixels)} bytes; the text has ${bytes.length}.`);
  }
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const plane = await planeOf(image, pixels, sideFor(pixels, bytes.length));
  const { side, luminance } = plane;
  if (luminance.every((level) => level <= blank) || luminance.every((level) => level >= 255 - blank)) {
    throw new EmbedError('A text cannot be hidden in an image that is all black or all white.');
  }
  const before = forwardDct(luminance, side);
  const after = before.slice();
  const weights = maskOf(plane);
  const carriers = carriersFor(side);
  const header = { strength, length: bytes.length };
  modulate(after, weights, carriers.header, encode(headerBits(header)), strength);
  modulate(after, weights, carriers.payload, encode(payload(bytes, header)), strength);
  const change = inverseDct(
    after.map((value, i) => value - (before[i] ?? 0)),
    side,
  );
  layOn(pixels, change, side);
}

/** How many code bits header and payload have. */
export const headerCode = codedLength(headerBitCount);
export function payloadCode(textBytes: number): number {
  return codedLength(payloadBits(textBytes));
}
