// The fonts that a text is drawn with, read by fontkit: WenQuanYi Zen Hei, OSS's default, where it is installed, and
// Noto Sans SC, an npm package, whose files each hold a part of Unicode: only those that a text needs are read.
// Outlines, not sharp's text: that reads no WOFF, and takes a font of the system, silently, for one it cannot read.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { create, type Font } from 'fontkit';
import { unpackWoff } from './woff.js';

/** In units of the font; y grows upwards, and the pen starts at 0, 0 on the base line. */
export interface Glyph {
  readonly unitsPerEm: number;
  readonly advance: number;
  /** An SVG path, empty where nothing shows. */
  readonly path: string;
  /** The tight box of the path. */
  readonly box: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
}

/** The glyph of a character, undefined when the font has none. */
export type TextFont = (codePoint: number) => Promise<Glyph | undefined>;

const { resolve } = createRequire(import.meta.url);
const fontPackage = '@fontsource/noto-sans-sc';

/** Noto Sans SC: the same on every machine. */
export const packagedFont: TextFont = async (codePoint) => {
  for (const { ranges, font } of await subsets()) {
    if (!ranges.some(([first, last]) => codePoint >= first && codePoint <= last)) continue;
    const glyph = glyphOf(await font(), codePoint);
    if (glyph !== undefined) return glyph;
  }
  return undefined;
};

const subsets = once(async () => {
  const listed: Record<string, string> = JSON.parse(await readFile(resolve(`${fontPackage}/unicode.json`), 'utf8'));
  return Object.entries(listed).map(([name, ranges]) => {
    // "[118]" is the file …-118-400-normal.woff
    const file = `${fontPackage}/files/noto-sans-sc-${name.replace(/[[\]]/g, '')}-400-normal.woff`;
    return {
      font: once(async () => create(unpackWoff(await readFile(resolve(file)))) as Font),
      ranges: ranges.split(',').map((range) => {
        const [first = 0, last = first] = range
          .replace('U+', '')
          .split('-')
          .map((hex) => Number.parseInt(hex, 16));
        return [first, last] as const;
      }),
    };
  });
});

const fontFile = 'wqy-zenhei.ttc';
// Debian and Ubuntu, Fedora, Arch, Alpine; then a user's own, on Linux, macOS and Windows.
const folders = [
  '/usr/share/fonts/truetype/wqy',
  '/usr/share/fonts/wqy-zenhei-fonts',
  '/usr/share/fonts/wenquanyi/wqy-zenhei',
  '/usr/share/fonts/wqy-zenhei',
  join(homedir(), '.local/share/fonts'),
  join(homedir(), '.fonts'),
  join(homedir(), 'Library/Fonts'),
  '/Library/Fonts',
  'C:\\Windows\\Fonts',
  join(homedir(), 'AppData/Local/Microsoft/Windows/Fonts'),
];

/** WenQuanYi Zen Hei from the first of these folders that has it as wqy-zenhei.ttc; undefined when none has. */
export async function installedFont(places: readonly string[] = folders): Promise<TextFont | undefined> {
  for (const place of places) {
    try {
      const font = create(await readFile(join(place, fontFile)), 'WenQuanYiZenHei') as Font;
      return async (codePoint) => glyphOf(font, codePoint);
    } catch {
      // Not there, or no such font: then as if it were not there.
    }
  }
  return undefined;
}

/**
 * The font that OSS draws with, as far as this machine has it: looked for when the first text is drawn. `onMissing` is
 * called then, once, when the packaged font has to stand in.
 */
export function likeOss(onMissing: () => void, places?: readonly string[]): TextFont {
  const font = once(async () => {
    const installed = await installedFont(places);
    if (installed === undefined) onMissing();
    return installed ?? packagedFont;
  });
  return async (codePoint) => (await font())(codePoint);
}

function glyphOf(font: Font, codePoint: number): Glyph | undefined {
  if (!font.hasGlyphForCodePoint(codePoint)) return undefined;
  // fontkit keeps the glyphs of a font, and their paths.
  const { advanceWidth: advance, path } = font.glyphForCodePoint(codePoint);
  return { unitsPerEm: font.unitsPerEm, advance, path: path.toSVG(), box: path.bbox };
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
