// A plan in a process of its own, so that its memory is told apart from that of the OSS that it looks at: given what to
// do as JSON in argv, it prints the plan, the time that it took (ms) and the most memory that it had (bytes).
import { createOss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { createGate } from '../../src/oss/limit.js';
import { openInventory } from '../../src/reconcile/inventory.js';
import { makePlan } from '../../src/reconcile/make-plan.js';
import type { Plan } from '../../src/reconcile/plan.js';
import { createReader } from '../../src/remote/large-object.js';
import { loadConfig } from '../../src/rules/load.js';
import type { RuleInput } from '../../src/rules/schema.js';

export interface Asked {
  readonly port: number;
  readonly rules: readonly RuleInput[];
  readonly concurrency: number;
  /** Key of a manifest in bucket `lists`. */
  readonly inventory?: string;
}

export interface Measured {
  readonly plan: Plan;
  readonly ms: number;
  readonly rss: number;
}

const { port, rules, concurrency, inventory } = JSON.parse(process.argv[2] ?? '') as Asked;
const options = {
  endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` }),
  region: 'cn-hangzhou',
  credentials: { accessKeyId: 'autostyle', accessKeySecret: 'autostyle-secret' },
  connection: createConnection(),
  deadline: Number.POSITIVE_INFINITY,
  gate: createGate(concurrency),
};
const began = performance.now();
const plan = await makePlan(
  [{ bucket: 'photos', prefix: '' }],
  loadConfig({ journal: 'throw', rules: [...rules] }, {}),
  {},
  {
    client: () => createOss(options),
    concurrency,
    inventory:
      inventory === undefined
        ? undefined
        : await openInventory({ bucket: 'lists', key: inventory }, createReader(options)),
  },
);
const ms = performance.now() - began;
await options.connection.close();
const measured: Measured = { plan, ms, rss: process.resourceUsage().maxRSS * 1_024 };
process.stdout.write(JSON.stringify(measured));
