// One chaos run: the script under faults, some more hours of faults, then peace until nothing is due; then the witness.
import { countersOf } from './counters.js';
import { buckets, chaosRules } from './rules.js';
import { drawScript, makeVersions } from './script.js';
import { type Verdict, verify } from './verify.js';
import { createWorld } from './world.js';

export interface ChaosOptions {
  readonly codeDir: string;
  readonly seed: number;
  readonly uploads: number;
  readonly keys: number;
  /** Ms. */
  readonly retryInterval: number;
  readonly onDelete: boolean;
  /** Hears how many uploads are done. */
  readonly progress?: (uploads: number) => void;
}

export interface ChaosResult extends Verdict {
  readonly seed: number;
  readonly uploads: number;
  readonly deletions: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Ms. */
  readonly virtualTime: number;
  /** Ms. */
  readonly wallTime: number;
}

/** What breaks: a tenth of all calls in total, and a quarter of the deliveries. */
export const chaosFaults = [
  ...['any:500:0.01', 'any:503:0.01', 'any:503/CpuLimitExceeded:0.008', 'any:429/TooManyRequests:0.004'],
  ...['any:reset:0.015', 'any:truncate:0.008', 'any:stall/400ms:0.006', 'any:slow/2s:0.008'],
  ...['any:skew/20m:0.005', 'any:expired:0.005', 'any:403:0.003', 'any:400:0.002'],
  ...['process:empty:0.01', 'process:wrong-json:0.005', 'process:late/6s:0.015'],
  ...['process:late/40s:0.02', 'put:late/20s:0.01', 'delete:late/20s:0.02'],
  ...['instance:kill:0.004', 'event:duplicate/3s:0.08', 'event:delay/5s:0.08', 'event:reorder/8s:0.08'],
];

const hoursOfFaults = 3 * 3_600_000;

/** Runs it to its end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, uploads, onDelete, progress = () => {} } = options;
  const began = Date.now();
  const rules = chaosRules(onDelete);
  const versions = await makeVersions();
  const steps = drawScript({ ...options, rules, deleting: onDelete }, versions);
  const world = await createWorld({
    ...options,
    rules,
    faults: chaosFaults,
    drags: 0.08,
    instances: 3,
    rate: 10,
    haste: 10,
  });
  const { observed, uploader, time, faults } = world;
  const start = time.now();
  try {
    let done = 0;
    for (const { key, pause, put } of steps) {
      await world.pass(pause);
      const at = time.now();
      const requestId = await (put === undefined
        ? uploader.remove(buckets.source, key)
        : uploader.put(buckets.source, key, put.body));
      observed.operations.push({ at, key, requestId, ...(put === undefined ? {} : { put }) });
      if (put !== undefined) progress(++done);
    }
    await world.pass(hoursOfFaults);
    faults.enable(false);
    const settled = await world.settle();
    const verdict = await verify({ rules, versions, observed, uploader, settled });
    return {
      ...verdict,
      seed,
      uploads,
      deletions: steps.length - uploads,
      counters: countersOf(observed),
      faults: faults.counts(),
      virtualTime: time.now() - start,
      wallTime: Date.now() - began,
    };
  } finally {
    await world.close();
  }
}
