// One line of text as outlines, laid out as OSS does it: each character begins at a whole pixel, as its width is
// rounded. No kerning, no ligatures, one direction.
// Source: a picture that OSS marked, column by column (test/local/image/operations/watermark-text.test.ts)
import type { Glyph, TextFont } from './text-font.js';

/** In pixels: the pen starts at 0, 0 on the base line, y grows downwards. */
export interface TextLine {
  /** The whole pixels that the ink touches; 0 wide and high when there is none. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** SVG paths. */
  readonly svg: string;
}

/**
 * Lays a text out, `size` pixels an em. Line breaks are spaces; a character that the font lacks is an empty box. OSS
 * publishes neither.
 */
export async function layOutText(text: string, size: number, font: TextFont): Promise<TextLine> {
  const characters = [...text.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')].filter(
    (character) => !/^\p{Default_Ignorable_Code_Point}$/u.test(character),
  );
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const paths: string[] = [];
  let pen = 0;
  for (const character of characters) {
    const { unitsPerEm, advance, path, box } = (await font(character.codePointAt(0) ?? 0)) ?? missing;
    const scale = size / unitsPerEm;
    if (path !== '') {
      paths.push(`<path transform="translate(${pen} 0) scale(${scale} ${-scale})" d="${path}"/>`);
      left = Math.min(left, Math.floor(pen + grid(box.minX * scale)));
      right = Math.max(right, Math.ceil(pen + grid(box.maxX * scale)));
      top = Math.min(top, Math.floor(-grid(box.maxY * scale)));
      bottom = Math.max(bottom, Math.ceil(-grid(box.minY * scale)));
    }
    pen += Math.round(advance * scale);
  }
  if (paths.length === 0) return { left: 0, top: 0, width: 0, height: 0, svg: '' };
  return { left, top, width: right - left, height: bottom - top, svg: paths.join('') };
}

// Points of outlines lie on a grid of a 64th of a pixel: less than half of that paints nothing.
function grid(value: number): number {
  return Math.round(value * 64) / 64;
}

// A box of one em's width, open inside.
const missing: Glyph = {
  unitsPerEm: 100,
  advance: 100,
  path: 'M10 75H90V-8H10ZM16 69V-2H84V69Z',
  box: { minX: 10, minY: -8, maxX: 90, maxY: 75 },
};
