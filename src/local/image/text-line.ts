// One line of text as outlines, in Noto Sans SC: the font's files each hold a part of Unicode, and only those that the
// text needs are read.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Font, type Glyph, readFont } from './font.js';

const { resolve } = createRequire(import.meta.url);
const fontPackage = '@fontsource/noto-sans-sc';

/** In ems: the base line is at 0, y grows downwards. */
export interface TextLine {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** SVG paths in a coordinate system of one em. */
  readonly svg: string;
}

// As high as Chinese, as deep as Latin letters: the same for every text, so that texts with and without a "g" stand on
// one base line.
const ascent = 0.88;
const descent = 0.25;

/** Lays a text out. Line breaks are spaces; a character that the font lacks is an empty box. */
export async function layOutText(text: string): Promise<TextLine> {
  const characters = [...text.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')].filter(
    (character) => !/^\p{Default_Ignorable_Code_Point}$/u.test(character),
  );
  const line = { left: 0, right: 0, top: -ascent, bottom: descent };
  const paths: string[] = [];
  let pen = 0;
  for (const character of characters) {
    const { advance, path, box, unitsPerEm } = await glyphOf(character.codePointAt(0) ?? 0);
    const scale = 1 / unitsPerEm;
    if (path !== '') paths.push(`<path transform="translate(${pen} 0) scale(${scale})" d="${path}"/>`);
    line.left = Math.min(line.left, pen + box.left * scale);
    line.right = Math.max(line.right, pen + box.right * scale, pen + advance * scale);
    line.top = Math.min(line.top, box.top * scale);
    line.bottom = Math.max(line.bottom, box.bottom * scale);
    pen += advance * scale;
  }
  return { ...line, svg: paths.join('') };
}

// A box of one em's width, open inside.
const missing: Glyph & { unitsPerEm: number } = {
  unitsPerEm: 100,
  advance: 100,
  path: 'M10 -75H90V8H10ZM16 -69V2H84V-69Z',
  box: { left: 10, top: -75, right: 90, bottom: 8 },
};

async function glyphOf(codePoint: number): Promise<Glyph & { unitsPerEm: number }> {
  for (const { name, ranges } of await subsets()) {
    if (!ranges.some(([first, last]) => codePoint >= first && codePoint <= last)) continue;
    const font = await fontOf(name);
    const glyph = font.glyph(codePoint);
    if (glyph !== undefined) return { ...glyph, unitsPerEm: font.unitsPerEm };
  }
  return missing;
}

interface Subset {
  readonly name: string;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

const subsets = once(async (): Promise<readonly Subset[]> => {
  const listed: Record<string, string> = JSON.parse(await readFile(resolve(`${fontPackage}/unicode.json`), 'utf8'));
  return Object.entries(listed).map(([name, ranges]) => ({
    // "[118]" is the file …-118-400-normal.woff
    name: name.replace(/[[\]]/g, ''),
    ranges: ranges.split(',').map((range) => {
      const [first = 0, last = first] = range
        .replace('U+', '')
        .split('-')
        .map((hex) => Number.parseInt(hex, 16));
      return [first, last];
    }),
  }));
});

const fonts = new Map<string, () => Promise<Font>>();

function fontOf(name: string): Promise<Font> {
  const load =
    fonts.get(name) ??
    once(async () => readFont(await readFile(resolve(`${fontPackage}/files/noto-sans-sc-${name}-400-normal.woff`))));
  fonts.set(name, load);
  return load();
}

// Keeps a success; a failure is tried again.
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
