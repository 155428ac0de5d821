import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../src/local/image/pipeline.js';
import { decode, waves } from './pictures.js';

const context = { readObject: async () => undefined, immBound: true, saving: true };
const run = async (source: Buffer, actions: string) => (await processImage(source, `image/${actions}`, context)).body;

// A second reader of chunks.
function chunksOf(png: Buffer): [name: string, data: Buffer][] {
  const chunks: [string, Buffer][] = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    chunks.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, end)]);
    at = end + 4;
  }
  return chunks;
}
const namesOf = (png: Buffer) => [...new Set(chunksOf(png).map(([name]) => name))];

describe('a PNG as OSS writes it', () => {
  const sources: [string, () => Promise<Buffer>][] = [
    ['RGB', () => waves(60, 40).png().toBuffer()],
    ['alpha', () => waves(60, 40).ensureAlpha(0.5).png().toBuffer()],
    ['a palette', () => waves(60, 40).png({ palette: true }).toBuffer()],
    ['grey', () => waves(60, 40).greyscale().toColourspace('b-w').png().toBuffer()],
    ['16 bits', () => waves(60, 40).toColourspace('rgb16').png().toBuffer()],
    ['a JPEG with density', () => waves(60, 40).withMetadata({ density: 300 }).jpeg().toBuffer()],
  ];
  it.each(sources)('has no more chunks than it needs, and the pixels of its source: %s', async (_, make) => {
    const source = await make();
    const png = await run(source, 'format,png');
    expect(namesOf(png)).toEqual(['IHDR', 'IDAT', 'IEND']);
    const [one, other] = [await decode(png), await decode(source)];
    expect(one.channels).toBe(other.channels);
    expect(one.data.equals(other.data)).toBe(true);
  });

  it('keeps an orientation that it is told to leave', async () => {
    const source = await waves(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const png = await run(source, 'auto-orient,0/format,png');
    expect((await sharp(png).metadata()).orientation).toBe(6);
    expect(namesOf(png)).not.toContain('pHYs');
  });

  it('is compressed with Z_RLE, in chunks of 8,192 bytes whose checks are right', async () => {
    const png = await run(await waves(300, 200).png().toBuffer(), 'format,png');
    const idat = chunksOf(png).flatMap(([name, bytes]) => (name === 'IDAT' ? [bytes] : []));
    expect(idat.length).toBeGreaterThan(3);
    expect(new Set(idat.slice(0, -1).map((bytes) => bytes.length))).toEqual(new Set([8192]));
    const data = Buffer.concat(idat);
    const options = { level: 9, memLevel: 8, strategy: constants.Z_RLE };
    expect(data.equals(deflateSync(inflateSync(data), options))).toBe(true);
    for (let at = 8; at < png.length; ) {
      const end = at + 8 + png.readUInt32BE(at);
      expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
      at = end + 4;
    }
  });

  it('filters every line so that its bytes are smallest', async () => {
    const source = waves(60, 40);
    const png = await run(await source.png().toBuffer(), 'format,png');
    const { data } = await decode(png);
    const idat = chunksOf(png).flatMap(([name, bytes]) => (name === 'IDAT' ? [bytes] : []));
    const lines = inflateSync(Buffer.concat(idat));
    const stride = 60 * 3;
    const chosen = Array.from({ length: 40 }, (_, y) => lines[y * (stride + 1)]);
    expect(chosen).toEqual(Array.from({ length: 40 }, (_, y) => smallestFilter(data, y * stride, stride)));
    expect(new Set(chosen).size).toBeGreaterThan(1);
  });
});

// The filter whose bytes, read as signed, have the least sum: what libpng takes.
function smallestFilter(data: Buffer, start: number, stride: number): number {
  const sums = [0, 0, 0, 0, 0];
  for (let i = start; i < start + stride; i += 1) {
    const left = i < start + 3 ? 0 : (data[i - 3] ?? 0);
    const up = data[i - stride] ?? 0;
    const corner = i < start + 3 ? 0 : (data[i - stride - 3] ?? 0);
    const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
    for (const [filter, guess] of guesses.entries()) {
      const byte = ((data[i] ?? 0) - guess) & 255;
      sums[filter] = (sums[filter] ?? 0) + Math.min(byte, 256 - byte);
    }
  }
  return sums.indexOf(Math.min(...sums));
}

function paeth(left: number, up: number, corner: number): number {
  const [byLeft, byUp, byCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
