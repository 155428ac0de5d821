// Compares an image with its stored picture. On failure the image, the picture and eight times their difference lie in
// a folder to look at.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** How far two images may be apart, in levels of 0–255. */
export interface Tolerance {
  /** Of the mean of all differences. */
  readonly mean: number;
  /** What share of the pixels, 0–1, may differ by more than `level`. */
  readonly outliers: number;
  readonly level: number;
  /** Blur both first: an edge may then lie a pixel off. */
  readonly blur?: number;
}

/** No encoder in between: rounding, and the choice of a kernel at an edge. */
export const lossless: Tolerance = { mean: 0.8, outliers: 0.005, level: 24 };
/** Through a lossy encoder, which other versions tune otherwise. */
export const lossy: Tolerance = { mean: 3, outliers: 0.01, level: 48 };
/** Letters: where they are, how large and how dark, but not how their edges are smoothed. */
export const letters: Tolerance = { mean: 1, outliers: 0.01, level: 32, blur: 1 };

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** What is wrong with `actual`, or undefined. Transparent pixels are alike, whatever their colour. */
export async function difference(actual: Buffer, expected: Buffer, tolerance: Tolerance): Promise<string | undefined> {
  const [one, other] = [await pixelsOf(actual, tolerance.blur), await pixelsOf(expected, tolerance.blur)];
  if (one.width !== other.width || one.height !== other.height) {
    return `is ${one.width} × ${one.height}, not ${other.width} × ${other.height}`;
  }
  let sum = 0;
  let outliers = 0;
  for (let i = 0; i < one.data.length; i += 4) {
    let largest = 0;
    for (let c = i; c < i + 4; c += 1) {
      const off = Math.abs((one.data[c] ?? 0) - (other.data[c] ?? 0));
      sum += off;
      largest = Math.max(largest, off);
    }
    if (largest > tolerance.level) outliers += 1;
  }
  const mean = sum / one.data.length;
  const share = outliers / (one.data.length / 4);
  if (mean <= tolerance.mean && share <= tolerance.outliers) return undefined;
  return `differs by ${mean.toFixed(2)} levels on average (${tolerance.mean} allowed); ${(100 * share).toFixed(2)} % of its pixels by more than ${tolerance.level} (${100 * tolerance.outliers} % allowed)`;
}

/**
 * Compares with `NAME.png` in this folder, which UPDATE_PICTURES=1 stores anew; or with `known`, a picture that is made
 * elsewhere.
 */
export async function expectPicture(name: string, actual: Buffer, tolerance: Tolerance, known?: Buffer): Promise<void> {
  const stored = new URL(`${name}.png`, import.meta.url);
  if (known === undefined && process.env['UPDATE_PICTURES'] === '1') {
    await writeFile(stored, await sharp(actual).png({ compressionLevel: 9 }).toBuffer());
    return;
  }
  const expected = known ?? (await readFile(stored));
  const wrong = await difference(actual, expected, tolerance);
  if (wrong === undefined) return;
  const folder = join(tmpdir(), 'oss-autostyle-pictures');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.actual.png`), await sharp(actual).png().toBuffer());
  await writeFile(join(folder, `${name}.expected.png`), expected);
  await writeFile(join(folder, `${name}.difference.png`), await amplified(actual, expected));
  throw new Error(
    `The picture "${name}" ${wrong}.\nLook at ${join(folder, `${name}.*.png`)}. If the new one is right, UPDATE_PICTURES=1 stores it.`,
  );
}

async function amplified(actual: Buffer, expected: Buffer): Promise<Buffer> {
  const [one, other] = [await pixelsOf(actual), await pixelsOf(expected)];
  const [width, height] = [Math.min(one.width, other.width), Math.min(one.height, other.height)];
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let c = 0; c < 3; c += 1) {
      const at = ({ width: across, data: values }: Pixels) => values[(y * across + x) * 4 + c] ?? 0;
      data[3 * i + c] = Math.min(255, 8 * Math.abs(at(one) - at(other)));
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

// RGBA, its colours weighed by alpha.
async function pixelsOf(image: Buffer, blur?: number): Promise<Pixels> {
  const opened = sharp(image).toColourspace('srgb').ensureAlpha();
  const { data, info } = await (blur === undefined ? opened : opened.blur(blur))
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    for (let c = i; c < i + 3; c += 1) data[c] = Math.round(((data[c] ?? 0) * alpha) / 255);
  }
  return { data, width: info.width, height: info.height };
}
