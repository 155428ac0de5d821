// The text of a watermark as a mark: outlines with their opacity, turned about the middle, above a shadow.
// As in pictures that OSS marked (one is in the test): `size` is pixels an em; the mark is as large as the ink; the
// shadow is black, one pixel to the right and below, and as dark whatever `t` is.
// Choices where OSS publishes nothing: the mark of a turned text is the box around its turned box; its shadow lies to
// the right and below, too. All seven values of `type` are one font here: the four of Fangzheng are proprietary.
import sharp from 'sharp';
import type { ImageOperation } from '../../../style/catalogue.js';
import { turnedBox } from '../../../style/geometry.js';
import type { TextFont } from '../text-font.js';
import { layOutText } from '../text-line.js';
import type { Mark } from './mark.js';

type TextOptions = Pick<ImageOperation<'watermark'>, 'size' | 'color' | 'shadow' | 'rotate' | 't'> & {
  readonly text: string;
};

/** A text of `size` pixels an em; `rotate` in degrees clockwise, `t` and `shadow` in percent. */
export async function textMark({ text, size, color, shadow, rotate, t }: TextOptions, font: TextFont): Promise<Mark> {
  const line = await layOutText(text, size, font);
  const box = turnedBox(line, rotate);
  const outer = { width: Math.ceil(box.width), height: Math.ceil(box.height) };
  const words = (fill: string, opacity: number, distance: number) =>
    `<g fill="#${fill}" opacity="${opacity / 100}" transform="translate(${outer.width / 2 + distance} ${outer.height / 2 + distance}) ` +
    `rotate(${rotate}) translate(${-line.width / 2 - line.left} ${-line.height / 2 - line.top})">${line.svg}</g>`;
  const drawing = (shadow === 0 ? '' : words('000000', shadow, 1)) + words(color, t, 0);
  return {
    ...outer,
    reach: shadow === 0 || line.svg === '' ? 0 : 1,
    async draw({ left, top, width, height }) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${drawing}</svg>`;
      const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
      return { data, width, height, channels: 4 };
    },
  };
}
