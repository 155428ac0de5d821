// Processes one picture from two storages, and says how far apart the results are.
import sharp from 'sharp';
import { processImage } from '../../../src/local/image/pipeline.js';
import type { Distance, Storage } from './storages.js';

/** With alpha and from 16 bits a value is rounded once more, and another build of sharp may round otherwise. */
export const near: Distance = { mean: 0.3, largest: 2 };

/** The name of the watermark image, in base64. */
export const markName = Buffer.from('mark').toString('base64url');
const ownMark = await sharp({ create: { width: 12, height: 8, channels: 4, background: '#ff660080' } })
  .png()
  .toBuffer();

/** The result of a style without its `image/`. */
export async function processed(source: Buffer, actions: string, mark: Buffer = ownMark): Promise<Buffer> {
  const context = { readObject: async () => mark, immBound: true, saving: true };
  return (await processImage(source, `image/${actions}`, context)).body;
}

/** What tells a storage from the plain PNG of what it shows, after an edit; undefined when nothing does. */
export async function differenceAfter(actions: string, storage: Storage, allowed = near): Promise<string | undefined> {
  const [seen, expected] = await Promise.all([processed(storage.bytes, actions), plainResult(storage, actions)]);
  return difference(seen, expected, storage.background, allowed);
}

const plainResults = new Map<string, Promise<Buffer>>();

function plainResult({ plain }: Storage, actions: string): Promise<Buffer> {
  const key = `${actions} ${plain.toString('latin1')}`;
  const result = plainResults.get(key) ?? processed(plain, actions);
  plainResults.set(key, result);
  return result;
}

/** What tells two images apart before a background: holes are held against it. */
export async function difference(
  one: Buffer,
  other: Buffer,
  background: string,
  { mean, largest }: Distance = near,
): Promise<string | undefined> {
  const [a, b] = [await pixelsOf(one, background), await pixelsOf(other, background)];
  if (a.size !== b.size) return `${a.size}, not ${b.size}`;
  let [sum, most] = [0, 0];
  for (const [i, value] of a.data.entries()) {
    const off = Math.abs(value - (b.data[i] ?? 0));
    sum += off;
    most = Math.max(most, off);
  }
  const average = sum / a.data.length;
  if (average <= mean && most <= largest) return undefined;
  return `${average.toFixed(2)} levels on average (${mean} allowed), ${most} at most (${largest} allowed)`;
}

async function pixelsOf(image: Buffer, background: string) {
  const { data, info } = await sharp(image)
    .flatten({ background })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, size: `${info.width} × ${info.height} in ${info.channels} channels` };
}
