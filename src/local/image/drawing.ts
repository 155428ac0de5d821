// The operations that change pixels, by name. What is missing here the local service does not implement.
import type { ImageOperation, ImageOperationName } from '../../style/catalogue.js';
import type { Placed } from '../../style/layout.js';
import type { Canvas, Draw, Edit } from './edit.js';
import { blur, bright, contrast, sharpen } from './operations/effects.js';
import { autoOrient, circle, crop, flip, resize, rotate, roundedCorners } from './operations/geometry.js';
import { watermark } from './operations/watermark.js';

const drawing: { readonly [N in ImageOperationName]?: Draw<N> } = {
  resize,
  crop,
  circle,
  'rounded-corners': roundedCorners,
  indexcrop: crop,
  rotate,
  'auto-orient': autoOrient,
  flip,
  blur,
  bright,
  contrast,
  sharpen,
  watermark,
};

/** Whether this operation's pixels can be made here. */
export function canDraw(op: ImageOperationName): boolean {
  return drawing[op] !== undefined;
}

/**
 * The edits of a whole laid-out style. Encoder operations have none.
 * @throws {ImageError} for a watermark image that cannot be used
 */
export async function drawAll(placed: readonly Placed[], image: Omit<Canvas, 'before' | 'plan'>): Promise<Edit[]> {
  const edits: Edit[] = [];
  let { hasAlpha } = image;
  for (const { operation, before, plan } of placed) {
    const drawn = await drawOne(operation, { ...image, hasAlpha, before, plan });
    hasAlpha ||= drawn.some((edit) => edit.do === 'overlay' && edit.layers.some(({ blend }) => blend === 'dest-out'));
    edits.push(...drawn);
  }
  return joinOverlays(edits, hasAlpha && !image.opaque);
}

function drawOne<N extends ImageOperationName>(operation: ImageOperation<N>, canvas: Canvas): ReturnType<Draw<N>> {
  const draw = drawing[operation.op as N] as Draw<N> | undefined;
  return draw?.(operation, canvas) ?? [];
}

// Overlays that follow each other are one call of sharp, which gives its result alpha: an image that had none loses it
// again, once.
function joinOverlays(edits: readonly Edit[], hasAlpha: boolean): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    if (edit.do === 'overlay' && last?.do === 'overlay') {
      joined[joined.length - 1] = { do: 'overlay', layers: [...last.layers, ...edit.layers] };
    } else joined.push(edit);
  }
  return !hasAlpha && joined.some((edit) => edit.do === 'overlay') ? [...joined, { do: 'opaque' }] : joined;
}
