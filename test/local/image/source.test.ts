import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeBmp } from '../../../src/local/image/bmp.js';
import { ImageError } from '../../../src/local/image/error.js';
import { processImage } from '../../../src/local/image/pipeline.js';
import { decode, distance, layoutOf, quadrants, waves } from './pictures.js';

const context = { readObject: async () => undefined, immBound: true, saving: true };
const run = (source: Buffer, actions = 'resize,w_10') => processImage(source, `image/${actions}`, context);
const refusal = (source: Buffer, actions?: string) =>
  run(source, actions).then(
    () => undefined,
    (error: unknown) => error,
  );

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}
function pngOf(width: number, height: number, idat: Buffer): Buffer {
  const header = Buffer.from('00000000000000000802000000', 'hex');
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(idat)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
function bmpOf(width: number, height: number, bits: number, compression = 0, pixels = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  return Buffer.concat([header, pixels]);
}

// The ICC profile of a grey display whose values are light itself: white point D50 and an identity curve.
const linearGrey = Buffer.concat([
  Buffer.from('000000c40000000002100000' + '6d6e7472' + '47524159' + '58595a20', 'hex'),
  Buffer.alloc(12),
  Buffer.from('61637370', 'hex'),
  Buffer.alloc(28),
  Buffer.from('0000f6d6000100000000d32d', 'hex'),
  Buffer.alloc(48),
  Buffer.from('00000002' + '777470740000009c00000014' + '6b545243000000b00000000c', 'hex'),
  Buffer.from('58595a20000000000000f6d6000100000000d32d' + '637572760000000000000000', 'hex'),
]);

describe('what is no image for OSS', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>';
  it.each([
    ['nothing', ''],
    ['one byte', 'B'],
    ['text', 'This is a text file, not an image.'],
    ['SVG', svg],
    ['SVG behind an XML declaration', `<?xml version="1.0"?>${svg}`],
    ['PDF', '%PDF-1.4\n1 0 obj\n<< >>\nendobj'],
    ['a Netpbm picture', 'P6 1 1 255\nabc'],
    ['an mp4', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'],
  ])('%s is an unsupported format', async (_, text) => {
    expect(await refusal(Buffer.from(text, 'latin1'))).toMatchObject({
      status: 400,
      code: 'BadRequest',
      ec: '0040-00000005',
      message: 'This image format is not supported.',
    });
  });

  // As a HEIC starts: the encoder here writes AVIF only, whose boxes are the same.
  const heic = async () => {
    const bytes = await quadrants(40, 30).avif().toBuffer();
    return Buffer.from(bytes.toString('latin1').replace(/avif|avis|miaf/g, 'heic'), 'latin1');
  };
  it('names HEIC as not implemented', async () => {
    expect(await refusal(await heic())).toMatchObject({ status: 501 });
  });

  it('refuses a damaged HEIC by its own EC', async () => {
    const whole = await heic();
    for (const length of [whole.length - 1, Math.floor(whole.length * 0.6), 24]) {
      expect(await refusal(whole.subarray(0, length))).toMatchObject({
        status: 400,
        code: 'BadRequest',
        ec: '0040-00000020',
        message: 'The heic image file may be damaged.',
      });
    }
  });
});

describe('limits, before a pixel is decoded', () => {
  it.each([
    ['a PNG bomb', pngOf(29_000, 29_000, Buffer.alloc(100)), '0040-00000012', 'MemLimitExceeded'],
    ['a PNG of four billion a side', pngOf(0x7fffffff, 0x7fffffff, Buffer.alloc(100)), undefined, 'ImageTooLarge'],
    ['a wide PNG', pngOf(30_001, 1, Buffer.alloc(100)), undefined, 'ImageTooLarge'],
    ['a wide BMP', bmpOf(30_001, 1, 24), '0040-00000017', 'ImageTooLarge'],
    ['a 1-bit BMP bomb', bmpOf(12_000, 12_000, 1, 0, Buffer.alloc(18_000_000)), '0040-00000012', 'MemLimitExceeded'],
    ['more than 20 MB', Buffer.alloc(20 * 1024 * 1024 + 1, 0xff), undefined, 'ImageTooLarge'],
  ])('%s', async (_, bytes, ec, code) => {
    const before = process.memoryUsage.rss();
    const error = await refusal(bytes);
    // libpng refuses sides beyond its own limit before ours is asked.
    if (error instanceof ImageError && error.code === 'BadRequest' && ec === undefined)
      expect(error.message).toContain('damaged');
    else expect(error).toMatchObject({ status: 400, ec, code });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });

  it('counts the pixels of all frames', async () => {
    // One real frame of 2,100 × 2,100, sixty times: all between the colour table and the trailer is repeated.
    const one = await sharp({ create: { width: 2100, height: 2100, channels: 3, background: '#336699' } })
      .gif({ effort: 1 })
      .toBuffer();
    const flags = one.readUInt8(10);
    const start = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
    const frames = Array<Buffer>(60).fill(one.subarray(start, -1));
    const gif = Buffer.concat([one.subarray(0, start), ...frames, one.subarray(-1)]);
    expect((await run(one)).body.length).toBeGreaterThan(0);
    expect(await refusal(gif)).toMatchObject({ status: 400, ec: '0040-00000012' });
  });

  it('refuses a wide JPEG by its own EC', async () => {
    const jpeg = await quadrants(8, 8).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
    jpeg.writeUInt16BE(31_000, frame + 7);
    expect(await refusal(jpeg)).toMatchObject({ status: 400, ec: '0040-00000019' });
  });
});

describe('damaged images', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'a truncated %s is refused, with the cause kept',
    async (format) => {
      const whole = await waves(120, 90)[format]().toBuffer();
      const error = await refusal(whole.subarray(0, Math.floor(whole.length * 0.6)));
      const ec = { webp: '0040-00000010', avif: '0040-00000021' }[String(format)];
      expect(error).toMatchObject({ status: 400, code: format === 'webp' ? 'BadWebPImage' : 'BadRequest', ec });
      expect((error as ImageError).cause).toBeInstanceOf(Error);
    },
  );

  it('a PNG whose data ends early, and a BMP without its rows', async () => {
    expect(await refusal(pngOf(100, 100, Buffer.alloc(50)))).toMatchObject({ status: 400, code: 'BadRequest' });
    expect(await refusal(bmpOf(10, 10, 24, 0, Buffer.alloc(100)))).toMatchObject({ status: 400, code: 'BadRequest' });
    expect(await refusal(bmpOf(10, 10, 8, 1, Buffer.alloc(2000)))).toMatchObject({ status: 501 });
  });

  it('answers bytes changed at random with an image or a 4xx, never anything else', async () => {
    const originals = await Promise.all([
      waves(40, 30).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      waves(40, 30).png().toBuffer(),
      waves(40, 30).webp().toBuffer(),
      waves(40, 30).gif().toBuffer(),
      waves(40, 30).tiff().toBuffer(),
      waves(6, 5)
        .raw()
        .toBuffer()
        .then((data) => encodeBmp({ data, width: 6, height: 5, channels: 3 })),
    ]);
    const mutation = fc.tuple(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('resize,w_10', 'info', 'auto-orient,1/rotate,30/format,png', 'average-hue'),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async ([original, changes, actions]) => {
        const bytes = Buffer.from(original);
        for (const [where, value] of changes) bytes[where % Math.min(bytes.length, 400)] = value;
        const error = await refusal(bytes, actions);
        if (error === undefined) return;
        expect(error).toBeInstanceOf(ImageError);
        expect([400, 501]).toContain((error as ImageError).status);
      }),
      { numRuns: 250 },
    );
  });
});

describe('small and odd images', () => {
  it.each([
    'resize,w_10',
    'rotate,45',
    'circle,r_5',
    'rounded-corners,r_5',
    'blur,r_5,s_5',
    'resize,m_fill,w_5,h_5,limit_0',
    'info',
    'average-hue',
  ])('%s of one pixel', async (actions) => {
    const one = await sharp({ create: { width: 1, height: 1, channels: 4, background: '#ff000080' } })
      .png()
      .toBuffer();
    expect((await run(one, actions)).body.length).toBeGreaterThan(0);
  });

  it('reads grey, CMYK, 16-bit and palette images', async () => {
    const sources = await Promise.all([
      waves(40, 30).greyscale().toColourspace('b-w').jpeg().toBuffer(),
      waves(40, 30).toColourspace('cmyk').jpeg().toBuffer(),
      waves(40, 30).toColourspace('rgb16').png().toBuffer(),
      waves(40, 30).png({ palette: true }).toBuffer(),
      waves(40, 30).greyscale().toColourspace('b-w').png().toBuffer(),
    ]);
    for (const source of sources) {
      for (const actions of [
        'resize,w_20',
        'rounded-corners,r_5/resize,w_20',
        'rotate,90/flip,1/resize,w_20,h_20/format,bmp',
      ]) {
        expect((await run(source, actions)).body.length).toBeGreaterThan(200);
      }
    }
  });

  it('applies the colour profile of 16 bits as that of 8', async () => {
    const shown = async (bits: 'srgb' | 'rgb16') => {
      const source = await waves(40, 30).toColourspace(bits).withIccProfile('p3').png().toBuffer();
      return [...(await decode((await run(source, 'flip,0/format,png')).body)).data];
    };
    const [eight, sixteen] = [await shown('srgb'), await shown('rgb16')];
    // The sources differ by a rounding, which the way out of the wider P3 doubles.
    expect(distance(sixteen, eight)).toBeLessThanOrEqual(4);
  });

  it('applies the colour profile of grey, and pads it in colour', async () => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    const segment = Buffer.concat([Buffer.from('ffe20000', 'hex'), Buffer.from('ICC_PROFILE\0\x01\x01'), linearGrey]);
    segment.writeUInt16BE(segment.length - 2, 2);
    const profiled = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
    const { at } = await decode((await run(profiled, 'resize,m_pad,w_8,h_10,color_FF8800/format,png')).body);
    expect(at(0, 0)).toEqual([255, 136, 0]);
    // Half of the light is 188 in sRGB.
    expect(distance(at(4, 5), [188, 188, 188])).toBeLessThanOrEqual(1);
  });

  it('reads BMP of 8, 24 and 32 bits, from bottom or top, and writes what other readers take', async () => {
    const rgb = await quadrants(10, 6).raw().toBuffer();
    const bmp = encodeBmp({ data: rgb, width: 10, height: 6, channels: 3 });
    expect(await layoutOf((await run(bmp, 'format,png')).body)).toBe('AB/CD');

    const topDown = Buffer.from(bmp);
    topDown.writeInt32LE(-6, 22);
    expect(await layoutOf((await run(topDown, 'format,png')).body)).toBe('CD/AB');

    const palette = Buffer.alloc(256 * 4);
    palette.set([0, 0, 255, 0, 0, 200, 0, 0], 0);
    const indexed = bmpOf(4, 2, 8, 0, Buffer.concat([palette, Buffer.from([0, 0, 1, 1, 0, 0, 1, 1])]));
    indexed.writeUInt32LE(54 + 1024, 10);
    expect(await layoutOf((await run(indexed, 'format,png')).body)).toBe('AB/AB');

    const plain = bmpOf(2, 2, 32, 0, Buffer.from('0000ff00'.repeat(4), 'hex'));
    expect((await decode((await run(plain, 'format,png')).body)).at(0, 0)).toEqual([255, 0, 0]);
    const translucent = bmpOf(2, 2, 32, 0, Buffer.from('0000ff80'.repeat(4), 'hex'));
    expect((await decode((await run(translucent, 'format,png')).body)).at(0, 0)).toEqual([255, 0, 0, 128]);
  });
});
