// The sizes of a whole style, known before a pixel is decoded: each operation's plan, in the order in which they act.
import { definitionOf, type Operation } from './catalogue.js';
import type { Plan, Refusal, Size } from './geometry.js';
import type { OrientedSize } from './operation.js';
import type { Parameters, Values } from './parameter.js';

export interface Placed {
  readonly operation: Operation;
  readonly before: Size;
  readonly plan: Plan;
}

/** The operations in the order in which they act: `auto-orient` first wherever it stands, the last one of several counting. */
export function inActingOrder(operations: readonly Operation[]): Operation[] {
  const orient = operations.filter(({ op }) => op === 'auto-orient').slice(-1);
  return [...orient, ...operations.filter(({ op }) => op !== 'auto-orient')];
}

/** The plan of every operation for an image of this stored size and EXIF orientation, or why OSS refuses the first that does not fit. */
export function layOut(operations: readonly Operation[], source: OrientedSize): readonly Placed[] | Refusal {
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
