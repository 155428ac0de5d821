// The bounds of a sweep, given before it begins: what its plan says, and never more. A large plan is carried out only
// by whoever repeats its number, so that nobody starts millions by a slip.
import type { Shard } from '../sweep/sweep.js';
import { bytesText, countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import type { Plan } from './plan.js';

/** What the user allows; undefined: nothing is said. */
export interface Allowed {
  /** Derivatives. */
  readonly maxObjects: number | undefined;
  /** Of sources, once for each derivative. */
  readonly maxBytes: number | undefined;
}

/** Up to here a plan is carried out without its number: derivatives, and bytes of sources. */
const small = { targets: 10_000, bytes: 100_000_000_000 };
/** By how much a number may be above that of a later plan: sources were deleted meanwhile. */
const leeway = 1.01;

/**
 * The shards of a plan, each with its share of the bounds: the first ones in the order of the plan get what there is.
 * @throws {UserError} (1) where the plan is large and its number was not repeated
 */
export function boundShards({ make, shards }: Pick<Plan, 'make' | 'shards'>, allowed: Allowed): readonly Shard[] {
  const refusal = refusalOf(make, allowed);
  if (refusal !== undefined) throw new UserError(refusal);
  let objects = Math.min(make.targets, allowed.maxObjects ?? make.targets);
  let bytes = Math.min(make.bytes, allowed.maxBytes ?? make.bytes);
  return shards.map((shard) => {
    const share = { objects: Math.min(shard.objects, objects), bytes: Math.min(shard.bytes, bytes) };
    objects -= share.objects;
    bytes -= share.bytes;
    return { ...shard, ...share };
  });
}

/** Whether a plan needs its own number. */
export function needsNumber({ targets, bytes }: Plan['make']): boolean {
  return targets > small.targets || bytes > small.bytes;
}

function refusalOf(make: Plan['make'], { maxObjects }: Allowed): string | undefined {
  const { targets, bytes } = make;
  const work = `the plan makes ${countOf(targets, 'derivative')} from ${bytesText(bytes)} of sources`;
  const repeat = `repeat its number, --max-objects ${targets}, or give a smaller one as a cap`;
  if (maxObjects === undefined) {
    return needsNumber(make) ? `${work}, more than anyone starts by a slip: ${repeat}` : undefined;
  }
  return maxObjects > targets * leeway && needsNumber(make)
    ? `--max-objects ${maxObjects}: ${work}: ${repeat}`
    : undefined;
}
