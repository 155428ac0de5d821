// watermark: makes the mark (image, text, or both in a row) and lays it on its place, on every tile, and on every frame
// of an animation.
// Choices where OSS publishes nothing: what reaches beyond the image is cut off; tiles start in the upper left corner
// and have their gaps on the right and below, whatever g, x and y say; a shadow does not reach into the next tile; a
// text beside an image is aligned by its ink; a positive voffset moves down.
import { mixMarks, placeMark } from '../../../style/catalogue/watermark-place.js';
import type { ImageOperation } from '../../../style/catalogue.js';
import type { Size } from '../../../style/geometry.js';
import type { Canvas, Draw, Layer } from '../edit.js';
import { flatten, layerOf, type Mark, mixedMark } from './mark.js';
import { imageMark } from './watermark-image.js';
import { textMark } from './watermark-text.js';

type Watermark = ImageOperation<'watermark'>;

export const watermark: Draw<'watermark'> = async (operation, canvas) => {
  const mark = await makeMark(operation, canvas);
  const { width, height } = canvas.before;
  const layer =
    operation.fill === 1
      ? await tile(mark, operation, canvas.before)
      : await layerOf(mark, placeMark(canvas.before, mark, operation), { left: 0, top: 0, width, height });
  if (layer === undefined) return [];
  // A text leaves the alpha of the image as it is, as in a picture that OSS marked: images/watermark,type_… in
  // https://github.com/lj408226003/java-leaning, dde669c. Of a mark with an image nothing is known.
  const blend = operation.image === undefined ? 'atop' : 'over';
  if (!canvas.animated) return [{ do: 'overlay', layers: [{ ...layer, blend }] }];
  return [{ do: 'overlay', layers: [{ picture: await flatten(canvas.before, [layer]), at: 'tile', blend }] }];
};

// The catalogue refuses a watermark with neither text nor image.
async function makeMark(
  { text, image, ...operation }: Watermark,
  { before, markImage, textFont }: Canvas,
): Promise<Mark> {
  const picture = image === undefined ? undefined : imageMark(await markImage(image, before), operation.t);
  const words = text === undefined ? undefined : await textMark({ ...operation, text }, textFont);
  if (picture !== undefined && words !== undefined) {
    return mixedMark(picture, words, mixMarks(picture, words, operation));
  }
  const mark = picture ?? words;
  if (mark === undefined) throw new Error('A watermark has neither text nor image: the catalogue refuses that.');
  return mark;
}

async function tile(mark: Mark, { padx, pady }: Watermark, image: Size): Promise<Layer | undefined> {
  const cell = {
    width: Math.min(image.width, mark.width + padx),
    height: Math.min(image.height, mark.height + pady),
  };
  const { width, height } = mark;
  const layer = await layerOf(mark, { left: 0, top: 0, width, height }, { left: 0, top: 0, ...cell });
  // A text of nothing but invisible characters has no width.
  if (layer === undefined) return undefined;
  return { picture: await flatten(cell, [layer]), at: 'tile', blend: 'over' };
}
