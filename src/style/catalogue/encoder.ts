// The operations that say how the result is written: quality, format, interlace. They act once, at the end, wherever
// they stand.
import { operation } from '../operation.js';
import { onlyValue } from '../parameter.js';

const percent = { type: 'int', min: 1, max: 100 } as const;

export const quality = operation({
  doc: 'Quality of a JPEG or WebP result',
  kind: 'encoder',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/adjust-image-quality',
  parameters: {
    q: { ...percent, invalid: 'qualityPercent', doc: 'Percent of the source quality (on WebP, like Q)' },
    Q: { ...percent, invalid: 'qualityCap', doc: 'Upper bound of the quality; wins over q' },
  },
  oneOf: { names: ['q', 'Q'], missing: 'qualityMissing' },
  // By https://help.aliyun.com/zh/oss/support/0040-00000310, `quality,80` has a value. Which of both it is, is
  // unpublished: who writes it means the quality itself, not a share of the source's.
  bare: { meant: 'Q', invalid: 'qualityBare' },
});

/**
 * The formats of OSS's "advanced compression": some regions have it, and by the page of EC 0040-00000015 no POST.
 * https://help.aliyun.com/en/oss/user-guide/0040-00000015
 */
export const advancedFormats: readonly string[] = ['heic', 'avif'];

export const format = operation({
  doc: 'Format of the result',
  kind: 'encoder',
  imitated: 'approx',
  notImitated: { parameter: 'value', values: ['heic'] },
  source: 'https://help.aliyun.com/document_detail/44703.html',
  parameters: {
    value: {
      ...onlyValue,
      type: 'enum',
      values: ['jpg', 'png', 'webp', 'bmp', 'gif', 'tiff', 'heic', 'avif'],
      // https://help.aliyun.com/document_detail/48884.html
      aliases: { jpeg: 'jpg' },
      invalid: 'formatValue',
      missing: 'formatMissing',
      doc: 'gif only from gif: other sources keep their format',
    },
  },
  animated: {
    // GIF to WebP: OSS's own example, https://developer.aliyun.com/ask/317028
    keeps: ({ value }, { source, resizeFollows }) =>
      !resizeFollows && ['gif', source, ...(source === 'gif' ? ['webp'] : [])].includes(value),
    when: 'GIF as `gif` or `webp`, WebP as `webp`, behind all resizing',
  },
});

export const interlace = operation({
  doc: 'Progressive JPEG',
  kind: 'encoder',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/gradual-display',
  parameters: {
    value: {
      ...onlyValue,
      type: 'enum',
      values: [0, 1],
      invalid: 'interlaceValue',
      missing: 'interlaceMissing',
      doc: '1: progressive; 0: baseline',
    },
  },
});
