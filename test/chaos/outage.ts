// An outage of OSS for the function, while uploads go on: each must end as saved, in the journal, or in FC's onFailure
// destination, and an image that can never be processed must not be tried again and again.
import { countersOf } from './counters.js';
import { historyOf, type Observed } from './observed.js';
import { buckets, chaosRules } from './rules.js';
import type { ChaosResult } from './run.js';
import { makeVersions } from './script.js';
import { type Violation, verify } from './verify.js';
import { createWorld } from './world.js';

export interface OutageOptions {
  readonly codeDir: string;
  readonly seed: number;
  /** Ms; it begins two seconds after the uploads, which go on for as long after it. */
  readonly outage: number;
  /** Ms. */
  readonly retryInterval: number;
  /** Uploads; default 20. */
  readonly perSecond?: number;
  readonly progress?: (uploads: number) => void;
}

const around = 2_000;

/** By then everything is up, ms. */
const lead = 120_000;

/** Every so many uploads one is no image. */
const badEvery = 7;

export async function runOutage(options: OutageOptions): Promise<ChaosResult> {
  const { seed, outage, perSecond = 20, progress = () => {} } = options;
  const began = Date.now();
  // A named style may mean something else after the outage: what OSS has refused by it is asked for again.
  const rules = chaosRules(false)
    .filter(({ name }) => name === 'plain' || name === 'relayed')
    .map((rule) => ({ ...rule, outputs: rule.outputs.filter((output) => output.style.startsWith('image/')) }));
  const versions = await makeVersions();
  const bad = versions.filter((version) => version.bad);
  const good = versions.filter((version) => !version.bad);
  const faults = [`any:outage/${outage}ms@${lead + around}ms`];
  const world = await createWorld({ ...options, rules, faults, drags: 0, instances: 4, rate: 0, haste: 20 });
  const { observed, uploader, time } = world;

  async function upload(n: number): Promise<void> {
    const put = n % badEvery === 0 ? bad[(n / badEvery) % bad.length] : good[n % good.length];
    if (put === undefined) throw new RangeError('no images');
    const [at, key] = [time.now(), `${n % 3 === 2 ? 'relayed' : 'plain'}/${n}.jpg`];
    const { requestId } = await uploader.put(buckets.source, key, put.body);
    observed.operations.push({ at, key, put, requestId });
  }

  try {
    await world.pass(world.start + lead - time.now());
    const seconds = Math.ceil((outage + 2 * around) / 1000);
    for (let second = 0; second < seconds; second++) {
      const uploads = Array.from({ length: perSecond }, (_, n) => upload(second * perSecond + n));
      await Promise.all(uploads);
      progress(observed.operations.length);
      await world.pass(1000);
    }
    const settled = await world.settle();
    const verdict = await verify({ rules, versions, observed, uploader, settled });
    const repeated = badImages(observed, world.start + lead + around);
    return {
      ...verdict,
      violations: [...verdict.violations, ...repeated.violations],
      seed,
      uploads: observed.operations.length,
      deletions: 0,
      counters: { ...countersOf(observed), ...repeated.counters },
      faults: world.faults.counts(),
      virtualTime: time.now() - world.start - lead,
      wallTime: Date.now() - began,
    };
  } finally {
    await world.close();
  }
}

/**
 * How often OSS was really asked to process what is no image: once for each output. Twice only where the first time was
 * just before the outage, so that its record could not be written any more and FC delivered the event again.
 * @param from when the outage began
 */
export function badImages(
  observed: Observed,
  from: number,
): {
  readonly counters: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
} {
  const tally = new Map<string, Map<string, { times: number; twice: boolean }>>();
  for (const [entries, weight] of [
    [observed.calls, 1],
    [observed.faults, -1],
  ] as const) {
    for (const { key, at, target, style } of entries) {
      const output = target ?? style;
      if (output === undefined) continue;
      const { times, twice } = tally.get(key)?.get(output) ?? { times: 0, twice: false };
      const outputs = tally.get(key) ?? new Map();
      tally.set(key, outputs.set(output, { times: times + weight, twice: twice || at <= from }));
    }
  }
  const bad = observed.operations.filter(({ put }) => put?.bad === true);
  const seen = bad.flatMap(({ key }) =>
    [...(tally.get(key)?.values() ?? [])].map(({ times, twice }) => ({ key, times, most: twice ? 2 : 1 })),
  );
  const wrong = seen.filter(({ times, most }) => times > most);
  return {
    counters: {
      'outputs of bad images': seen.length,
      'processed once': seen.filter(({ times }) => times === 1).length,
      'processed twice': seen.filter(({ times }) => times === 2).length,
    },
    violations: wrong.map(({ key, times }) => {
      return {
        kind: 'record',
        key,
        message: `no image, and processed ${times} times`,
        history: historyOf(key, observed),
      };
    }),
  };
}
