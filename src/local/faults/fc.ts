// Faults on the way from OSS to FC: events that come twice, late, or after the one that followed them.

import type { RawRecord } from '../fc/triggers.js';
import type { DrawnFault } from './oss.js';

export interface FaultyDelivery {
  /** The fault for the next event of this identity. */
  readonly draw: (identity: readonly string[]) => DrawnFault | undefined;
  /** Rejects when `signal` fires, and when the faults are closed. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** When each record is delivered: what the embedded FC takes as its `ossDelivery`. */
export function faultyDelivery({ draw, sleep }: FaultyDelivery): (record: RawRecord) => (number | Promise<void>)[] {
  /** What releases the held events, by object: each waits for the next event of its object. */
  const held = new Map<string, () => void>();

  function hold(object: string, ms: number): Promise<void> {
    const released = new AbortController();
    const release = () => released.abort();
    held.set(object, release);
    const forget = () => {
      if (held.get(object) === release) held.delete(object);
    };
    return sleep(ms, released.signal).then(forget, forget);
  }

  return (record) => {
    const { bucket, object } = record.oss;
    const name = JSON.stringify([bucket.name, object.key]);
    const release = held.get(name);
    if (release !== undefined) {
      held.delete(name);
      release();
      return [0];
    }
    const fault = draw([record.eventName, bucket.name, object.key]);
    if (fault === undefined || !('ms' in fault.effect)) return [0];
    fault.report();
    const { kind, ms } = fault.effect;
    if (kind === 'duplicate') return [0, ms];
    return kind === 'reorder' ? [hold(name, ms)] : [ms];
  };
}
