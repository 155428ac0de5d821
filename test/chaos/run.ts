// One chaos run: the script under faults, some more hours of faults, then peace until nothing is due; then the witness.
// With a sweep there are sources before it of which the function was not told, and it makes theirs beside the script.
import { createDice } from '../../src/local/faults/dice.js';
import { type Backlog, drawBacklog } from './backlog.js';
import { countersOf } from './counters.js';
import type { Operation } from './observed.js';
import { buckets, chaosRules, configurationOf } from './rules.js';
import { drawScript, makeVersions, pick, type Step, type Version } from './script.js';
import { type ChaosSweep, startSweep } from './sweep.js';
import type { Uploader } from './uploader.js';
import { type Verdict, verify } from './verify.js';
import { createWorld, type World } from './world.js';

export interface ChaosOptions {
  readonly codeDir: string;
  readonly seed: number;
  readonly uploads: number;
  readonly keys: number;
  /** Ms. */
  readonly retryInterval: number;
  readonly onDelete: boolean;
  /** The source bucket has versioning, and versions and delete markers are deleted too. */
  readonly versioned: boolean;
  /** So many sources are there before, for a sweep; absent: there is no sweep. */
  readonly sweep?: number | undefined;
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
  ...[
    'relay:truncate:0.02',
    'relay:late/6s:0.03',
    'relay:late/40s:0.03',
    'relay:grow:0.02',
    'relay:unframed:0.02',
    'relay:corrupt:0.02',
  ],
  ...['instance:kill:0.004', 'event:duplicate/3s:0.08', 'event:delay/5s:0.08', 'event:reorder/8s:0.08'],
];

/** Half of the seeds have a source bucket with versioning. */
export const isVersioned = (seed: number): boolean => Math.floor(seed / 2) % 2 === 1;

/** What OSS does with a processed GET where nothing documents it: with every seed something else. */
export function processedGetOf(seed: number) {
  const dice = createDice(seed);
  const ifMatch = pick(['honoured', 'honoured', 'ignored', 'refused'] as const, dice, 'If-Match');
  return { ifMatch, framing: pick(['length', 'chunked'] as const, dice, 'framing') };
}

/** So much longer the script takes beside a sweep, which takes a minute or two. */
const slower = 4;

const hoursOfFaults = 3 * 3_600_000;

/** Runs it to its end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, uploads, onDelete, versioned, progress = () => {} } = options;
  const began = Date.now();
  const rules = chaosRules(onDelete);
  const versions = await makeVersions();
  const backlog = drawBacklog({ seed, sources: options.sweep ?? 0, rules }, versions);
  const old = backlog.untold.map(({ key }) => key);
  const steps = drawScript({ ...options, rules, deleting: onDelete, old }, versions);
  const world = await createWorld({
    ...options,
    rules,
    faults: chaosFaults,
    processedGet: processedGetOf(seed),
    drags: 0.08,
    instances: 3,
    rate: 10,
    haste: 10,
  });
  const { observed, uploader, time, faults } = world;
  const start = time.now();
  try {
    if (versioned) await uploader.enableVersioning(buckets.source);
    const source = sourceIn(uploader, versioned);
    const take = async (step: Step, unheard?: true) => {
      const at = time.now();
      observed.operations.push({ at, ...(await source.take(step)), unheard });
    };
    let sweep: ChaosSweep | undefined;
    if (options.sweep !== undefined) {
      await store(backlog, world, take);
      sweep = await startSweep(configurationOf(rules), uploader, { at: time.now(), workers: 1 + (seed % 2) });
      world.tickUntil(sweep.isOver);
    }
    let done = 0;
    for (const step of steps) {
      await world.pass(step.pause * (sweep === undefined ? 1 : slower));
      await take(step);
      if (step.put !== undefined) progress(++done);
    }
    await world.pass(hoursOfFaults);
    faults.enable(false);
    const settledOnce = await world.settle();
    // What faults and the journal would mend by chance is seen without them.
    for (const key of source.onTopOfOthers().slice(0, 3)) await take({ key, pause: 0, nth: 0 });
    const settled = settledOnce && (await world.settle()) && (await sweep?.isOver()) !== false;
    await checkSources(observed.operations, uploader);
    const verdict = await verify({ rules, versions, observed, uploader, settled });
    return {
      ...verdict,
      seed,
      uploads,
      deletions: observed.operations.filter(({ put, versionDeleted }) => put === undefined || versionDeleted).length,
      counters: countersOf(observed),
      faults: faults.counts(),
      virtualTime: time.now() - start,
      wallTime: Date.now() - began,
    };
  } finally {
    await world.close();
  }
}

/** Stores what is there before a sweep, without faults. */
async function store(
  { told, untold }: Backlog,
  world: World,
  take: (step: Step, unheard?: true) => Promise<void>,
): Promise<void> {
  world.faults.enable(false);
  for (const step of told) await take(step);
  await world.settle();
  // Nothing tells the same bytes again in less than three seconds from a version that stayed; and a derivative of the
  // same second as its source counts as current.
  await world.pass(10_000);
  world.tell(false);
  for (const step of untold) await take(step, true);
  await world.pass(10_000);
  world.tell(true);
  world.faults.enable(true);
}

interface Source {
  readonly take: (step: Step) => Promise<Omit<Operation, 'at'>>;
  /** The keys whose two newest versions are different images. */
  readonly onTopOfOthers: () => string[];
}

/** Takes steps in the source bucket, and knows what each of them leaves there. */
function sourceIn(uploader: Uploader, versioned: boolean): Source {
  /** Newest first; without `put`, a delete marker. */
  const kept = new Map<string, readonly { versionId: string; put?: Version }[]>();
  const take: Source['take'] = async ({ key, put, nth }) => {
    const before = kept.get(key) ?? [];
    const { versionId: dropped } = before[nth ?? -1] ?? {};
    const { requestId, versionId } = await (put === undefined
      ? uploader.remove(buckets.source, key, dropped)
      : uploader.put(buckets.source, key, put.body));
    const made = put === undefined ? { versionId } : { versionId, put };
    const below = versioned ? before : [];
    const now = dropped === undefined ? [made, ...below] : before.filter((version) => version.versionId !== dropped);
    kept.set(key, now);
    const [current] = now;
    return {
      key,
      requestId,
      ...(current?.put !== undefined && { put: current.put }),
      ...(dropped !== undefined && { versionDeleted: { id: dropped, newest: nth === 0 } }),
    };
  };
  const onTopOfOthers = () =>
    [...kept].flatMap(([key, [newest, second]]) => {
      const images = [newest?.put, second?.put].flatMap((put) => (put === undefined || put.bad ? [] : put.name));
      return new Set(images).size === 2 ? key : [];
    });
  return { take, onTopOfOthers };
}

/** @throws Error when the embedded OSS has something else than was left there: then nothing is known of the function */
async function checkSources(operations: readonly Operation[], uploader: Uploader): Promise<void> {
  for (const { key, put } of new Map(operations.map((operation) => [operation.key, operation])).values()) {
    const found = await uploader.get(buckets.source, key);
    const same = put === undefined ? found === undefined : (found?.equals(put.body) ?? false);
    if (!same) throw new Error(`the embedded OSS does not hold ${put?.name ?? 'nothing'} under ${key}`);
  }
}
