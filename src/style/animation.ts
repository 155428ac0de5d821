// What becomes of an animation, by the pages of OSS: resizing, cutting and an image watermark keep all its frames, and
// any other operation keeps only the first. The catalogue has it for each operation; here it is put together for a
// style.
// https://help.aliyun.com/zh/oss/user-guide/faq-2 and, on auto-orient, quality and an early format,
// https://help.aliyun.com/document_detail/311238.html
// Where pages disagree: the overview keeps the frames through rotate, this FAQ and the page of rotate do not.
import { definitionOf, type ImageOperation } from './catalogue.js';
import type { Parameters, Values } from './parameter.js';

/**
 * The first operation of a style that keeps only the first frame of an animation; undefined where all frames stay.
 * @param source the format of the animation
 * @param enlarges whether an operation makes the image larger; default: none does
 */
export function firstFrameOnly(
  operations: readonly ImageOperation[],
  source: 'gif' | 'webp',
  enlarges: (operation: ImageOperation) => boolean = () => false,
): ImageOperation | undefined {
  const lastResize = operations.findLastIndex(({ op }) => op === 'resize');
  return operations.find((operation, index) => {
    const { animated } = definitionOf(operation.op);
    const setting = { source, enlarges: enlarges(operation), resizeFollows: index < lastResize };
    return animated?.keeps(operation as unknown as Values<Parameters>, setting) !== true;
  });
}
