import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packagedFont } from '../../../src/local/image/text-font.js';
import { layOutText } from '../../../src/local/image/text-line.js';
import { noZenHei, zenHei } from '../../support/wqy-zenhei.js';

const layOut = (text: string, size = 100) => layOutText(text, size, packagedFont);
/** Where the pen is for each character that shows. */
const pens = (svg: string) => [...svg.matchAll(/translate\((\S+) 0\)/g)].map(([, x]) => Number(x));

describe('layOutText', () => {
  it('gives the box of the ink in whole pixels', async () => {
    // The outline of A reaches from 4 to 604 across and from 0 to 733 upwards, of 1,000.
    expect(await layOut('A', 1000)).toMatchObject({ left: 4, top: -733, width: 600, height: 733 });
    expect(await layOut('A', 20)).toMatchObject({ left: 0, top: -15, width: 13, height: 15 });
    expect(await layOut('AA', 1000)).toMatchObject({ left: 4, width: 600 + 608 });
    expect((await layOut('Ag')).height).toBeGreaterThan((await layOut('A')).height);
  });

  it('gives a text other widths in another font', async () => {
    expect(await layOut('CSDN @@曾记否', 20)).toMatchObject({ width: 154, height: 21 });
  });

  // The marks of pictures that OSS marked: images/watermark,type_d3F5LXplbmhlaQ,… and the like, in
  // https://github.com/CCooky/Linux (df8cc62), https://github.com/winyter/MyHandbook and
  // https://github.com/Auroraol/qt_note.
  it.skipIf(noZenHei).each([
    ['CSDN @@曾记否', 20, 148, 20],
    ['CSDN @困可以睡觉吗', 20, 192, 20],
    ['CSDN @困可以睡觉吗', 14, 135, 14],
    ['CSDN @weeksooo', 20, 159, 15],
    ['CSDN @hebao0', 20, 139, 15],
  ])('gives %s of size %i, in OSS’s font, %i × %i pixels', async (text, size, width, height) => {
    expect(await layOutText(text, size, zenHei())).toMatchObject({ width, height });
  });

  it('begins each character at a whole pixel', async () => {
    expect(pens((await layOut('图图图', 40)).svg)).toEqual([0, 40, 80]);
    // An A is 0.608 em wide.
    expect(pens((await layOut('AAA', 20)).svg)).toEqual([0, 12, 24]);
    expect(pens((await layOut('AAA', 3)).svg)).toEqual([0, 2, 4]);
  });

  it('has no box where nothing shows', async () => {
    for (const text of ['', '   ', '\u200d\ufe0f', '\n']) {
      expect(await layOut(text)).toEqual({ left: 0, top: 0, width: 0, height: 0, svg: '' });
    }
  });

  it('takes what is composed and what is not for the same, and breaks for spaces', async () => {
    expect(await layOut('e\u0301')).toEqual(await layOut('é'));
    expect(await layOut('a\r\n\tb\u2028c')).toEqual(await layOut('a b c'));
    expect(await layOut('a\u200db\ufe0f')).toEqual(await layOut('ab'));
  });

  it('shows a box, an em wide, for what the font lacks', async () => {
    const box = await layOut('😀');
    expect(box).toMatchObject({ left: 10, top: -75, width: 80, height: 83 });
    expect(await layOut('\u{10ffff}')).toEqual(box);
    expect(pens((await layOut('😀😀')).svg)).toEqual([0, 100]);
  });

  it('holds no text, only paths', async () => {
    const { svg } = await layOut('<script>&"\'');
    expect(svg.match(/<\w+/g)).toEqual(Array(11).fill('<path'));
    expect(svg).not.toContain('script');
  });

  it('reads a font once for many texts at the same time', async () => {
    const lines = await Promise.all(Array.from({ length: 20 }, () => layOut('图片 Hello')));
    expect(new Set(lines.map(({ svg }) => svg)).size).toBe(1);
  });

  const anyText = fc.string({ unit: 'binary', maxLength: 12 });
  const anySize = fc.integer({ min: 1, max: 1000 });
  async function isLine(text: string, size: number, font: typeof packagedFont) {
    const { left, top, width, height, svg } = await layOutText(text, size, font);
    expect([left, top, width, height].every(Number.isInteger)).toBe(true);
    expect(width > 0 && height > 0).toBe(svg !== '');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }

  it('lays out whatever text it is given', async () => {
    await fc.assert(fc.asyncProperty(anyText, anySize, (text, size) => isLine(text, size, packagedFont)));
  });

  it.skipIf(noZenHei)('lays out whatever text it is given, in OSS’s font', async () => {
    await fc.assert(fc.asyncProperty(anyText, anySize, (text, size) => isLine(text, size, zenHei())));
  });
});
