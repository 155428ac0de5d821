// What an upload with several outputs takes longer than one with a single output, where OSS needs its time.
import { type Contestant, contestants } from '../contestants/contestants.js';
import type { Lab, Run } from '../lab.js';
import { rulesJson } from '../rules.js';
import { quantile } from '../statistics.js';
import type { Figure, Row } from './figure.js';
import { measured, ratio } from './measured.js';

/** Ms that the stub takes for a call. */
const delays = { process: 100, head: 5 };

export const outputs: Figure = {
  name: 'outputs',
  title: `One upload with 5 outputs and with 1, CONCURRENCY=5: OSS takes ${delays.process} ms to process, ${delays.head} ms for a HEAD`,
  short: true,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) {
      for (const contestant of lab.thorough ? (['function', 'aliOss'] as const) : (['function'] as const)) {
        const run = (count: number): Run => ({ ...runOf(lab, contestant, count), wire });
        const results = await lab.warm({ one: run(1), five: run(5) }, lab.thorough ? 5 : 3);
        const [one, five] = [results.one, results.five].map((found) =>
          found.map(({ latencies }) => quantile(latencies, 0.5)),
        );
        if (one === undefined || five === undefined) continue;
        const values = {
          '1 output': measured(one, 'ms'),
          '5 outputs': measured(five, 'ms'),
          '5 ÷ 1': ratio(five, one),
        };
        rows.push({ of: contestants[contestant], wire, values });
      }
    }
    return rows;
  },
};

function runOf(lab: Lab, contestant: Contestant, count: number): Run {
  const file = lab.file(`${count}-outputs.json`, rulesJson({ rules: 1, outputs: count }));
  const environment = { CONFIG_URI: `file://${file}`, CONCURRENCY: '5' };
  return { contestant, outputs: count, warming: 2, events: lab.thorough ? 9 : 5, stub: { delays }, environment };
}
