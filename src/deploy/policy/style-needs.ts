// What a style needs beside the source: permissions of Intelligent Media Management, and images that it puts on the
// image.
import { parseStyle, StyleError } from '../../style/grammar.js';
import { inspectStep } from '../../style/read.js';

export interface StyleNeeds {
  /** Actions of IMM. */
  readonly imm: readonly string[];
  /** Keys of watermark images, in the bucket of the source. */
  readonly images: readonly string[];
  /** `style/NAME`: only the bucket knows what it needs. */
  readonly named: boolean;
}

// https://help.aliyun.com/document_detail/2326703.html has the last two; the first is the name of IMM's own operation.
const blindWatermark = 'imm:EncodeBlindWatermark';
const findFaces = 'imm:DetectImageFaces';
const findCrops = 'imm:DetectImageCropping';

/** What can be read from a style; a style that cannot be read needs nothing, since OSS refuses it. */
export function needsOf(style: string): StyleNeeds {
  if (style.startsWith('style/')) return { imm: [], images: [], named: true };
  const imm = new Set<string>();
  const images = new Set<string>();
  for (const step of stepsOf(style)) {
    const { operation } = inspectStep(step);
    if (operation?.op === 'blindwatermark') imm.add(blindWatermark);
    if ((operation?.op === 'blur' || operation?.op === 'crop') && /^faces?$/.test(operation.g ?? ''))
      imm.add(findFaces);
    if (operation?.op === 'crop' && operation.g === 'auto') imm.add(findCrops);
    if (operation?.op !== 'watermark' || operation.image === undefined) continue;
    const [key] = operation.image.split('?x-oss-process=');
    if (key !== undefined && key !== '') images.add(key);
  }
  return { imm: [...imm], images: [...images], named: false };
}

function stepsOf(style: string): ReturnType<typeof parseStyle> {
  try {
    return parseStyle(style);
  } catch (error) {
    if (error instanceof StyleError) return [];
    throw error;
  }
}
