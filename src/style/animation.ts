// What becomes of an animation. The catalogue has it for each operation; here it is put together for a style.
// - Resizing, cutting and image watermarks, one or several of them, keep all frames; any other operation leaves the
//   first: https://help.aliyun.com/zh/oss/user-guide/faq-2
// - Of resizing, enlarging and percents leave the first: the page of resize.
// - auto-orient, quality and a format before a resize leave the first:
//   https://help.aliyun.com/document_detail/311238.html
// - So does rotate, "by design": https://www.alibabacloud.com/help/en/oss/rotate (2026). The overview counts it among
//   those that keep the frames (https://help.aliyun.com/zh/oss/user-guide/overview-17/): the page of rotate counts.
// - An image watermark without animation_1 leaves the first by that page (2021), not by the FAQ, which is newer and
//   counts; lint/animation.ts tells of it.
// - GIF to WebP stays an animation: OSS's own example, https://developer.aliyun.com/ask/317028
// The pages speak of GIF; WebP is taken to be like it.
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
