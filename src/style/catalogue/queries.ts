// The operations that answer text about the image instead of an image.
import { operation } from '../operation.js';

export const info = operation({
  doc: 'Size, format and EXIF as JSON',
  kind: 'query',
  imitated: 'yes',
  answers: 'json',
  source: 'https://help.aliyun.com/en/oss/user-guide/query-the-exif-data-of-an-image-4',
  parameters: {},
});

export const averageHue = operation({
  doc: 'Average colour as 0xRRGGBB',
  kind: 'query',
  imitated: 'approx',
  answers: 'text',
  source: 'https://help.aliyun.com/en/oss/user-guide/query-the-average-tone',
  parameters: {},
});

// Image intelligence; the parameters of these six are not researched, so any are accepted.
const intelligent = (doc: string) =>
  operation({
    doc,
    kind: 'imm',
    imitated: 'no',
    answers: 'json',
    source: 'https://help.aliyun.com/en/oss/user-guide/image-label-detection',
    parameters: {},
  });

export const faces = intelligent('Faces in the image, as JSON');
export const bodies = intelligent('Bodies in the image, as JSON');
export const cars = intelligent('Vehicles and plates in the image, as JSON');
export const codes = intelligent('QR codes in the image, as JSON');
export const labels = intelligent('What the image shows, as JSON');
export const score = intelligent('How beautiful the image is, as JSON');
