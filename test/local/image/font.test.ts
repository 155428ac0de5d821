import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFont } from '../../../src/local/image/font.js';

const { resolve } = createRequire(import.meta.url);
const noto = (subset: string) =>
  readFont(readFileSync(resolve(`@fontsource/noto-sans-sc/files/noto-sans-sc-${subset}-400-normal.woff`)));
const code = (character: string) => character.codePointAt(0) ?? 0;

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * i);
  return bytes;
}

// A font by hand. Glyph 1: a triangle with a curved side; glyph 2: glyph 1 twice, once moved, once halved; 3: glyph 1
// turned; 0: nothing.
function handmade(cmapFormat: 4 | 12): Buffer {
  const triangle = Buffer.concat([
    words(1, 0, 0, 100, 100, 2, 0),
    // on, on, off: x 0, +100, -40; y as words: same, same, +100
    Buffer.from([0x31, 0x33, 0x26, 100, 40, 100, 0, 0]),
  ]);
  const twice = words(-1, 0, 0, 0, 0, 0x23, 1, 200, 10, 0x0a, 1, 0x05fb, 0x2000);
  const turned = words(-1, 0, 0, 0, 0, 0x83, 1, 0, 0, 0, 0x4000, -0x4000, 0);
  const glyphs = [Buffer.alloc(0), triangle, twice, turned];
  const loca = [0];
  for (const glyph of glyphs) loca.push((loca.at(-1) ?? 0) + glyph.length / 2);
  const format4 = words(
    ...[4, 40, 0, 6, 0, 0, 0],
    ...[0x41, 0x62, 0xffff],
    0,
    ...[0x41, 0x61, 0xffff],
    ...[1 - 0x41, 0, 1],
    ...[0, 4, 0],
    // the indexes of a and b
    ...[2, 3],
  );
  const format12 = words(12, 0, 0, 40, 0, 0, 0, 2, 0, 0x41, 0, 0x41, 0, 1, 1, 0xf600, 1, 0xf601, 0, 2);
  const subtable = cmapFormat === 4 ? format4 : format12;
  const head = Buffer.alloc(54);
  head.writeUInt16BE(200, 18);
  const hhea = Buffer.alloc(36);
  hhea.writeUInt16BE(2, 34);
  return woffOf({
    cmap: Buffer.concat([words(0, 1, 3, cmapFormat === 4 ? 1 : 10, 0, 12), subtable]),
    glyf: Buffer.concat(glyphs),
    head,
    hhea,
    hmtx: words(50, 0, 120, 0, 0, 0),
    loca: words(...loca),
  });
}

function woffOf(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables);
  const header = Buffer.alloc(44 + 20 * entries.length);
  header.write('wOFF', 'latin1');
  header.writeUInt32BE(0x00010000, 4);
  header.writeUInt16BE(entries.length, 12);
  const bodies: Buffer[] = [];
  let start = header.length;
  for (const [i, [tag, table]] of entries.entries()) {
    const packed = deflateSync(table);
    const stored = packed.length < table.length ? packed : table;
    header.write(tag, 44 + 20 * i, 'latin1');
    header.writeUInt32BE(start, 48 + 20 * i);
    header.writeUInt32BE(stored.length, 52 + 20 * i);
    header.writeUInt32BE(table.length, 56 + 20 * i);
    bodies.push(stored);
    start += stored.length;
  }
  return Buffer.concat([header, ...bodies]);
}

describe('a font made by hand', () => {
  const font = readFont(handmade(4));

  it('has its units, widths and outlines, y downwards', () => {
    expect(font.unitsPerEm).toBe(200);
    expect(font.glyph(0x41)).toEqual({
      advance: 120,
      path: 'M0 0L100 0Q60 -100 0 0Z',
      box: { left: 0, top: -100, right: 100, bottom: 0 },
    });
  });

  it('puts compound glyphs together: moved, scaled, turned; the last width counts for the rest', () => {
    const both = font.glyph(0x61);
    expect(both?.advance).toBe(120);
    expect(both?.path).toBe('M200 -10L300 -10Q260 -110 200 -10ZM5 5L55 5Q35 -45 5 5Z');
    // x' = -y, y' = x in the font's own upward coordinates: a quarter turn to the left
    expect(font.glyph(0x62)?.box).toEqual({ left: -100, top: -100, right: 0, bottom: 0 });
  });

  it('maps characters of all planes by the larger table', () => {
    const wide = readFont(handmade(12));
    expect(wide.glyph(0x41)?.path).toBe(font.glyph(0x41)?.path);
    expect(wide.glyph(0x1f600)?.path).toBe(font.glyph(0x61)?.path);
    expect(wide.glyph(0x1f602)).toBeUndefined();
    expect(wide.glyph(0x20)).toBeUndefined();
  });

  it.each([0, 0x40, 0x42, 0x60, 0x63, 0xffff, 0x10ffff])('has no glyph for %i', (codePoint) => {
    expect(font.glyph(codePoint)).toBeUndefined();
  });
});

describe('Noto Sans SC', () => {
  async function paint(path = '') {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="120" viewBox="0 -880 1000 1200">' +
      `<rect y="-880" width="1000" height="1200" fill="#fff"/><path d="${path}"/></svg>`;
    const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
    return (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 255) < 128;
  }

  it('gives a Chinese character a whole em, and a space no ink', () => {
    const [picture, space] = [noto('118').glyph(code('图')), noto('latin').glyph(code(' '))];
    expect([noto('118').unitsPerEm, picture?.advance, space?.path]).toEqual([1000, 1000, '']);
  });

  it('has outlines of the right shape: the hole of an O, the frame of 图, the bowls of 8', async () => {
    const o = await paint(noto('latin').glyph(code('O'))?.path);
    expect([o(37, 51), o(10, 51), o(64, 51), o(37, 16), o(2, 2)]).toEqual([false, true, true, true, false]);
    const picture = await paint(noto('118').glyph(code('图'))?.path);
    expect([picture(12, 50), picture(88, 50), picture(50, 12), picture(3, 50)]).toEqual([true, true, true, false]);
    const eight = await paint(noto('latin').glyph(code('8'))?.path);
    expect([eight(28, 31), eight(28, 68), eight(28, 50)]).toEqual([false, false, true]);
  });

  it('has no Chinese in its Latin part', () => {
    expect(noto('latin').glyph(code('图'))).toBeUndefined();
    expect(noto('latin').glyph(0x1f600)).toBeUndefined();
  });
});

describe('what is no font', () => {
  it.each([
    ['WOFF2', Buffer.from('wOF2 and more of it')],
    ['nothing', Buffer.alloc(0)],
    ['a font without tables', woffOf({})],
  ])('%s is refused', (_, bytes) => {
    expect(() => readFont(bytes)).toThrow(/no WOFF|no table/);
  });
});
