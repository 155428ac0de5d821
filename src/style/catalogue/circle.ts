// circle: the largest or the asked-for circle around the centre, on a square.
import { centre } from '../geometry.js';
import { operation } from '../operation.js';

export const circle = operation({
  doc: 'Cut a circle out of the centre; outside is transparent, white in jpg',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/circle-crop',
  parameters: {
    r: {
      type: 'int',
      min: 1,
      max: 4096,
      required: true,
      invalid: 'circleRadius',
      doc: 'Radius; at most half the shorter side',
    },
  },
  // The documented cap, (shorter side − 1) / 2, is taken for every r: r = side / 2 would need a square one pixel larger than the image.
  geometry({ width, height }, { r }) {
    const radius = Math.min(r, Math.floor((Math.min(width, height) - 1) / 2));
    const side = 2 * radius + 1;
    const size = { width: side, height: side };
    return { size, window: { left: centre(width, side), top: centre(height, side), ...size } };
  },
});
