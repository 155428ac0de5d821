// OSS's own font for texts, of the machine: Debian's package `fonts-wqy-zenhei` is one.
import { installedFont, type TextFont } from '../../src/local/image/text-font.js';

const font = await installedFont();

/** Whether this machine has it. */
export const hasZenHei = font !== undefined;

/**
 * Why tests with it cannot run here; undefined when they can. Where `CI` is set they are never skipped: there, `zenHei`
 * fails and says so.
 */
export const noZenHei = font === undefined && !process.env['CI'] ? 'WenQuanYi Zen Hei is not installed' : undefined;

export function zenHei(): TextFont {
  if (font === undefined) throw new Error('These tests need the font WenQuanYi Zen Hei: install fonts-wqy-zenhei.');
  return font;
}
