// blindwatermark and deblindwatermark: an invisible text in the pixels, and reading it back.
import { operation } from '../operation.js';

const strength = { type: 'enum', values: ['low', 'medium', 'high'], default: 'low' } as const;
const source = 'https://help.aliyun.com/zh/oss/user-guide/add-blindwatermarks';

export const blindwatermark = operation({
  doc: 'Hide a text in the image',
  kind: 'imm',
  imitated: 'approx',
  source,
  saveOnly: true,
  parameters: {
    content: { type: 'base64url', required: true, maxChars: 256, doc: 'The text' },
    s: { ...strength, doc: 'Strength' },
    q: { type: 'int', min: 70, max: 100, default: 90, doc: 'Quality of the result, jpg only' },
  },
});

export const deblindwatermark = operation({
  doc: 'Read a hidden text; the answer is sent as a message',
  kind: 'imm',
  imitated: 'no',
  source,
  answers: 'message',
  asyncOnly: true,
  parameters: {
    s: { ...strength, doc: 'Strength it was written with' },
    t: { type: 'enum', values: ['text'], doc: 'What to read' },
  },
});
