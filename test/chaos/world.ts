// Where a chaos run takes place: the built function in instances of the embedded FC, the embedded OSS over HTTP, faults
// between them, one fast clock for all; everything that happens is written down.
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.js';
import { createDice, createTally } from '../../src/local/faults/dice.js';
import { createFaults, type Faults } from '../../src/local/faults/faults.js';
import { ServiceError } from '../../src/local/oss/error.js';
import { loadConfig } from '../../src/rules/load.js';
import { createObserver, type Observer } from './observed.js';
import { buckets, type ChaosRule, configurationOf, journalPrefix, namedStyles } from './rules.js';
import { type FastTime, fastTime } from './time.js';
import { createUploader, type Uploader } from './uploader.js';

export interface WorldOptions {
  /** Where the built function is. */
  readonly codeDir: string;
  readonly rules: readonly ChaosRule[];
  readonly seed: number;
  readonly faults: readonly string[];
  /** The share of ProcessObject calls, and of PUTs of what was relayed, that write long after they have read. */
  readonly drags: number;
  /** What OSS does with a GET with x-oss-process where nothing documents it. */
  readonly processedGet?: LocalCloudOptions['processedGet'];
  /** Between FC's attempts, ms. */
  readonly retryInterval: number;
  readonly instances: number;
  /** How many times as fast as the machine's the clock goes, and the timers of the function. */
  readonly rate: number;
  readonly haste: number;
}

export interface World {
  readonly observed: Observer;
  readonly uploader: Uploader;
  readonly time: FastTime;
  readonly faults: Faults;
  readonly cloud: LocalCloud;
  /** What the clock said when the faults were set up, epoch ms. */
  readonly start: number;
  /** Whether the function is told of what is stored and removed from now on; at first it is. */
  readonly tell: (on: boolean) => void;
  /**
   * The timer fires now and each minute until `over` holds, which `settle` waits for, too, eight hours at most. In the
   * first minutes it fires more often than FC's, so that its invocations overlap.
   */
  readonly tickUntil: (over: () => Promise<boolean>) => void;
  /** Lets time pass, and the timer fire each minute in which something is due. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets time pass until nothing is under way, waiting, or due; false when that does not come in ten days. */
  readonly settle: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const start = Date.UTC(2026, 10, 22, 8, 30);
const minute = 60_000;
const hour = 60 * minute;
/** Less than what a tick lasts that is busy with a sweep; and for how long, ms. */
const often = { every: 20_000, for: 3 * minute };

export async function createWorld(options: WorldOptions): Promise<World> {
  const { codeDir, rules, seed, retryInterval, instances, rate, haste } = options;
  const time = fastTime(start, rate, haste);
  const observed = createObserver(time.now);
  const faults = createFaults(options.faults, {
    seed,
    now: time.now,
    sleep: time.sleep,
    only(call) {
      const ours = call.caller?.accessKeyId.startsWith('STS.') ?? false;
      if (ours) {
        observed.call(call);
        const relayed = call.operation === 'PutObject' && call.bucketName !== buckets.journal;
        if (relayed || call.operation === 'ProcessObject') call.beforeStore = () => drag(call.key);
      }
      return ours;
    },
    onFault: observed.fault,
  });
  const dice = createDice(seed);
  const tally = createTally();
  const open = new AbortController();
  setMaxListeners(0, open.signal);

  /** Now and then OSS takes its time between reading the source and writing the result: what settling is there for. */
  async function drag(key: string): Promise<void> {
    const nth = tally(key);
    if (dice('drag', key, nth) >= options.drags) return;
    observed.drags.push({ at: time.now(), key });
    await time.sleep(1_000 + dice('how long', key, nth) * 15_000, open.signal).catch(() => undefined);
  }

  const noting = (key: string) => (error: unknown) => {
    if (error instanceof ServiceError && error.status === 412) observed.unmet.push({ at: time.now(), key });
    throw error;
  };

  const folder = mkdtempSync(join(tmpdir(), 'autostyle-chaos-'));
  const configFile = join(folder, 'rules.json');
  const configuration = configurationOf(rules);
  writeFileSync(configFile, JSON.stringify(configuration));
  let told = true;
  const cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(configuration, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(configFile).href },
    instances,
    runTimers: false,
    faults: {
      ...faults,
      intercept(killer) {
        const intercept = faults.intercept(killer);
        return ({ run, ...exchange }) => intercept({ ...exchange, run: () => run().catch(noting(exchange.call.key)) });
      },
      ossDelivery: (record) => (told ? faults.ossDelivery(record) : []),
    },
    processedGet: options.processedGet,
    retryDelay: () => retryInterval,
    now: time.now,
    sleep: time.sleep,
    clock: time.clock,
    onLog: (line, { stream }) => void (stream === 'runtime' || observed.lines.push(line)),
    onInvocation: observed.invocation,
    onFailure: observed.failure,
    onBug: (error) => process.stderr.write(`embedded OSS: ${error instanceof Error ? error.stack : String(error)}\n`),
  });
  const uploader = createUploader(cloud.url, time.now);
  for (const [name, content] of Object.entries(namedStyles)) await uploader.putStyle(buckets.source, name, content);

  const busy = () => cloud.fc.instances().some(({ state }) => state === 'busy');

  /** Nothing is being done: all that is left waits for its time. */
  async function quiet(): Promise<boolean> {
    for (let turn = 0; turn < 4; turn++) {
      if (busy()) return false;
      await new Promise(setImmediate);
    }
    return !busy();
  }

  /** What the ticks go on for. */
  let awaited: { readonly over: () => Promise<boolean>; readonly since: number } | undefined;
  const turn = () => (awaited !== undefined && time.now() < awaited.since + often.for ? often.every : minute);
  const turnEnd = () => (Math.floor(time.now() / turn()) + 1) * turn();

  /** When the timer will next find something due, epoch ms. */
  async function nextDue(): Promise<number> {
    if (awaited !== undefined && time.now() < awaited.since + 8 * hour && !(await awaited.over())) return turnEnd();
    awaited = undefined;
    const prefix = `${journalPrefix}due/`;
    const [first] = await uploader.list(buckets.journal, prefix, 1);
    if (first === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(turnEnd(), Date.parse(`${first.slice(prefix.length).slice(0, 16)}Z`));
  }

  let ticked = start;
  async function passTo(end: number): Promise<void> {
    while (time.now() < end) {
      if (await quiet()) {
        // Short pauses come by the thousand: the minute's tick finds out by itself whether something is due.
        const tick = end < turnEnd() ? end : await nextDue();
        time.jump(Math.min(end, tick, time.next() ?? end));
      } else {
        await delay(2);
      }
      if (Math.floor(time.now() / turn()) > Math.floor(ticked / turn())) {
        ticked = time.now();
        cloud.fc.tick();
      }
    }
  }

  return {
    observed,
    uploader,
    time,
    faults,
    cloud,
    start,
    tell(on) {
      told = on;
    },
    tickUntil(over) {
      awaited = { over, since: time.now() };
      ticked = time.now();
      cloud.fc.tick();
    },
    pass: (ms) => passTo(time.now() + ms),
    async settle() {
      const latest = time.now() + 10 * 24 * hour;
      while (time.now() < latest) {
        if (!(await quiet())) {
          await delay(2);
          continue;
        }
        const next = Math.min(await nextDue(), time.next() ?? Number.POSITIVE_INFINITY);
        if (next === Number.POSITIVE_INFINITY && faults.pending() === 0 && !busy()) return true;
        await passTo(Math.min(latest, next));
      }
      return false;
    },
    async close() {
      open.abort();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
