// The sizes of a whole style, known before a pixel is decoded: each operation's plan, in the order in which they act.
import { definitionOf, type ImageOperation } from './catalogue.js';
import type { Size, SizePlan, SizeRefusal } from './geometry.js';
import type { OrientedSize } from './operation.js';
import type { Parameters, Values } from './parameter.js';

export interface Placed {
  readonly operation: ImageOperation;
  readonly before: Size;
  readonly plan: SizePlan;
}

/**
 * What a style says of turning as the EXIF orientation asks: the last `auto-orient` of several counts. Where it says
 * nothing, OSS turns: so the pages of 2018 to 2024 (https://www.alibabacloud.com/help/doc-detail/44691.htm,
 * https://help.aliyun.com/document_detail/32231.htm), and the advice to write `auto-orient,0` against it
 * (https://helpcdn.aliyun.com/document_detail/100327.html). The newest page, auto-rotate-4, is silent.
 */
export function orientationOf(operations: readonly ImageOperation[]): 'turn' | 'turn unsaid' | 'leave' {
  const said = operations.findLast((operation) => operation.op === 'auto-orient');
  return said === undefined ? 'turn unsaid' : said.value === 1 ? 'turn' : 'leave';
}

/** The operations in the order in which they act: `auto-orient` first, wherever it stands or if it is not written. */
function inActingOrder(operations: readonly ImageOperation[], orientation: number): ImageOperation[] {
  const others = operations.filter(({ op }) => op !== 'auto-orient');
  // For an image that is stored upright, what is not written is not there either: it costs no animation its frames.
  if (orientation <= 1 && others.length === operations.length) return others;
  return [{ op: 'auto-orient', value: orientationOf(operations) === 'leave' ? 0 : 1 }, ...others];
}

/**
 * The plan of every operation for an image of this stored size and EXIF orientation, or why OSS refuses the first that
 * does not fit.
 */
export function layOut(operations: readonly ImageOperation[], source: OrientedSize): readonly Placed[] | SizeRefusal {
  const placed: Placed[] = [];
  let size: Size = { width: source.width, height: source.height };
  for (const operation of inActingOrder(operations, source.orientation)) {
    const { geometry } = definitionOf(operation.op);
    const before = size;
    const plan = geometry?.({ ...source, ...size }, operation as unknown as Values<Parameters>) ?? { size };
    if ('refused' in plan) return plan;
    placed.push({ operation, before, plan });
    size = plan.size;
  }
  return placed;
}
