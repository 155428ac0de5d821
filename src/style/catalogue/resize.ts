// resize: scale, in five modes, with OSS's rules for what is missing, both, or larger than the source.
import {
  centred,
  type Geometry,
  maxOutputPixels,
  maxOutputSide,
  proportion,
  type Size,
  type SizePlan,
} from '../geometry.js';
import { type OrientedSize, operation } from '../operation.js';
import type { Values } from '../parameter.js';

const side = { type: 'int', min: 1, max: 16_384 } as const;

const parameters = {
  m: {
    type: 'enum',
    values: ['lfit', 'mfit', 'fill', 'pad', 'fixed'],
    default: 'lfit',
    invalid: 'resizeMode',
    doc: 'lfit: within the box; mfit: around the box; fill: around, cut to it; pad: within, padded to it; fixed: exactly the box',
  },
  // w has a published EC; h's, between those of w and l, is not published.
  w: { ...side, invalid: 'resizeWidth', doc: 'Width in pixels' },
  h: { ...side, doc: 'Height in pixels' },
  l: { ...side, invalid: 'resizeLong', doc: 'Longer side in pixels; ignored beside w or h' },
  s: { ...side, invalid: 'resizeShort', doc: 'Shorter side in pixels; ignored beside w or h' },
  p: {
    type: 'int',
    min: 1,
    max: 1000,
    invalid: 'resizePercent',
    doc: 'Percent; ignored beside w, h, l or s; enlarges without limit_0',
  },
  limit: { type: 'enum', values: [0, 1], default: 1, invalid: 'resizeLimit', doc: '1: never enlarge; 0: obey' },
  color: { type: 'hex6', default: 'FFFFFF', invalid: 'resizeColor', doc: 'Padding colour of m_pad' },
  P: {
    type: 'int',
    min: 1,
    max: 100,
    preprocessOnly: true,
    doc: 'Percent of the main image, in a watermark image only',
  },
} as const;

export const resize = operation({
  doc: 'Scale the image',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://help.aliyun.com/zh/oss/user-guide/resize-images-4',
  parameters,
  oneOf: { names: ['w', 'h', 'l', 's', 'p', 'P'], missing: 'resizeMissing' },
  // The page of `source`: an animation is shrunk to sides, and neither enlarged nor resized by percent.
  animated: {
    keeps: ({ w, h, l, s, p }, { enlarges }) => !enlarges && (p === undefined || [w, h, l, s].some(Boolean)),
    when: 'yes, but not enlarging, not by `p`',
  },
  geometry(size, values): Geometry {
    const plan = resizePlan(size, values);
    const untouched = plan.size.width === size.width && plan.size.height === size.height;
    if (untouched) return plan;
    // Every size that comes up on the way counts: m_fill scales to far more than its box when the proportions differ.
    const largest = [plan.size, plan.scale ?? plan.size].find(
      ({ width, height }) => Math.max(width, height) > maxOutputSide || width * height > maxOutputPixels,
    );
    return largest === undefined
      ? plan
      : {
          refused: 'resizeTooLarge',
          message: `The resized image of ${largest.width} × ${largest.height} pixels is above ${maxOutputSide} a side or ${maxOutputPixels} in all.`,
        };
  },
});

function resizePlan({ width: W, height: H, main }: OrientedSize, values: Values<typeof parameters>): SizePlan {
  const { w, h, l, s, p, m, P, limit } = values;
  const size = { width: W, height: H };
  // P_10 makes a mark of 10 × 10 on an image of 100 × 100, however large the mark is stored. Beyond squares we read it
  // as: within the box.
  if (P !== undefined && main !== undefined) return boxed(size, percentOf(main, P), 'lfit', 0);
  if (w !== undefined && h !== undefined) return boxed(size, { width: w, height: h }, m, limit);
  const given = w ?? h;
  if (given !== undefined) {
    if (m === 'pad' || m === 'fill') return boxed(size, { width: given, height: given }, m, limit);
    return proportional(size, w === undefined ? 'h' : 'w', given, limit);
  }
  if (l !== undefined && s !== undefined) {
    return boxed(size, W >= H ? { width: l, height: s } : { width: s, height: l }, m, limit);
  }
  if (l !== undefined) return proportional(size, W >= H ? 'w' : 'h', l, limit);
  if (s !== undefined) return proportional(size, W <= H ? 'w' : 'h', s, limit);
  // The documented p_120 enlarges without limit_0.
  const scale = percentOf(size, p ?? 100);
  return { size: scale, scale };
}

function percentOf({ width, height }: Size, percent: number): Size {
  return { width: proportion(width, percent, 100), height: proportion(height, percent, 100) };
}

function proportional(size: Size, by: 'w' | 'h', target: number, limit: 0 | 1): SizePlan {
  if (limit === 1 && target > (by === 'w' ? size.width : size.height)) return { size };
  const scale = scaledTo(size, by, target);
  return { size: scale, scale };
}

/** The size with one side as given, the other in proportion. */
function scaledTo({ width, height }: Size, by: 'w' | 'h', target: number): Size {
  return by === 'w'
    ? { width: target, height: proportion(height, target, width) }
    : { width: proportion(width, target, height), height: target };
}

// limit_1 keeps the source size when pixels would have to be enlarged. For a box of which only one side is larger than
// the source this is our reading (unpublished): fill, mfit and fixed enlarge then, lfit and pad do not.
function boxed(size: Size, box: Size, m: Values<typeof parameters>['m'], limit: 0 | 1): SizePlan {
  const within = m === 'lfit' || m === 'pad';
  const wider = box.width > size.width;
  const taller = box.height > size.height;
  if (limit === 1 && (within ? wider && taller : wider || taller)) return { size };
  if (m === 'fixed') return { size: box, scale: box };

  const widthLeads = box.width * size.height <= box.height * size.width === within;
  const scale = widthLeads ? scaledTo(size, 'w', box.width) : scaledTo(size, 'h', box.height);
  if (m === 'fill') return { size: box, scale, window: { ...centred(scale, box), ...box } };
  if (m === 'pad') return { size: box, scale, canvas: centred(box, scale) };
  return { size: scale, scale };
}
