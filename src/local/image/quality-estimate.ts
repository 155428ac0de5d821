// The quality that a JPEG was saved with, from its quantisation tables. OSS re-encodes at the quality of the source.
import { quantisationTables } from './jpeg.js';

// The tables of ITU-T T.81 annex K.1, in zigzag order: luminance, chrominance.
const standardTable = [
  [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
  ],
  [
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
  ],
];

// How libjpeg scales the standard tables for a quality of 1–100.
function scaled(value: number, quality: number): number {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)));
}

/** The libjpeg quality (1–100) whose tables are nearest to this JPEG's; undefined when it has none. */
export function estimateQuality(jpeg: Buffer): number | undefined {
  const tables = [...quantisationTables(jpeg)].filter(([number]) => number < standardTable.length);
  if (tables.length === 0) return undefined;
  let best = { quality: 100, distance: Number.POSITIVE_INFINITY };
  for (let quality = 100; quality >= 1; quality -= 1) {
    let distance = 0;
    for (const [number, table] of tables) {
      const standard = standardTable[number] ?? [];
      for (const [i, value] of table.entries()) distance += Math.abs(value - scaled(standard[i] ?? 0, quality));
    }
    if (distance < best.distance) best = { quality, distance };
  }
  return best.quality;
}
