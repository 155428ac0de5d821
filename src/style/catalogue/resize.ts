// resize: scale, in five modes, with OSS's rules for what is missing, both, or larger than the source.
import {
  centre,
  type Geometry,
  maxOutputPixels,
  maxOutputSide,
  type Plan,
  proportion,
  type Size,
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
  color: { type: 'hex6', default: 'FFFFFF', doc: 'Padding colour of m_pad' },
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
  oneOf: { names: ['w', 'h', 'l', 's', 'p', 'P'], missing: 'missing' },
  animated: true,
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

function resizePlan({ width: W, height: H, main }: OrientedSize, values: Values<typeof parameters>): Plan {
  const { l, s, p, m, P } = values;
  let { w, h } = values;
  // P_10 makes a mark of 10 × 10 on an image of 100 × 100, however large the mark is stored. Beyond squares we read it as: within the box.
  if (P !== undefined && main !== undefined) {
    const box = { width: proportion(main.width, P, 100), height: proportion(main.height, P, 100) };
    return boxed({ width: W, height: H }, box, 'lfit', 0);
  }
  if (w === undefined && h === undefined) {
    if (l !== undefined && s !== undefined) {
      w = W >= H ? l : s;
      h = W >= H ? s : l;
    } else if (l !== undefined || s !== undefined) {
      const byWidth = l !== undefined ? W >= H : W <= H;
      return proportional({ width: W, height: H }, byWidth ? 'w' : 'h', l ?? s ?? 1, values.limit);
    } else {
      // The documented p_120 enlarges without limit_0.
      const scale = { width: proportion(W, p ?? 100, 100), height: proportion(H, p ?? 100, 100) };
      return { size: scale, scale };
    }
  }
  if (w === undefined || h === undefined) {
    const given = w ?? h ?? 1;
    if (m !== 'pad' && m !== 'fill')
      return proportional({ width: W, height: H }, w === undefined ? 'h' : 'w', given, values.limit);
    w = given;
    h = given;
  }
  return boxed({ width: W, height: H }, { width: w, height: h }, m, values.limit);
}

function proportional(size: Size, by: 'w' | 'h', target: number, limit: 0 | 1): Plan {
  const { width: W, height: H } = size;
  if (limit === 1 && target > (by === 'w' ? W : H)) return { size: { width: W, height: H } };
  const scale =
    by === 'w'
      ? { width: target, height: proportion(H, target, W) }
      : { width: proportion(W, target, H), height: target };
  return { size: scale, scale };
}

// limit_1 keeps the source size when pixels would have to be enlarged. For a box of which only one side is larger than the source this is
// our reading (unpublished): fill, mfit and fixed enlarge then, lfit and pad do not.
function boxed(size: Size, box: Size, m: Values<typeof parameters>['m'], limit: 0 | 1): Plan {
  const { width: W, height: H } = size;
  const wider = box.width > W;
  const taller = box.height > H;
  const enlarges = m === 'lfit' || m === 'pad' ? wider && taller : wider || taller;
  if (limit === 1 && enlarges) return { size: { width: W, height: H } };
  if (m === 'fixed') return { size: box, scale: box };

  const widthLeads = box.width * H <= box.height * W === (m === 'lfit' || m === 'pad');
  const scale = widthLeads
    ? { width: box.width, height: proportion(H, box.width, W) }
    : { width: proportion(W, box.height, H), height: box.height };
  if (m === 'fill') {
    return {
      size: box,
      scale,
      window: { left: centre(scale.width, box.width), top: centre(scale.height, box.height), ...box },
    };
  }
  if (m === 'pad') {
    return {
      size: box,
      scale,
      canvas: { left: centre(box.width, scale.width), top: centre(box.height, scale.height) },
    };
  }
  return { size: scale, scale };
}
