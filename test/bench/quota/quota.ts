// A sweep and live uploads that share OSS's quota for images, over real HTTP, in this process: who is let through, who
// is refused, and how long live uploads wait.
import { setTimeout as delay } from 'node:timers/promises';
import type { HandleContext } from '../../../src/handle.js';
import { createOss } from '../../../src/oss/client.js';
import { createConnection } from '../../../src/oss/connection.js';
import { resolveEndpoint } from '../../../src/oss/endpoint.js';
import { createGate } from '../../../src/oss/limit.js';
import type { OssOptions } from '../../../src/oss/request.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Journal } from '../../../src/rules/rule.js';
import { createPace } from '../../../src/sweep/pace.js';
import { reconcileRules } from '../../../src/sweep/reconcilable.js';
import type { Sweep } from '../../../src/sweep/sweep.js';
import { runUnit } from '../../../src/sweep/unit.js';
import { uploadLive } from './live.js';
import { startQuotaOss } from './oss.js';

export interface QuotaRun {
  /** Process calls a second that OSS lets through. */
  readonly quota: number;
  /** Ms that a process call takes. */
  readonly takes: number;
  readonly seconds: number;
  /** Live uploads a second; 0: none. */
  readonly live: number;
  /** The most calls a second that the sweep may make; absent: there is no sweep. */
  readonly sweep?: number;
}

export interface QuotaResult {
  /** Process calls of the sweep a second that were let through. */
  readonly swept: number;
  /** The share of the sweep's process calls that were refused. */
  readonly refused: number;
  /** Ms. */
  readonly waits: readonly number[];
}

const region = 'cn-hangzhou';
const credentials = { accessKeyId: 'bench', accessKeySecret: 'bench-secret' };
const journal: Journal = { bucket: 'photos-journal', prefix: 'autostyle/' };
const [bucket, target] = ['photos', 'photos-out'];
const folders = { old: 'old/', live: 'live/' } as const;

const config = loadConfig(
  {
    journal,
    rules: [
      {
        name: 'all',
        when: { bucket },
        outputs: [{ style: 'image/resize,w_100', to: { bucket: target, key: '{key}.webp' } }],
      },
    ],
  },
  {},
);
const rules = reconcileRules(config);

/** Until a second after the start nothing counts: the sweep compares its first page, connections are opened. */
const lead = 5;

/** Runs it on an OSS of its own. */
export async function underQuota({ quota, takes, seconds, live, sweep }: QuotaRun): Promise<QuotaResult> {
  await using oss = await startQuotaOss({
    quota,
    takes,
    buckets: [bucket, target, journal.bucket],
    accessKey: credentials,
  });
  const endpoint = resolveEndpoint({ region, override: oss.url });
  const connection = createConnection();
  const client = (options: Pick<OssOptions, 'deadline' | 'gate' | 'failsThrottled'>) =>
    createOss({ endpoint, region, credentials, connection, ...options });
  const began = Date.now();
  const end = began + (lead + seconds) * 1000;

  const invocation = (): HandleContext => {
    const deadline = Date.now() + 280_000;
    const gate = createGate(5);
    const calls = client({ deadline, gate });
    const { index } = rules;
    const common = { index, journal, concurrency: 5, now: Date.now, deadline };
    return { ...common, oss: calls, journalOss: calls, log: () => {}, redelivered: false };
  };

  async function work(calls: number): Promise<void> {
    const old = began - 3_600_000;
    for (let nth = 0; nth < quota * (lead + seconds) + 100; nth++) {
      await oss.store(bucket, `${folders.old}${String(nth).padStart(6, '0')}.jpg`, old);
    }
    const gate = createGate(20);
    const throttled = client({ deadline: end + 60_000, gate, failsThrottled: true });
    const waiting = client({ deadline: end + 60_000, gate });
    const pace = createPace({ calls, bytes: 1e9 }, Date.now, delay);
    const unit = {
      ...{ index: rules.index, rules, journal, concurrency: 20, now: Date.now, pace, run: 'bench' },
      ...{ deadline: end + 60_000, until: end, journalOss: waiting },
      oss: { ...waiting, processObject: throttled.processObject },
    };
    while (Date.now() < end) {
      const { state } = await runUnit(0, sweepOf(calls), { ...unit, run: `bench-${Date.now()}` });
      if (state === 'throttled') await delay(1000);
      else if (state !== 'more' && state !== 'time') throw new Error(`the sweep is ${state}`);
    }
  }

  try {
    const store = (key: string, at: number) => oss.store(bucket, key, at);
    const [, waits] = await Promise.all([
      sweep === undefined ? undefined : work(sweep),
      live === 0
        ? []
        : delay(lead * 1000).then(() =>
            uploadLive({ bucket, folder: folders.live, perSecond: live, seconds, store, context: invocation }),
          ),
    ]);
    const swept = oss.answered.filter(
      ({ key, at }) => key.startsWith(folders.old) && at >= began + lead * 1000 && at < end,
    );
    const refused = swept.filter((one) => one.refused).length;
    return {
      swept: (swept.length - refused) / seconds,
      refused: swept.length === 0 ? 0 : refused / swept.length,
      waits,
    };
  } finally {
    await connection.close();
  }
}

function sweepOf(calls: number): Sweep {
  const plenty = { objects: 1e9, bytes: 1e15 };
  return {
    ...{ id: '0000000000-bench', version: 1, created: '', inCloud: false, rules: '', selection: {} },
    ...{ begun: Date.now() + 3_600_000, cancelled: false, ended: false },
    shards: [{ bucket, prefix: folders.old, ...plenty }],
    ...{ maxFailures: 0.1, calls, bytes: plenty.bytes, workers: 1, seconds: 0 },
    planned: { sources: 1e9, targets: 1e9, bytes: 1e15 },
  };
}
