// What a cold start takes, and which part of it.
import { type Contestant, contestants } from '../contestants/contestants.js';
import type { ColdResult } from '../instance/job.js';
import type { Lab, Wire } from '../lab.js';
import type { Figure, Row } from './figure.js';
import { measured, ratio } from './measured.js';

export const cold: Figure = {
  name: 'cold',
  title: 'Cold start: a fresh process loads the module, calls initialize, and saves the output of its first event',
  short: true,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) rows.push(...(await rowsOver(wire, lab)));
    return rows;
  },
};

async function rowsOver(wire: Wire, lab: Lab): Promise<Row[]> {
  const all = Object.keys(contestants) as Contestant[];
  const taking = lab.thorough ? all : (['function', 'aliOss'] as const);
  const runs = Object.fromEntries(taking.map((contestant) => [contestant, { contestant, wire }] as const));
  const results = await lab.cold(runs, lab.thorough ? 11 : 9);
  const base = totals(results['aliOss'] ?? []);
  return taking.map((contestant): Row => {
    const found = results[contestant] ?? [];
    const of = (part: keyof ColdResult) => found.map((one) => one[part]);
    return {
      of: contestants[contestant],
      wire,
      values: {
        load: measured(of('load'), 'ms'),
        initialize: measured(of('init'), 'ms'),
        'first event': measured(of('first'), 'ms'),
        total: measured(totals(found), 'ms'),
        '÷ ali-oss': ratio(totals(found), base),
        CPU: measured(of('cpu'), 'ms'),
        RSS: measured(
          of('rss').map((bytes) => bytes / 1e6),
          'MB',
        ),
      },
    };
  });
}

const totals = (results: readonly ColdResult[]): number[] => results.map(({ total }) => total);
