// The text of a watermark as a mark: outlines, with a shadow, turned about its middle, with its opacity.
// Choices where OSS publishes nothing: the shadow is black and lies a twentieth of the size to the right and below. All
// seven values of `type` are one font here, Noto Sans SC: the four of Fangzheng are proprietary, and text must look the
// same on every machine.
import sharp from 'sharp';
import type { ImageOperation } from '../../../style/catalogue.js';
import { turnedBox } from '../../../style/geometry.js';
import { layOutText } from '../text-line.js';
import type { Mark } from './mark.js';

type TextOptions = Pick<ImageOperation<'watermark'>, 'size' | 'color' | 'shadow' | 'rotate' | 't'> & {
  readonly text: string;
};

const shadowDistance = 1 / 20;

/** A text of `size` pixels an em; `rotate` in degrees clockwise, `t` and `shadow` in percent. */
export async function textMark({ text, size, color, shadow, rotate, t }: TextOptions): Promise<Mark> {
  const line = await layOutText(text);
  const distance = shadow === 0 ? 0 : Math.max(1, Math.round(size * shadowDistance));
  const width = Math.ceil((line.right - line.left) * size) + distance;
  const height = Math.ceil((line.bottom - line.top) * size) + distance;
  const box = turnedBox({ width, height }, rotate);
  const outer = { width: Math.ceil(box.width), height: Math.ceil(box.height) };

  const words = (dx: number, fill: string, opacity: number) =>
    `<g fill="${fill}" fill-opacity="${opacity}" transform="translate(${dx - line.left * size} ${dx - line.top * size}) scale(${size})">${line.svg}</g>`;
  const drawing = [...(shadow === 0 ? [] : [words(distance, '#000000', shadow / 100)]), words(0, `#${color}`, 1)].join(
    '',
  );
  const turn = `translate(${outer.width / 2} ${outer.height / 2}) rotate(${rotate}) translate(${-width / 2} ${-height / 2})`;
  return {
    ...outer,
    async draw({ left, top, width, height }) {
      const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">` +
        `<g opacity="${t / 100}" transform="${turn}">${drawing}</g></svg>`;
      const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
      return { data, width, height, channels: 4 };
    },
  };
}
