// The visible watermark, and the blind one with its counterpart that reads it.
import { operation } from '../operation.js';

const shortText = { type: 'base64url', max: 64, unit: 'bytes' } as const;
const font = {
  ...shortText,
  known: [
    'wqy-zenhei',
    'wqy-microhei',
    'fangzhengshusong',
    'fangzhengkaiti',
    'fangzhengheiti',
    'fangzhengfangsong',
    'droidsansfallback',
  ],
} as const;
const flag = { type: 'enum', values: [0, 1], default: 0 } as const;
const upTo = (max: number) => ({ type: 'int', min: 0, max }) as const;

/** Text, an image from the same bucket, or both, in one of nine places or tiled. */
export const watermark = operation({
  doc: 'Put text or an image on the image',
  kind: 'overlay',
  imitated: 'approx',
  source: 'https://help.aliyun.com/zh/oss/user-guide/add-watermarks',
  // OSS reports a wrong color before an unknown type: mistakes are reported in this order.
  parameters: {
    text: {
      ...shortText,
      invalid: 'markText',
      notBase64: 'markTextNotBase64',
      tooLong: 'markTextLong',
      doc: 'Text, one line',
    },
    image: {
      type: 'base64url',
      max: 2048,
      unit: 'bytes',
      notBase64: 'markImageNotBase64',
      doc: 'Object key in the same bucket, with ?x-oss-process=image/… for preprocessing',
    },
    t: { ...upTo(100), default: 100, invalid: 'markOpacity', doc: 'Opacity in percent' },
    g: {
      type: 'enum',
      values: ['nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se'],
      default: 'se',
      invalid: 'markGravity',
      doc: 'Place',
    },
    x: { ...upTo(4096), default: 10, invalid: 'markX', doc: 'Distance from the left or right edge' },
    y: { ...upTo(4096), default: 10, invalid: 'markY', doc: 'Distance from the upper or lower edge' },
    voffset: { ...upTo(1000), min: -1000, default: 0, invalid: 'markVoffset', doc: 'Offset from the middle line' },
    fill: { ...flag, invalid: 'markFill', doc: '1: tile the whole image' },
    padx: { ...upTo(4096), default: 0, invalid: 'markPadx', doc: 'Gap between tiles, across' },
    pady: { ...upTo(4096), default: 0, invalid: 'markPady', doc: 'Gap between tiles, down' },
    color: { type: 'hex6', default: '000000', invalid: 'markColor', doc: 'Text colour' },
    size: { type: 'int', min: 1, max: 1000, default: 40, invalid: 'markSize', doc: 'Text size in pixels' },
    shadow: { ...upTo(100), default: 0, invalid: 'markShadow', doc: 'Opacity of the text shadow' },
    rotate: { ...upTo(360), default: 0, invalid: 'markRotate', doc: 'Clockwise degrees of the text' },
    order: { ...flag, invalid: 'markOrder', doc: 'Of text and image together: 0 image first, 1 text first' },
    align: {
      type: 'enum',
      values: [0, 1, 2],
      default: 2,
      invalid: 'markAlign',
      doc: 'Of text and image together: 0 top, 1 middle, 2 bottom',
    },
    interval: { ...upTo(1000), default: 0, invalid: 'markInterval', doc: 'Gap between text and image' },
    type: {
      ...font,
      default: 'wqy-zenhei',
      notBase64: 'markTypeNotBase64',
      invalid: 'markType',
      doc: 'Font',
    },
    // Only https://help.aliyun.com/zh/oss/support/0040-00000249 has it.
    font: { ...font, notBase64: 'markFont', invalid: 'markFont', doc: 'Font; `type` is how the documents name it' },
    // https://help.aliyun.com/document_detail/311238.html; the page of `source` does not have it.
    animation: { type: 'enum', values: [0, 1], doc: '1: an image is put on each frame of an animation' },
  },
  oneOf: { names: ['text', 'image'], missing: 'markNothing' },
  animated: {
    keeps: ({ text, animation }) => text === undefined && animation !== 0,
    when: 'an image, not a text',
  },
});

const strength = { type: 'enum', values: ['low', 'medium', 'high'], default: 'low' } as const;
const blindSource = 'https://help.aliyun.com/zh/oss/user-guide/add-blindwatermarks';

/** The formats of images that take a blind watermark. */
export const blindFormats: readonly string[] = ['jpg', 'png', 'bmp', 'webp', 'tiff'];

/** An invisible text in the pixels. */
export const blindwatermark = operation({
  doc: 'Hide a text in the image',
  kind: 'imm',
  imitated: 'approx',
  source: blindSource,
  saveOnly: true,
  parameters: {
    content: { type: 'base64url', required: true, max: 256, unit: 'characters', doc: 'The text' },
    s: { ...strength, doc: 'Strength' },
    q: { type: 'int', min: 70, max: 100, default: 90, doc: 'Quality of the result, jpg only' },
  },
});

export const deblindwatermark = operation({
  doc: 'Read a hidden text; the answer is sent as a message',
  kind: 'imm',
  imitated: 'no',
  source: blindSource,
  answers: 'message',
  asyncOnly: true,
  parameters: {
    s: { ...strength, doc: 'Strength it was written with' },
    t: { type: 'enum', values: ['text'], doc: 'What to read' },
  },
});
