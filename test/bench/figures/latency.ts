// How long an event takes, one at a time, as Function Compute hands them over, where OSS answers at once.
import { type Contestant, contestants } from '../contestants/contestants.js';
import type { WarmResult } from '../instance/job.js';
import type { Lab, Run, Wire } from '../lab.js';
import { rulesJson } from '../rules.js';
import { quantile } from '../statistics.js';
import type { Figure, Measured, Row } from './figure.js';
import { measured } from './measured.js';

const outputCounts = [1, 5, 20] as const;

export const latency: Figure = {
  name: 'latency',
  title: 'Time of an event, one at a time, with an OSS that answers at once; CONCURRENCY as it is where not set',
  short: false,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) rows.push(...(await rowsOver(wire, lab)));
    return rows;
  },
};

async function rowsOver(wire: Wire, lab: Lab): Promise<Row[]> {
  const values: Record<'function' | 'aliOss', Record<string, Measured>> = { function: {}, aliOss: {} };
  for (const count of outputCounts) {
    const run = (contestant: Contestant): Run => ({ ...runOf(lab, contestant, count), wire });
    const results = await lab.warm({ function: run('function'), aliOss: run('aliOss') }, 5);
    for (const contestant of ['function', 'aliOss'] as const) {
      const part = (share: number) => measured(results[contestant].map(percentile(share)), 'ms');
      const outputs = `${count} output${count === 1 ? '' : 's'}`;
      Object.assign(values[contestant], { [`p50, ${outputs}`]: part(0.5), [`p99, ${outputs}`]: part(0.99) });
    }
  }
  return (['function', 'aliOss'] as const).map((contestant) => ({
    of: contestants[contestant],
    wire,
    values: values[contestant],
  }));
}

const percentile =
  (share: number) =>
  ({ latencies }: WarmResult): number =>
    quantile(latencies, share);

function runOf(lab: Lab, contestant: Contestant, count: number): Run {
  const file = lab.file(`${count}-outputs.json`, rulesJson({ rules: 1, outputs: count }));
  return {
    contestant,
    outputs: count,
    warming: 300,
    events: count === 1 ? 1_000 : 500,
    environment: { CONFIG_URI: `file://${file}` },
  };
}
