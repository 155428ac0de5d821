import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { installedFont, likeOss, packagedFont } from '../../../src/local/image/text-font.js';
import { hasZenHei, noZenHei, zenHei } from '../../support/wqy-zenhei.js';

const code = (character: string) => character.codePointAt(0) ?? 0;
const noFonts = mkdtempSync(join(tmpdir(), 'autostyle-fonts-'));
afterAll(() => rmSync(noFonts, { recursive: true }));

describe('the packaged font', () => {
  /** Where there is ink, in hundredths of an em from the upper left corner of the em. */
  async function paint(character: string) {
    const path = (await packagedFont(code(character)))?.path;
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="120" viewBox="0 -880 1000 1200">' +
      `<rect y="-880" width="1000" height="1200" fill="#fff"/><path transform="scale(1 -1)" d="${path}"/></svg>`;
    const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
    return (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 255) < 128;
  }

  it('has outlines of the right shape: the hole of an O, the frame of 图, the bowls of 8', async () => {
    const o = await paint('O');
    expect([o(37, 51), o(10, 51), o(64, 51), o(37, 16), o(2, 2)]).toEqual([false, true, true, true, false]);
    const picture = await paint('图');
    expect([picture(12, 50), picture(88, 50), picture(50, 12), picture(3, 50)]).toEqual([true, true, true, false]);
    const eight = await paint('8');
    expect([eight(28, 31), eight(28, 68), eight(28, 50)]).toEqual([false, false, true]);
  });

  it('gives a Chinese character a whole em, a space no ink, and the tight box of a letter', async () => {
    expect(await packagedFont(code('图'))).toMatchObject({ unitsPerEm: 1000, advance: 1000 });
    expect(await packagedFont(code(' '))).toMatchObject({ path: '' });
    expect(await packagedFont(code('A'))).toMatchObject({ box: { minX: 4, minY: 0, maxX: 604, maxY: 733 } });
  });

  it.each([0, 0x378, 0xd800, 0xe000, 0xfffe, 0x1f600, 0x10ffff])('has no glyph for %i', async (codePoint) => {
    expect(await packagedFont(codePoint)).toBeUndefined();
  });
});

describe('the installed font', () => {
  it('is none where no folder has it, nor where the file is no font', async () => {
    expect(await installedFont([])).toBeUndefined();
    expect(await installedFont(['/nowhere', noFonts])).toBeUndefined();
    for (const bytes of ['', 'ttcf', 'no font at all']) {
      writeFileSync(join(noFonts, 'wqy-zenhei.ttc'), bytes);
      expect(await installedFont([noFonts])).toBeUndefined();
    }
  });

  it.skipIf(noZenHei)('is the collection’s face with letters of different widths', async () => {
    const font = zenHei();
    // By the font’s own table of widths: the other faces have 512 for every letter.
    const widths = await Promise.all([...'iAm图'].map(async (letter) => (await font(code(letter)))?.advance));
    expect(widths).toEqual([245, 573, 839, 1024]);
    expect(await font(0x1f600)).toBeUndefined();
  });
});

describe('likeOss', () => {
  it('says once that the packaged font stands in, when the first text is drawn', async () => {
    let said = 0;
    const font = likeOss(() => {
      said += 1;
    }, [noFonts]);
    expect(said).toBe(0);
    const glyphs = await Promise.all(['A', '图', 'A'].map((letter) => font(code(letter))));
    expect(said).toBe(1);
    expect(glyphs).toEqual(await Promise.all(['A', '图', 'A'].map((letter) => packagedFont(code(letter)))));
  });

  it('takes the installed font where there is one, and says nothing', async () => {
    let said = 0;
    const font = likeOss(() => {
      said += 1;
    });
    expect(await font(code('A'))).toMatchObject({ unitsPerEm: hasZenHei ? 1024 : 1000 });
    expect(said).toBe(hasZenHei ? 0 : 1);
  });
});
