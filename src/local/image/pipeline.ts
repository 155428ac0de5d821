// The local image service: what OSS does for `image/…`, on sharp. Imitates the documented geometry, limits, refusals
// and encoder settings (https://help.aliyun.com/zh/oss/user-guide/overview-17/).
// Exact, by outputs of OSS that others have published (the test history of ali-oss; sizes in the tests of the SDKs):
// shrinking, to the last byte (scale.ts), sharpen (sharpen.ts), turns by right angles, PNG (png.ts) and the encoding of
// JPEG (output.ts, huffman.ts). Other pixels are close, not equal; what crop makes is 27 bytes shorter than published.
// Gaps: HEIC and image intelligence answer NotImplemented; blindwatermark is a stand-in (operations/blindwatermark.ts).
// Choices where OSS publishes nothing: new corners of rotate are white; TIFF is written with LZW; a colour profile is
// applied and dropped; what watermarks leave open stands in operations/watermark.ts and watermark-text.ts; with
// auto-orient,0 the orientation tag stays, unless the style itself turns or mirrors: the FAQ's remedy for large photos,
// auto-orient,0/resize,…/rotate,90, gives an upright image only so
// (https://helpcdn.aliyun.com/document_detail/100327.html).
import { firstFrameOnly } from '../../style/animation.js';
import { advancedFormats } from '../../style/catalogue/encoder.js';
import { definitionOf, type ImageOperation, immFeature } from '../../style/catalogue.js';
import { oversize } from '../../style/geometry.js';
import { parseStyle, StyleError } from '../../style/grammar.js';
import { layOut, orientationOf, type Placed } from '../../style/layout.js';
import { readSteps } from '../../style/read.js';
import { atMost } from './at-most.js';
import { averageHue } from './average-hue.js';
import { canDraw, drawAll } from './drawing.js';
import type { Canvas } from './edit.js';
import { imageError, notImplemented } from './error.js';
import { infoText } from './info.js';
import { prepareMarkImage, readMarkImages } from './mark-image.js';
import { hideText, refuseUnmarkable, refuseUnreadable } from './operations/blindwatermark.js';
import { contentTypes, last, outputOf } from './output.js';
import { endOfTime, render } from './render.js';
import { readSource, type Source } from './source.js';
import { packagedFont, type TextFont } from './text-font.js';

export interface ImageContext {
  /** Reads another object of the same bucket (for watermarks). */
  readObject(key: string): Promise<Buffer | undefined>;
  /** The bucket is bound to an IMM project. */
  readonly immBound: boolean;
  /** The result is to be saved (sys/saveas). */
  readonly saving: boolean;
  /** The request may ask for AVIF and HEIC; default true. */
  readonly advancedCompression?: boolean | undefined;
  /** Draws the texts of watermarks; default the packaged font, so that results are the same on every machine. */
  readonly textFont?: TextFont | undefined;
}
export interface ProcessedImage {
  readonly body: Buffer;
  readonly contentType: string;
}

// As many as sharp works on: it takes the threads of Node.js's pool, of which there are four.
const inTurn = atMost(4);

/**
 * Processes an image with a style, `image/…` without its `|sys/…` part.
 * @throws {ImageError} for everything that the source or the style can cause
 */
export async function processImage(source: Buffer, style: string, context: ImageContext): Promise<ProcessedImage> {
  const { operations, markImages } = readStyle(style);
  const preprocessing = [...markImages.values()].flatMap((mark) => mark.operations);
  for (const operation of [...operations, ...preprocessing]) refuseUnavailable(operation, context);
  if (context.advancedCompression === false) refuseAdvancedCompression(operations);
  const image = await readSource(source);
  const [first] = operations;
  if (first?.op === 'info') return { body: Buffer.from(infoText(image)), contentType: 'application/json' };
  if (first?.op === 'average-hue') return { body: Buffer.from(await averageHue(image)), contentType: 'text/plain' };
  return inTurn(async () => {
    const end = endOfTime();
    const markImage: Canvas['markImage'] = (value, main) => {
      const mark = markImages.get(value);
      if (mark === undefined) throw new Error('A watermark names an image that its style does not.');
      return prepareMarkImage(mark, main, context.readObject, end);
    };
    return renderStyle(image, operations, end, { markImage, textFont: context.textFont ?? packagedFont });
  });
}

async function renderStyle(
  image: Source,
  operations: readonly ImageOperation[],
  end: number,
  marks: Pick<Canvas, 'markImage' | 'textFont'>,
): Promise<ProcessedImage> {
  const placed = layOut(operations, image);
  if ('refused' in placed) throw imageError(placed.refused, placed.message);
  const output = outputOf(operations, image);
  const size = placed.at(-1)?.plan.size ?? image;
  const refusal = oversize(output.format, size);
  if (refusal !== undefined) throw imageError(refusal.refused, refusal.message);
  const hidden = last(operations, 'blindwatermark');
  if (hidden !== undefined) refuseUnmarkable(hidden, size, [image.format, output.format]);

  const orienting = orientationOf(operations);
  if (orienting === 'turn' && image.format === 'webp' && image.frames > 1) {
    throw imageError('invalid', 'auto-orient is not supported for animated WebP images.');
  }
  const { hasAlpha, orientation } = image;
  const animated = image.frames > 1 && keepsFrames(placed, image.format);
  const opaque = output.format === 'jpg';
  const edits = await drawAll(placed, { opaque, hasAlpha, orientation, animated, ...marks, end });
  const body = await render(image, {
    edits,
    output,
    animated,
    end,
    orientation: orienting === 'leave' && !placed.some(turnsPixels) ? orientation : 1,
    // It acts last, wherever it stands: any operation after it would weaken it.
    finish: hidden === undefined ? undefined : (pixels) => hideText(hidden, pixels),
  });
  if (hidden !== undefined) await refuseUnreadable(hidden, body);
  return { body, contentType: contentTypes[output.format] };
}

function readStyle(style: string) {
  try {
    const operations = readSteps(parseStyle(style));
    return { operations, markImages: readMarkImages(operations) };
  } catch (error) {
    if (error instanceof StyleError) throw imageError(error.why, error.message, error);
    throw error;
  }
}

function refuseUnavailable(operation: ImageOperation, { immBound, saving }: ImageContext): void {
  const { op } = operation;
  const { kind, asyncOnly, saveOnly } = definitionOf(op);
  if (asyncOnly) throw imageError('invalid', `${op} is asynchronous: it works with x-oss-async-process only.`);
  if (saveOnly && !saving)
    throw imageError('invalid', `${op} works only in a request that saves its result with sys/saveas.`);
  const imm = immFeature(operation);
  if (imm !== undefined && !immBound) {
    throw imageError('imm', 'ResourceNotFound, the bucket is not bound to an IMM project.');
  }
  if (op === 'blindwatermark') return;
  if (imm !== undefined) throw notImplemented(imm);
  if (kind !== 'encoder' && kind !== 'query' && !canDraw(op)) throw notImplemented(op);
}

function turnsPixels({ operation, plan }: Placed): boolean {
  return operation.op === 'flip' || plan.turn !== undefined;
}

function refuseAdvancedCompression(operations: readonly ImageOperation[]): void {
  const { value = 'jpg' } = last(operations, 'format') ?? {};
  if (!advancedFormats.includes(value)) return;
  throw imageError('advancedCompression', `A POST request cannot write ${value}: it supports no advanced compression.`);
}

// What is placed has auto-orient where the image needs it, also where the style does not say so.
function keepsFrames(placed: readonly Placed[], format: string): boolean {
  if (format !== 'gif' && format !== 'webp') return false;
  const larger = placed.filter(
    ({ before, plan: { size } }) => size.width > before.width || size.height > before.height,
  );
  const enlarging = new Set(larger.map(({ operation }) => operation));
  const operations = placed.map(({ operation }) => operation);
  return firstFrameOnly(operations, format, (operation) => enlarging.has(operation)) === undefined;
}
