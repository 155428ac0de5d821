// A function with a sweep, in an OSS in memory, where someone else decides what happens next: which call is carried
// out, which worker is killed in the middle of its calls (of which some are carried out later), when sources are
// overwritten or deleted, when their events come, how the clock moves on.
import { type HandleContext, handle } from '../../src/handle.js';
import type { Oss } from '../../src/oss/client.js';
import { readEvent } from '../../src/pipeline/event.js';
import { indexConfig } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { reconcileRules } from '../../src/sweep/reconcilable.js';
import { rulesDigest, type Shard, type SweepFile, sweepId } from '../../src/sweep/sweep.js';
import { memoryOss, ossError } from '../support/memory-oss.js';

export const journal = { bucket: 'journal', prefix: 'autostyle/' };
export const config = loadConfig(
  {
    journal,
    rules: [
      {
        name: 'kept',
        when: { bucket: 'photos', prefix: 'kept/' },
        outputs: [
          { style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.1' } },
          { style: 'image/resize,w_2', to: { bucket: 'out', key: '{key}.2' } },
        ],
      },
      {
        name: 'removed',
        when: { bucket: 'photos', prefix: 'removed/' },
        onDelete: 'remove',
        outputs: [{ style: 'image/resize,w_3', to: { bucket: 'out', key: '{key}.3' } }],
      },
    ],
  },
  {},
);
const rules = reconcileRules(config);

export const start = Date.UTC(2026, 10, 22);
const minute = 60_000;
/** How long an invocation may take, and its calls after it. */
const timeout = 4 * minute;
const lateWrites = 15 * minute;

/** Derivatives of a source: where they are, and what they are made of. */
export function derivatives(key: string, body: string): { uri: string; body: string }[] {
  const outputs =
    config.rules.find(({ when }) => when.prefixes.some((prefix) => key.startsWith(prefix)))?.outputs ?? [];
  return outputs.map(({ style }) => ({ uri: `oss://out/${key}.${style.at(-1)}`, body: `${style} of ${body}` }));
}

interface Worker {
  readonly name: string;
  readonly deadline: number;
  readonly isTick: boolean;
  killed: boolean;
}

/** A call of a worker that waits to be carried out, or to be answered. */
interface Pending {
  readonly worker: Worker;
  /** Has its effect; then `answer` lets the worker know. */
  readonly effect: () => void;
  readonly answer: () => void;
  /** Epoch ms: not before. */
  readonly at: number;
}

/** A marker of a shard, and all that was there when it was written, at `at` (epoch ms). */
export interface WrittenMarker {
  readonly key: string;
  readonly body: string;
  readonly at: number;
  readonly objects: ReadonlyMap<string, string>;
}

export interface Options {
  readonly shards: readonly Pick<Shard, 'prefix' | 'objects' | 'after' | 'through'>[];
  readonly workers: number;
  /** The most keys of a page. */
  readonly page: number;
  readonly selection?: SweepFile['selection'];
}

export function simulation({ shards, workers, page, selection = {} }: Options) {
  let time = start;
  let count = 0;
  const world = memoryOss(() => time);
  const pending: Pending[] = [];
  const ghosts: Pending[] = [];
  const events: { readonly event: object; readonly redelivered: boolean }[] = [];
  const made: { readonly target: string; readonly source: string; readonly worker: string }[] = [];
  const running = new Set<Worker>();
  const markers: WrittenMarker[] = [];
  const tree = () => new Map([...world.objects].map(([uri, { body }]) => [uri, body]));

  /** The calls of one worker: each waits until someone carries it out. */
  function clientOf(worker: Worker, deadline: number, isSweep = false): Oss {
    const call = <T>(act: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        if (time >= deadline) return reject(ossError({ code: 'DeadlineExceeded', status: undefined, attempts: 0 }));
        let outcome: () => void = () => undefined;
        const effect = () => {
          try {
            const value = act();
            outcome = () => resolve(value);
          } catch (error) {
            outcome = () => reject(error);
          }
        };
        pending.push({ worker, effect, answer: () => outcome(), at: 0 });
      });
    const through =
      <A, R>(method: (asked: A) => Promise<R>) =>
      async (asked: A): Promise<R> => {
        await call(() => undefined);
        return method(asked);
      };
    return {
      ...world.oss,
      headObject: through(world.oss.headObject),
      getObject: through(world.oss.getObject),
      listObjects: through((asked) =>
        world.oss.listObjects({ ...asked, limit: Math.min(asked.limit, asked.bucket === 'photos' ? page : 1000) }),
      ),
      // It reads the source at one time, and writes the target at a later one.
      async processObject({ bucket, key, style, target }) {
        const uri = `oss://${target.bucket}/${target.key}`;
        const source = await call(() => {
          if (isSweep) made.push({ target: uri, source: key, worker: worker.name });
          const found = world.objects.get(`oss://${bucket}/${key}`);
          if (found === undefined) throw ossError({ status: 404, kind: 'gone', code: 'NoSuchKey' });
          if (found.body.startsWith('bad')) throw ossError({ status: 400, kind: 'permanent', code: 'ImageTooLarge' });
          return found.body;
        });
        await call(() => world.store(uri, `${style} of ${source}`));
        const done = { bucket: target.bucket, object: target.key, status: 'OK' as const };
        return { ...done, httpStatus: 200, requestId: 'R', attempts: 1, confirmed: true };
      },
      relayObject({ bucket, key, style, target }) {
        return this.processObject({ bucket, key, style, target });
      },
      putObject: ({ bucket, key, body }) =>
        call(() => {
          if (key.includes('/units/')) markers.push({ key, body: body.toString(), at: time, objects: tree() });
          world.store(`oss://${bucket}/${key}`, body.toString());
          return { etag: 'E', requestId: 'R' };
        }),
      deleteObject: ({ bucket, key }) =>
        call(() => {
          world.objects.delete(`oss://${bucket}/${key}`);
          return { confirmed: true };
        }),
    };
  }

  function begin(isTick: boolean, event: object, redelivered = false): void {
    count += 1;
    const name = `run-${count}-${((count * 1237) % 4096).toString(16).padStart(3, '0')}`;
    const worker: Worker = { name, deadline: time + timeout - 10_000, isTick, killed: false };
    running.add(worker);
    const oss = clientOf(worker, worker.deadline);
    const context: HandleContext = {
      index: indexConfig(config),
      journal,
      oss,
      journalOss: clientOf(worker, worker.deadline + 9_000),
      concurrency: 3,
      now: () => time,
      deadline: worker.deadline,
      log: () => undefined,
      fcRequestId: worker.name,
      redelivered,
      sweeping: () => ({
        oss: clientOf(worker, worker.deadline, true),
        config,
        run: worker.name,
        sleep: (ms) =>
          new Promise((resolve) => pending.push({ worker, effect: () => undefined, answer: resolve, at: time + ms })),
      }),
    };
    handle(readEvent(Buffer.from(JSON.stringify(event))), context).then(
      () => running.delete(worker),
      (error: Error) => {
        running.delete(worker);
        // Function Compute delivers it again.
        if (error.name === 'RetryLater' && !isTick) events.push({ event, redelivered: true });
        else failures.push(error);
      },
    );
  }
  const failures: unknown[] = [];

  const file: SweepFile = {
    version: 1,
    created: new Date(start).toISOString(),
    inCloud: true,
    rules: rulesDigest(rules.index),
    selection,
    shards: shards.map((shard) => ({ bucket: 'photos', bytes: Number.MAX_SAFE_INTEGER, ...shard })),
    maxFailures: 1,
    calls: 100,
    bytes: 1e9,
    workers,
    seconds: 200,
    planned: { sources: 0, targets: 0, bytes: 0 },
  };
  const id = sweepId(start);
  const ready = () => pending.filter(({ at }) => at <= time);

  return {
    world,
    made,
    markers,
    failures,
    /** Writes the sweep, some seconds after what is there. */
    startSweep() {
      time += 5_000;
      world.store(`oss://journal/${sweepKey(journal, id, 'sweep')}`, JSON.stringify(file));
      time += 5_000;
    },
    now: () => time,
    wait(ms: number) {
      time += ms;
    },
    cancel: () => world.store(`oss://journal/${sweepKey(journal, id, 'cancel')}`, '{}'),
    isEnded: () => world.objects.has(`oss://journal/${sweepKey(journal, id, 'ended')}`),
    /** Nothing is left to the timer. */
    isNothingDue: () => ![...world.objects.keys()].some((uri) => uri.startsWith('oss://journal/autostyle/due/')),
    tick: () => begin(true, { triggerTime: 't', triggerName: 'minute', payload: '' }),
    upload(key: string, body: string) {
      world.store(`oss://photos/${key}`, body);
      events.push({ event: eventOf('ObjectCreated:PutObject', key, body), redelivered: false });
    },
    remove(key: string) {
      if (!world.objects.delete(`oss://photos/${key}`)) return;
      events.push({ event: eventOf('ObjectRemoved:DeleteObject', key), redelivered: false });
    },
    /** The event of something stored or deleted comes. */
    deliver(which: number) {
      const [event] = events.splice(which % Math.max(1, events.length), 1);
      if (event !== undefined) begin(false, event.event, event.redelivered);
    },
    /** Carries out one of the waiting calls, and answers it. False: none waits. */
    async step(which: number): Promise<boolean> {
      const waiting = ready();
      const one = waiting[which % Math.max(1, waiting.length)];
      if (one !== undefined) {
        pending.splice(pending.indexOf(one), 1);
        one.effect();
        one.answer();
      }
      await idle();
      return one !== undefined;
    },
    /** Kills a sweep's worker. `fate` decides for each of its calls: never, now or later carried out. */
    kill(which: number, fate: number): boolean {
      const alive = [...running].filter(({ isTick }) => isTick);
      const victim = alive[which % Math.max(1, alive.length)];
      if (victim === undefined) return false;
      running.delete(victim);
      victim.killed = true;
      let rest = fate;
      for (const one of pending.filter(({ worker, at }) => worker === victim && at === 0)) {
        if (rest % 3 === 1) one.effect();
        if (rest % 3 === 2) ghosts.push({ ...one, at: victim.deadline + lateWrites - (rest % 7) * 2 * minute });
        rest = Math.floor(rest / 3);
      }
      pending.splice(0, pending.length, ...pending.filter(({ worker }) => worker !== victim));
      return true;
    },
    /** What was begun by a worker that is no more is carried out now. */
    land(which: number) {
      const [ghost] = ghosts.splice(which % Math.max(1, ghosts.length), 1);
      ghost?.effect();
    },
    /** From here on nothing more goes wrong: everything that waits is carried out, a tick comes each minute. */
    async calmDown(minutes: number, done: () => boolean): Promise<void> {
      for (let now = 0; now < minutes && !(done() && events.length === 0 && running.size === 0); now += 1) {
        while (events.length > 0) this.deliver(0);
        this.tick();
        for (let calls = 0; ; calls += 1) {
          if (calls > 3_000) throw new Error('there is no end of calls');
          for (const due of ghosts.filter(({ at }) => at <= time)) {
            ghosts.splice(ghosts.indexOf(due), 1);
            due.effect();
          }
          if (await this.step(0)) continue;
          const next = Math.min(...pending.map(({ at }) => at));
          if (next > time + minute) break;
          time = Math.max(time, next);
        }
        time += minute;
      }
    },
  };

  function eventOf(eventName: string, key: string, body?: string): object {
    const object = { key, size: body?.length, eTag: body?.toUpperCase() };
    const record = { eventName, eventTime: new Date(time).toISOString(), oss: { bucket: { name: 'photos' }, object } };
    return { events: [record] };
  }
}

/** Lets everyone go on until all wait for a call; what a tick loads is loaded by then. */
async function idle(): Promise<void> {
  await import('../../src/sweep/tick.js');
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
