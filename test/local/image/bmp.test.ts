import { decode } from 'bmp-ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBmp,
  encodeBmp,
  holdsAllRows,
  isPlain,
  type Pixels,
  readBmpHeader,
} from '../../../src/local/image/bmp.js';
import { type Bitmap, bitmap } from './bitmaps.js';

function read(bmp: Buffer): Pixels | undefined {
  const header = readBmpHeader(bmp);
  return header !== undefined && isPlain(header) && holdsAllRows(bmp, header) ? decodeBmp(bmp, header) : undefined;
}
const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 200, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;
const palette = [red, green, blue, white];
const [black] = [[0, 0, 0]];
const checks = { width: 3, height: 2, words: [0, 1, 0, 1, 1, 0], palette } as const;
const colours = { width: 3, height: 2, words: [0, 1, 2, 3, 2, 1], palette } as const;
const drawn = [red, green, blue, white, blue, green];
const of24 = ([r = 0, g = 0, b = 0]: readonly number[]) => r * 0x10000 + g * 0x100 + b;

describe('what is read', () => {
  const cases: [name: string, file: Bitmap, expected: readonly (readonly number[])[]][] = [
    ['1 bit', { ...checks, bits: 1 }, [red, green, red, green, green, red]],
    ['4 bits of an odd width', { ...colours, bits: 4 }, drawn],
    ['8 bits', { ...colours, bits: 8 }, drawn],
    ['8 bits with a counted palette', { ...colours, bits: 8, colours: 4 }, drawn],
    [
      '8 bits beyond the palette: black',
      { ...colours, bits: 8, colours: 2, palette: [red, green] },
      [red, green, black, black, black, green],
    ],
    ['24 bits', { ...colours, bits: 24, palette: [], words: drawn.map(of24) }, drawn],
    ['24 bits from the top', { ...colours, height: -2, bits: 24, palette: [], words: drawn.map(of24) }, drawn],
    [
      '24 bits with a gap before the rows',
      { ...colours, bits: 24, palette: [], gap: 7, words: drawn.map(of24) },
      drawn,
    ],
    [
      '24 bits behind a header of version 5',
      { ...colours, header: 124, bits: 24, palette: [], words: drawn.map(of24) },
      drawn,
    ],
    ['OS/2, 1 bit', { ...checks, header: 12, bits: 1, palette: [red, green] }, [red, green, red, green, green, red]],
    [
      'OS/2, 4 bits',
      { ...colours, header: 12, bits: 4, palette: Array.from({ length: 16 }, (_, i) => palette[i] ?? black) },
      drawn,
    ],
    [
      'OS/2, 8 bits',
      { ...colours, header: 12, bits: 8, palette: Array.from({ length: 256 }, (_, i) => palette[i] ?? black) },
      drawn,
    ],
    ['OS/2, 24 bits', { ...colours, header: 12, bits: 24, palette: [], words: drawn.map(of24) }, drawn],
    ['OS/2 2, 4 bits', { ...colours, header: 64, bits: 4, colours: 4 }, drawn],
    ['16 bits: 5, 5, 5', { bits: 16, width: 1, height: 2, words: [0x7c00, 0x03ff] }, [red, [0, 255, 255]]],
    [
      '16 bits: 5, 6, 5',
      { bits: 16, width: 1, height: 2, compression: 3, masks: [0xf800, 0x7e0, 0x1f], words: [0xf800, 0x07ff] },
      [red, [0, 255, 255]],
    ],
    ['16 bits behind a header of version 4', { header: 108, bits: 16, width: 1, height: 1, words: [0x7c00] }, [red]],
    [
      '16 bits: 4, 4, 4 and alpha',
      {
        header: 56,
        bits: 16,
        width: 1,
        height: 2,
        compression: 3,
        masks: [0xf00, 0xf0, 0xf, 0xf000],
        words: [0xff00, 0x300f],
      },
      [
        [...red, 255],
        [...blue, 51],
      ],
    ],
    ['32 bits', { bits: 32, width: 1, height: 2, words: [0xff0000, 0xff] }, [red, blue]],
    [
      '32 bits with alpha',
      { bits: 32, width: 1, height: 2, words: [0xffff0000, 0x800000ff] },
      [
        [...red, 255],
        [...blue, 128],
      ],
    ],
    [
      '32 bits, red at the end',
      { bits: 32, width: 1, height: 1, compression: 3, masks: [0xff, 0xff00, 0xff0000], words: [0xff] },
      [red],
    ],
    [
      '32 bits with a mask of alpha',
      {
        bits: 32,
        width: 1,
        height: 1,
        compression: 6,
        masks: [0xff000000, 0xff0000, 0xff00, 0xff],
        words: [0xff000080],
      },
      [[...red, 128]],
    ],
    [
      '32 bits with an alpha of 0',
      {
        header: 56,
        bits: 32,
        width: 1,
        height: 1,
        compression: 3,
        masks: [0xff0000, 0xff00, 0xff, 0xff000000],
        words: [0xff0000],
      },
      [red],
    ],
  ];

  it.each(cases)('%s', (_, file, expected) => {
    const pixels = read(bitmap(file));
    const channels = expected[0]?.length;
    expect(pixels).toMatchObject({ width: file.width, height: Math.abs(file.height), channels });
    expect([...(pixels?.data ?? [])]).toEqual(expected.flat());
  });

  it('no compressed one, none that ends early, none of an unknown header', () => {
    expect(read(bitmap({ ...colours, bits: 8, compression: 1 }))).toBeUndefined();
    expect(read(bitmap({ ...checks, bits: 1, header: 64, compression: 3 }))).toBeUndefined();
    expect(read(bitmap({ ...colours, bits: 4 }).subarray(0, -1))).toBeUndefined();
    expect(read(bitmap({ ...colours, bits: 4, header: 36 }))).toBeUndefined();
    expect(read(bitmap({ ...colours, bits: 4 }).subarray(0, 40))).toBeUndefined();
  });
});

describe('what is written', () => {
  it('another reader takes, and ours: grey, RGB and alpha, of any width', () => {
    const picture = fc
      .tuple(fc.constantFrom(1, 2, 3, 4), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
      .chain(([channels, width, height]) => {
        const length = width * height * channels;
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((data) => ({ data: Buffer.from(data), width, height, channels: channels as 1 | 2 | 3 | 4 }));
      });
    fc.assert(
      fc.property(picture, (pixels) => {
        const { data, width, height, channels } = pixels;
        const alphas = channels % 2 === 0 ? [...data].filter((_, i) => i % channels === channels - 1) : [];
        const colour = [...Array(width * height).keys()].map((i) =>
          [0, 1, 2].map((c) => data[i * channels + (channels < 3 ? 0 : c)]),
        );
        const bmp = encodeBmp(pixels);
        const other = decode(bmp);
        expect(colour.map((_, i) => [3, 2, 1].map((c) => other.data[4 * i + c]))).toEqual(colour);
        const visible = alphas.some((alpha) => alpha !== 0);
        const expected = colour.flatMap((rgb, i) => (visible ? [...rgb, alphas[i]] : rgb));
        expect([...(read(bmp)?.data ?? [])]).toEqual(expected);
      }),
    );
  });
});
