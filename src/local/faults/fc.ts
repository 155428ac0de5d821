// Faults on the way from OSS to FC: events that come twice, late, or after the one that followed them.

import type { OssRecord } from '../fc/triggers.js';
import type { Strike } from './oss.js';

export interface FaultyDelivery {
  /** The fault for the next event of this identity. */
  readonly draw: (identity: readonly string[]) => Strike | undefined;
  /** Rejects when `signal` fires, and when all is over. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** When each record is delivered: what the embedded FC takes as its `ossDelivery`. */
export function faultyDelivery({ draw, sleep }: FaultyDelivery): (record: OssRecord) => (number | Promise<void>)[] {
  /** Events that wait for the next one of their object. */
  const held = new Map<string, () => void>();

  function hold(object: string, ms: number): Promise<void> {
    const passed = new AbortController();
    const release = () => passed.abort();
    held.set(object, release);
    const forget = () => {
      if (held.get(object) === release) held.delete(object);
    };
    return sleep(ms, passed.signal).then(forget, forget);
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
    const strike = draw([record.eventName, bucket.name, object.key]);
    switch (strike?.effect.kind) {
      case 'duplicate':
        strike.happened();
        return [0, strike.effect.ms];
      case 'delay':
        strike.happened();
        return [strike.effect.ms];
      case 'reorder':
        strike.happened();
        return [hold(name, strike.effect.ms)];
      default:
        return [0];
    }
  };
}
