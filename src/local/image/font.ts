// A TrueType font in a WOFF file, as outlines: which glyph a character has, how far it moves the pen, and its contours
// as an SVG path.
// sharp's prebuilt text rendering reads no WOFF, and takes a font of the system, silently, for one that it cannot read;
// outlines give the same text on every machine, and only the part of it that shows has to be painted. No kerning, no
// ligatures, one direction.
// Source: WOFF 1.0 (https://www.w3.org/TR/WOFF/), OpenType 1.9 (cmap, head, hhea, hmtx)
import { inflateSync } from 'node:zlib';
import { contourPath, outlineReader, type Point } from './outline.js';

/** In font units; y grows downwards, as in SVG, and the pen starts at 0, 0 on the base line. */
export interface Glyph {
  readonly advance: number;
  readonly path: string;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}
export interface Font {
  readonly unitsPerEm: number;
  /** The glyph of a character, undefined when the font has none. */
  glyph(codePoint: number): Glyph | undefined;
}

const empty = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Reads a font.
 * @throws {Error} when it is no WOFF with TrueType outlines
 */
export function readFont(woff: Buffer): Font {
  const tables = readTables(woff);
  const table = (tag: string): Buffer => {
    const found = tables.get(tag);
    if (found === undefined) throw new Error(`The font has no table "${tag}".`);
    return found;
  };
  const head = table('head');
  const glyphs = new Map<number, Glyph>();
  const indexes = readCharacters(table('cmap'));
  const outline = outlineReader(table('glyf'), table('loca'), head.readInt16BE(50) === 1);
  const metrics = table('hmtx');
  const metricCount = table('hhea').readUInt16BE(34);
  return {
    unitsPerEm: head.readUInt16BE(18),
    glyph(codePoint) {
      const index = indexes(codePoint);
      if (index === 0) return undefined;
      const known = glyphs.get(index);
      if (known !== undefined) return known;
      const advance = metrics.readUInt16BE(4 * Math.min(index, metricCount - 1));
      const contours = outline(index);
      const points = contours.flat();
      const glyph = {
        advance,
        path: contours.map(contourPath).join(''),
        box: points.length === 0 ? empty : around(points),
      };
      glyphs.set(index, glyph);
      return glyph;
    },
  };
}

function around(points: readonly Point[]): Glyph['box'] {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function readTables(woff: Buffer): Map<string, Buffer> {
  if (woff.toString('latin1', 0, 4) !== 'wOFF' || woff.readUInt32BE(4) !== 0x00010000) {
    throw new Error('The font is no WOFF with TrueType outlines.');
  }
  const tables = new Map<string, Buffer>();
  for (let i = 0, at = 44; i < woff.readUInt16BE(12); i += 1, at += 20) {
    const start = woff.readUInt32BE(at + 4);
    const stored = woff.subarray(start, start + woff.readUInt32BE(at + 8));
    const length = woff.readUInt32BE(at + 12);
    tables.set(woff.toString('latin1', at, at + 4), stored.length < length ? inflateSync(stored) : stored);
  }
  return tables;
}

// Unicode subtables only: format 12 (all planes) before format 4 (the basic plane).
function readCharacters(cmap: Buffer): (codePoint: number) => number {
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => {
    const at = 4 + 8 * i;
    const subtable = cmap.subarray(cmap.readUInt32BE(at + 4));
    return { platform: cmap.readUInt16BE(at), format: subtable.readUInt16BE(0), subtable };
  }).filter(({ platform }) => platform === 0 || platform === 3);
  const all = subtables.find(({ format }) => format === 12);
  if (all !== undefined) return (codePoint) => groupedIndex(all.subtable, codePoint);
  const basic = subtables.find(({ format }) => format === 4);
  if (basic === undefined) throw new Error('The font maps no Unicode characters.');
  return (codePoint) => segmentedIndex(basic.subtable, codePoint);
}

function groupedIndex(subtable: Buffer, codePoint: number): number {
  for (let i = 0, at = 16; i < subtable.readUInt32BE(12); i += 1, at += 12) {
    const first = subtable.readUInt32BE(at);
    if (codePoint < first) return 0;
    if (codePoint <= subtable.readUInt32BE(at + 4)) return subtable.readUInt32BE(at + 8) + codePoint - first;
  }
  return 0;
}

function segmentedIndex(subtable: Buffer, codePoint: number): number {
  const twice = subtable.readUInt16BE(6);
  const [ends, starts, deltas, offsets] = [14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice] as const;
  for (let i = 0; i < twice; i += 2) {
    if (codePoint > subtable.readUInt16BE(ends + i)) continue;
    const start = subtable.readUInt16BE(starts + i);
    if (codePoint < start) return 0;
    const delta = subtable.readUInt16BE(deltas + i);
    const offset = subtable.readUInt16BE(offsets + i);
    if (offset === 0) return (codePoint + delta) & 0xffff;
    const index = subtable.readUInt16BE(offsets + i + offset + 2 * (codePoint - start));
    return index === 0 ? 0 : (index + delta) & 0xffff;
  }
  return 0;
}
