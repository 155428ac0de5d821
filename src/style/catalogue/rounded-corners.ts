// rounded-corners: round the four corners, keep the size.
import { operation } from '../operation.js';

export const roundedCorners = operation({
  doc: 'Round the corners; outside is transparent, white in jpg',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/rounded-rectangle',
  parameters: {
    r: {
      type: 'int',
      min: 1,
      max: 4096,
      required: true,
      invalid: 'cornerRadius',
      doc: 'Radius; at most half the shorter side',
    },
  },
});
