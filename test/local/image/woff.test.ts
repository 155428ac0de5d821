import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { unpackWoff } from '../../../src/local/image/woff.js';

const { resolve } = createRequire(import.meta.url);
const file = (subset: string) =>
  readFileSync(resolve(`@fontsource/noto-sans-sc/files/noto-sans-sc-${subset}-400-normal.woff`));

describe('unpackWoff', () => {
  it.each([
    ['latin', 'Ag8 é'],
    ['118', '图'],
  ])('gives the font that fontkit finds in the WOFF: %s', (subset, text) => {
    const [packed, unpacked] = [file(subset), unpackWoff(file(subset))];
    const [expected, font] = [create(packed) as Font, create(unpacked) as Font];
    expect([packed.toString('latin1', 0, 4), unpacked.toString('hex', 0, 4)]).toEqual(['wOFF', '00010000']);
    expect(font.characterSet).toEqual(expected.characterSet);
    for (const character of text) {
      const [glyph, same] = [font, expected].map((one) => one.glyphForCodePoint(character.codePointAt(0) ?? 0));
      expect(glyph?.id).toBeGreaterThan(0);
      expect([glyph?.advanceWidth, glyph?.path.toSVG()]).toEqual([same?.advanceWidth, same?.path.toSVG()]);
    }
  });

  it.each([
    ['WOFF2', Buffer.from('wOF2 and more of it')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused', (_, bytes) => {
    expect(() => unpackWoff(bytes)).toThrow('no WOFF');
  });
});
