// The bill of a plan, before anything is made: image calls, source bytes and hours at what OSS takes from the account,
// and what it adds to the price of the function and of requests. Prices are those of the pages of Function Compute in
// China, November 2026; what depends on the region is given as an amount to look up.
import type { ImageQuota } from '../check/project/concurrency-limit.js';
import type { SweepWorkers } from '../deploy/sweep-workers.js';

/** What a sweep may take of the quota, a second: all its workers together. */
export interface SweepRate {
  readonly calls: number;
  /** Of source objects. */
  readonly bytes: number;
}

/** The work, as a plan counts it. */
export interface Work {
  readonly targets: number;
  /** Of these targets, those that are relayed: a GET, which is the image call, and a PUT. */
  readonly relays: number;
  /** Of sources, once for each target: OSS reads the source anew for each. */
  readonly bytes: number;
  /** Sources with a derivative to make. */
  readonly sources: number;
  /** All sources that were listed. */
  readonly seen: number;
  /** What looking cost. Making looks again. */
  readonly requests: { readonly lists: number; readonly heads: number };
}

/** Who makes it: the deployed function with these settings, or this machine. */
export type Maker =
  | { readonly concurrency: number; readonly cloud?: undefined }
  | {
      /** Calls of OSS that an invocation makes at a time. */
      readonly concurrency: number;
      readonly cloud: SweepWorkers & { readonly cpu: number; readonly memorySize: number };
    };

export interface Cost {
  /** Image calls: of ProcessObject, and the GETs of what is relayed. */
  readonly calls: number;
  /** So many of them are relayed. */
  readonly relays: number;
  /** Of sources, which image processing is billed by. */
  readonly gigabytes: number;
  readonly rate: SweepRate;
  readonly hours: {
    readonly byCalls: number;
    readonly byBytes: number;
    /** By how many calls are made at a time, half a second each; a relay takes longer. */
    readonly byConcurrency: number;
    /** The largest of them. */
    readonly total: number;
    readonly binds: 'calls' | 'bytes' | 'concurrency';
  };
  /** As OSS bills them: put requests are those that process, list and write; get requests those that look and read. */
  readonly requests: { readonly put: number; readonly get: number };
  /** Undefined where this machine makes it. CU: what Function Compute bills by; yuan. */
  readonly function?: { readonly ticks: number; readonly computeUnits: number; readonly yuan: number } | undefined;
}

/** Seconds that an image call takes, as `check` takes it for its own reckoning. */
const secondsOfCall = 0.5;
/** Seconds that the PUT of a relay takes on top of that; both hold one place. Assumed: it depends on the result. */
const secondsOfPut = 0.25;
/** Of a price page: a CU for a vCPU-second, 0.15 for a GB-second, 0.0075 for a call. Yuan for the first 200 million. */
const unit = { gigabyteSecond: 0.15, call: 0.0075, yuan: 0.000_11 };
/** Keys that a unit lists, at most; it lists its markers, writes two, and reads one. */
const keysOfUnit = 1_000;
const [listsOfUnit, putsOfUnit, getsOfUnit] = [1, 2, 1];

/** What a share of the quota leaves to a sweep. @param calls a second, instead of what the share gives */
export function sweepRate(quota: ImageQuota, share: number, calls?: number): SweepRate {
  return { calls: calls ?? quota.qps * share, bytes: quota.bytes * share };
}

/** The bill. */
export function costOf(work: Work, rate: SweepRate, maker: Maker): Cost {
  const { targets, relays, bytes, sources, seen, requests } = work;
  const { concurrency, cloud } = maker;
  // A worker in the cloud rests between two ticks, and its part of the rate with it.
  const active = cloud === undefined ? 1 : cloud.seconds / (60 * cloud.workers);
  const atOnce = concurrency * (cloud?.workers ?? 1);
  const hoursAt = (amount: number, perSecond: number): number => amount / (perSecond * active) / 3_600;
  const by = {
    calls: hoursAt(targets, rate.calls),
    bytes: hoursAt(bytes, rate.bytes),
    concurrency: hoursAt(targets * secondsOfCall + relays * secondsOfPut, atOnce),
  };
  const total = Math.max(by.calls, by.bytes, by.concurrency);
  const binds = total === by.calls ? 'calls' : total === by.bytes ? 'bytes' : 'concurrency';
  const units = Math.ceil(seen / keysOfUnit);
  return {
    calls: targets,
    relays,
    gigabytes: bytes / 1e9,
    rate,
    hours: { byCalls: by.calls, byBytes: by.bytes, byConcurrency: by.concurrency, total, binds },
    requests: {
      put: targets + requests.lists + units * (listsOfUnit + putsOfUnit),
      get: sources + relays + requests.heads + units * getsOfUnit,
    },
    function: cloud && functionPrice(total, cloud),
  };
}

function functionPrice(hours: number, { seconds, cpu, memorySize }: NonNullable<Maker['cloud']>): Cost['function'] {
  // A tick a minute, whichever worker's.
  const ticks = Math.ceil(hours * 60);
  const running = hours * 60 * seconds;
  const computeUnits = running * (cpu + (memorySize / 1024) * unit.gigabyteSecond) + ticks * unit.call;
  return { ticks, computeUnits, yuan: computeUnits * unit.yuan };
}
