// The operations that change colours and sharpness but no size: blur, bright, contrast, sharpen.
import { operation } from '../operation.js';
import { onlyValue } from '../parameter.js';

const upTo50 = { type: 'int', min: 1, max: 50, required: true } as const;

export const blur = operation({
  doc: 'Gaussian blur',
  kind: 'effect',
  imitated: 'approx',
  notImitated: { parameter: 'g', values: ['face', 'faces'] },
  source: 'https://help.aliyun.com/en/oss/user-guide/blur',
  parameters: {
    r: { ...upTo50, invalid: 'blurRadius', missing: 'blurRadius', doc: 'Radius' },
    s: { ...upTo50, invalid: 'blurSigma', missing: 'blurSigma', doc: 'Standard deviation' },
    g: { type: 'enum', values: ['face', 'faces'], invalid: 'blurFaces', doc: 'Blur the largest face, or all' },
    p: { type: 'int', min: 1, max: 200, invalid: 'blurPercent', doc: 'Size of the face box in percent' },
  },
  immWhen: { parameter: 'g', values: ['face', 'faces'] },
});

const signedPercent = { ...onlyValue, type: 'int', min: -100, max: 100 } as const;

export const bright = operation({
  doc: 'Brightness',
  kind: 'effect',
  imitated: 'approx',
  source: 'https://www.alibabacloud.com/help/ja/doc-detail/44698.htm',
  parameters: {
    value: {
      ...signedPercent,
      invalid: 'brightValue',
      missing: 'brightMissing',
      doc: 'Below 0 darker, above 0 brighter',
    },
  },
});

export const contrast = operation({
  doc: 'Contrast',
  kind: 'effect',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/contrast',
  parameters: { value: { ...signedPercent, doc: 'Below 0 flatter, above 0 harder' } },
});

export const sharpen = operation({
  doc: 'Sharpen',
  kind: 'effect',
  imitated: 'approx',
  source: 'https://www.alibabacloud.com/help/doc-detail/44700.htm',
  parameters: {
    value: {
      ...onlyValue,
      type: 'int',
      min: 50,
      max: 399,
      invalid: 'sharpenValue',
      missing: 'sharpenMissing',
      doc: 'Strength; 100 is advised',
    },
  },
});
