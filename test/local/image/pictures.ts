// Test pictures made pixel by pixel, and the few ways in which tests look at results. Nothing here uses the code under
// test.
import sharp, { type Sharp } from 'sharp';

export const redColor = [255, 0, 0];
export const greenColor = [0, 200, 0];
export const blueColor = [0, 0, 255];
export const yellowColor = [255, 230, 0];
export const whiteColor = [255, 255, 255];
const colours: Record<string, number[]> = { A: redColor, B: greenColor, C: blueColor, D: yellowColor };

/** Four quadrants of colour, given as two rows: 'AB/CD' is red and green above blue and yellow. */
export function quadrants(width: number, height: number, layout = 'AB/CD'): Sharp {
  const rows = layout.split('/');
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = colours[rows[2 * y < height ? 0 : 1]?.[2 * x < width ? 0 : 1] ?? ''] ?? [];
      data.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Something with detail everywhere: waves of several lengths. */
export function waves(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 3) {
      const wave = Math.sin(x / 9 + y / 31) + Math.sin(y / 7 - x / 53) + 0.5 * Math.sin((x * y) / 997);
      data[i] = 128 + 45 * wave;
      data[i + 1] = 110 + 30 * wave + (40 * x) / width;
      data[i + 2] = 90 - 30 * wave + (60 * y) / height;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export interface Decoded {
  width: number;
  height: number;
  channels: number;
  at(x: number, y: number): number[];
  data: Buffer;
}

/** The pixels as stored, without any orientation. */
export async function decode(body: Buffer): Promise<Decoded> {
  const { data, info } = await sharp(body).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const at = (x: number, y: number) => [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
  return { width, height, channels, at, data };
}

/** How far apart two colours are: the largest difference of a channel. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? 0))));
}

/**
 * The four quadrants as letters, read in the middle of each: the reverse of `quadrants`. '?' is none of the four
 * colours.
 */
export async function layoutOf(body: Buffer): Promise<string> {
  const { width, height, at } = await decode(body);
  const letter = (x: number, y: number) => {
    const seen = at(Math.floor(x * width), Math.floor(y * height));
    return Object.entries(colours).find(([, colour]) => distance(seen, colour) <= 24)?.[0] ?? '?';
  };
  return `${letter(0.25, 0.25)}${letter(0.75, 0.25)}/${letter(0.25, 0.75)}${letter(0.75, 0.75)}`;
}

export interface JpegFacts {
  firstSegment: string;
  quality: number;
  sampling: string;
  progressive: boolean;
  standardHuffman: boolean;
}

// Luminance of annex K in natural order of its first row, by zigzag position: enough to know libjpeg's quality.
const firstZigzag = [16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40];

/** A second, tiny reader of JPEG headers: the witness for encoder settings. */
export function jpegFacts(jpeg: Buffer): JpegFacts {
  const facts: JpegFacts = { firstSegment: '', quality: 0, sampling: '', progressive: false, standardHuffman: false };
  let huffmanBytes = 0;
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1] ?? 0;
    const body = jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2));
    if (at === 2) facts.firstSegment = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2)).toString('hex');
    if (marker === 0xdb && (body[0] ?? 0) === 0) facts.quality = qualityOf([...body.subarray(1, 17)]);
    if (marker === 0xc0 || marker === 0xc2) {
      facts.progressive = marker === 0xc2;
      facts.sampling = [7, 10, 13].map((i) => (body[i] ?? 0).toString(16)).join(' ');
    }
    if (marker === 0xc4) huffmanBytes += body.length;
  }
  // The standard tables of annex K are 4 × 17 bytes of counts and 12 + 162 + 12 + 162 symbols.
  facts.standardHuffman = huffmanBytes === 416;
  return facts;
}

function qualityOf(table: readonly number[]): number {
  const error = (quality: number) => {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    return firstZigzag.reduce((sum, value, i) => {
      const expected = Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100)));
      return sum + Math.abs(expected - (table[i] ?? 0));
    }, 0);
  };
  return Array.from({ length: 100 }, (_, i) => i + 1).reduce(
    (best, quality) => (error(quality) < error(best) ? quality : best),
    1,
  );
}
