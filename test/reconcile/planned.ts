// A plan with all that can be said of one, for the tests of what is printed.
import { imageQuota } from '../../src/check/project/concurrency-limit.js';
import { choiceOf } from '../../src/reconcile/choice.js';
import { costOf, sweepRate } from '../../src/reconcile/cost.js';
import type { OutputPlan, Plan } from '../../src/reconcile/plan.js';
import type { Planned } from '../../src/reconcile/planning.js';

export const output = (over: Partial<OutputPlan>): OutputPlan => ({
  ...{ rule: 'avatars', output: 0, style: 'image/resize,w_128', key: '{key}.128.webp' },
  ...{ current: 0, missing: 0, stale: 0, refused: 0, unselected: 0, wanted: 0 },
  ...{ unreconcilable: undefined, orphans: 0 },
  ...over,
});

export const plan: Plan = {
  scopes: [{ bucket: 'photos', prefix: 'avatars/' }],
  sources: { seen: 12_400, matched: 12_345, skipped: { 'no-rule': 50, folder: 5, empty: 0 } },
  outputs: [
    output({ current: 345, missing: 11_990, stale: 10, wanted: 12_000, orphans: 40 }),
    output({
      output: 1,
      key: '{year}/{key}',
      unreconcilable: { count: 12_345, why: '{year} is the date of the event' },
    }),
    output({ rule: 'gallery', key: 'g/{key}', missing: 3, wanted: 3, refused: 2, unselected: 7 }),
  ],
  pairs: ['oss://photos/a.jpg and oss://photos/a.png have one target'],
  make: { targets: 12_003, bytes: 24_006_000_000, sources: 12_003 },
  orphans: { targets: 40, sources: 20, examples: ['oss://out/gone.jpg.128.webp'] },
  shards: [],
  requests: { lists: 40, heads: 3 },
};

export function planned(over: Partial<Plan> = {}, flags: Parameters<typeof choiceOf>[0] = {}): Planned {
  const whole = { ...plan, ...over };
  const rate = sweepRate(imageQuota('cn-hangzhou'), 0.5);
  const relays = whole.outputs.reduce((sum, { relayed, wanted }) => sum + (relayed ? wanted : 0), 0);
  const work = { ...whole.make, relays, seen: whole.sources.seen, requests: whole.requests };
  const cloud = { workers: 4, seconds: 230, cpu: 0.1, memorySize: 256 };
  const inCloud = { ...costOf(work, rate, { concurrency: 5, cloud }), workers: 4, seconds: 230 };
  return {
    plan: whole,
    cost: { here: costOf(work, rate, { concurrency: 20 }), inCloud },
    choice: choiceOf(flags, ['oss://photos/avatars/']),
    region: 'cn-hangzhou',
    journal: 'oss://photos-journal/autostyle/',
  };
}
