// Faults on demand: draws them, counts them, switches them on and off, and gives them to the embedded OSS and FC.
// Which request suffers which fault depends on the seed and on the request alone (operation, bucket, key, and how many
// of the same came before), not on the order in which different requests arrive; but outages and throttling go by time.

import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawRecord } from '../fc/triggers.js';
import type { OssCall } from '../oss/call.js';
import { refuse } from '../oss/error.js';
import type { Intercept } from '../oss/server.js';
import { createDice, createTally } from './dice.js';
import { type Fault, parseFaults } from './fault.js';
import { faultyDelivery } from './fc.js';
import { type DrawnFault, faultyOss } from './oss.js';

export interface FaultsOptions {
  /** The same seed, the same requests: the same faults. */
  readonly seed: number;
  /** Epoch ms; outages are measured by it, and the seconds of throttling. */
  readonly now?: () => number;
  /** Waits; rejects at once when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Which requests may suffer; default: all. */
  readonly only?: (call: OssCall) => boolean;
  readonly onFault?: (fault: FaultReport) => void;
}

/** A fault that has happened: its text, and what it struck. `nth`: of the requests that are the same, from 1. */
export interface FaultReport {
  readonly fault: string;
  /** The operation of OSS, or the name of the event. */
  readonly what: string;
  readonly bucket: string;
  readonly key: string;
  readonly nth: number;
  /** Of a ProcessObject: the style and the target; of a GET with x-oss-process: the style. */
  readonly body?: string | undefined;
}

export interface Faults {
  /**
   * The interceptor for the embedded OSS. The times of outages begin with this call. `killer` gives what kills the
   * instance that makes a call; without it no instance is killed.
   */
  readonly intercept: (killer?: (call: OssCall) => (() => void) | undefined) => Intercept;
  /** For the embedded FC. */
  readonly ossDelivery: (record: RawRecord) => (number | Promise<void>)[];
  /** How far off a signing time the embedded OSS must accept, ms, for clients that follow its skewed clock. */
  readonly maxSkew: number;
  /** How often each fault has happened, by its text. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** When off, nothing new happens; what has begun goes on. */
  readonly enable: (on: boolean) => void;
  /**
   * Requests that suffer a fault now, late writes above all. Held events are not among them: FC counts them as running.
   */
  readonly pending: () => number;
  /** Resolves when no request does. */
  readonly idle: () => Promise<void>;
  /** Ends all waiting; late writes are not carried out. */
  readonly close: () => void;
}

const ossSkew = 15 * 60_000;

/**
 * Faults for the embedded cloud.
 * @throws FaultMistakes naming all that is wrong with the texts
 */
export function createFaults(texts: readonly string[], options: FaultsOptions): Faults {
  const { now = Date.now, only = () => true, onFault = () => {} } = options;
  const wait = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const faults = parseFaults(texts);
  // During an outage no other fault can happen.
  const inOrder = [...faults].sort((a, b) => Number(b.effect.kind === 'outage') - Number(a.effect.kind === 'outage'));
  const counts = new Map(faults.map(({ text }) => [text, 0]));
  const dice = createDice(options.seed);
  const nthOf = createTally();
  const closing = new AbortController();
  // Each request that is held up listens to it.
  setMaxListeners(0, closing.signal);
  const pending = new Set<Promise<unknown>>();
  /** The calls that each throttle has let through in the last second in which there was one. */
  const letThrough = new Map<Fault, { readonly second: number; calls: number }>();
  let enabled = true;
  let started = now();

  function outNow({ effect }: Fault): boolean {
    if (effect.kind !== 'outage') return true;
    const since = now() - started - effect.from;
    return since >= 0 && since < effect.ms;
  }

  /** Counts the call where it is let through. */
  function tooMany(fault: Fault): boolean {
    if (fault.effect.kind !== 'throttle') return true;
    const second = Math.floor(now() / 1000);
    const known = letThrough.get(fault);
    const current = known?.second === second ? known : { second, calls: 0 };
    letThrough.set(fault, current);
    if (current.calls >= fault.effect.calls) return true;
    current.calls += 1;
    return false;
  }

  function draw(identity: readonly string[], applies: (fault: Fault) => boolean): DrawnFault | undefined {
    if (!enabled) return undefined;
    const nth = nthOf(...identity);
    const name = (fault: Fault) => [fault.text, nth, ...identity];
    const fault = inOrder.find(
      (one) => applies(one) && outNow(one) && tooMany(one) && dice(...name(one)) < one.probability,
    );
    if (fault === undefined) return undefined;
    const { text, effect } = fault;
    const [what = '', bucket = '', key = '', body] = identity;
    return {
      effect,
      roll: (question) => dice(...name(fault), question),
      report: () => {
        counts.set(text, (counts.get(text) ?? 0) + 1);
        onFault({ fault: text, what, bucket, key, nth, body });
      },
    };
  }

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const signals = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
    try {
      await wait(ms, signals);
    } catch (error) {
      if (!closing.signal.aborted) throw error;
      throw refuse('ServiceUnavailable', { message: 'The embedded OSS is shutting down.', cause: error });
    }
  }

  return {
    intercept(killer = () => undefined) {
      started = now();
      const faulty = faultyOss({ draw, sleep, now, killer });
      return (exchange) => {
        if (!only(exchange.call)) return exchange.run();
        const work = faulty(exchange).finally(() => pending.delete(work));
        pending.add(work);
        return work;
      };
    },
    ossDelivery: faultyDelivery({ draw: (identity) => draw(identity, ({ target }) => target === 'event'), sleep }),
    maxSkew: Math.max(ossSkew, ...faults.map(({ effect }) => (effect.kind === 'skew' ? effect.ms + ossSkew : 0))),
    counts: () => Object.fromEntries(counts),
    enable: (on) => {
      enabled = on;
    },
    pending: () => pending.size,
    async idle() {
      while (pending.size > 0) await Promise.allSettled([...pending]);
    },
    close: () => closing.abort(),
  };
}
