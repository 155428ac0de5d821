// flip: mirror.
import { operation } from '../operation.js';

export const flip = operation({
  doc: 'Mirror',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/flip-image',
  parameters: {
    value: {
      type: 'enum',
      positional: true,
      values: [0, 1, 2],
      required: true,
      doc: '0: upside down; 1: left to right; 2: both',
    },
  },
});
