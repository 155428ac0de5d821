// Deployed triggers that s.yaml does not list: which of them are ours and stale, and which keep OSS from taking new
// ones.
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { filterOf, overlaps, type TriggerFields, type TriggerFilter } from './filter.js';
import { ownershipOf } from './own.js';

/** The deployed triggers that s.yaml does not list. */
export interface StaleTriggers {
  /** Our own: fc3 does not remove them, and they would go on starting the function. */
  readonly stale: readonly RemoteTrigger[];
  /**
   * Those of them that must be removed before the deployment, since a new trigger overlaps them. An upload between the
   * removal and the deployment starts nothing.
   */
  readonly removeFirst: readonly TriggerFilter[];
  /** They look like ours, and differ from what we make: left alone. */
  readonly similar: readonly RemoteTrigger[];
  /** Triggers of others that a new trigger overlaps, so that OSS refuses the new one. */
  readonly blocking: readonly TriggerFilter[];
}

export function staleTriggers(listed: readonly TriggerFields[], deployed: readonly RemoteTrigger[]): StaleTriggers {
  const names = new Set(listed.map(({ triggerName }) => triggerName));
  const others = deployed.filter(({ triggerName }) => !names.has(triggerName));
  const stale = others.filter((trigger) => ownershipOf(trigger) === 'own');
  const foreign = others.filter((trigger) => ownershipOf(trigger) !== 'own');
  const present = new Set(deployed.flatMap((trigger) => filterOf(trigger) ?? []).map(identityOf));
  const added = listed.flatMap((trigger) => filterOf(trigger) ?? []).filter((one) => !present.has(identityOf(one)));
  const overlapping = (triggers: readonly RemoteTrigger[]) =>
    triggers.flatMap((trigger) => filterOf(trigger) ?? []).filter((one) => added.some((other) => overlaps(one, other)));
  return {
    stale,
    removeFirst: overlapping(stale),
    similar: foreign.filter((trigger) => ownershipOf(trigger) === 'similar'),
    blocking: overlapping(foreign),
  };
}

function identityOf({ name, bucket, prefix, suffix, events }: TriggerFilter): string {
  return JSON.stringify([name, bucket, prefix, suffix, ...[...events].sort()]);
}
