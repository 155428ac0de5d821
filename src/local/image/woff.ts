// WOFF to the font file in it. fontkit reads WOFF, too, but would unpack the table of all outlines for every glyph.
// Source: WOFF 1.0 (https://www.w3.org/TR/WOFF/), OpenType 1.9 (the table directory)
import { inflateSync } from 'node:zlib';

/**
 * The tables of a WOFF, uncompressed, behind a table directory.
 * @throws {Error} when it is no WOFF
 */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('The font is no WOFF.');
  const count = woff.readUInt16BE(12);
  const directory = Buffer.alloc(12 + 16 * count);
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(count, 4);
  const parts: Buffer[] = [directory];
  let end = directory.length;
  for (let i = 0; i < count; i += 1) {
    const entry = woff.subarray(44 + 20 * i, 64 + 20 * i);
    const [start, storedLength, length] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)];
    const stored = woff.subarray(start, start + storedLength);
    const at = 12 + 16 * i;
    entry.copy(directory, at, 0, 4);
    entry.copy(directory, at + 4, 16, 20);
    directory.writeUInt32BE(end, at + 8);
    directory.writeUInt32BE(length, at + 12);
    // Tables begin at multiples of four.
    const padding = Buffer.alloc(-length & 3);
    parts.push(storedLength < length ? inflateSync(stored) : stored, padding);
    end += length + padding.length;
  }
  return Buffer.concat(parts);
}
