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
 * The operations in the order in which they act: `auto-orient` first wherever it stands, the last one of several
 * counting.
 */
function inActingOrder(operations: readonly ImageOperation[]): ImageOperation[] {
  const orient = operations.filter(({ op }) => op === 'auto-orient').slice(-1);
  return [...orient, ...operations.filter(({ op }) => op !== 'auto-orient')];
}

/**
 * The plan of every operation for an image of this stored size and EXIF orientation, or why OSS refuses the first that
 * does not fit.
 */
export function layOut(operations: readonly ImageOperation[], source: OrientedSize): readonly Placed[] | SizeRefusal {
  const placed: Placed[] = [];
  let size: Size = { width: source.width, height: source.height };
  for (const operation of inActingOrder(operations)) {
    const { geometry } = definitionOf(operation.op);
    const before = size;
    const plan = geometry?.({ ...source, ...size }, operation as unknown as Values<Parameters>) ?? { size };
    if ('refused' in plan) return plan;
    placed.push({ operation, before, plan });
    size = plan.size;
  }
  return placed;
}
