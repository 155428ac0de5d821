// What a tenth of a vCPU makes of it: the least that people give such a function.
import { type Contestant, contestants } from '../contestants/contestants.js';
import type { Lab, Wire } from '../lab.js';
import { meansOfShare } from '../processor-share.js';
import type { Figure, Row } from './figure.js';
import { measured, ratio } from './measured.js';

const share = 0.1;
const warming = 100;
const events = 200;
const all = Object.keys(contestants) as Contestant[];

export const tenth: Figure = {
  name: 'tenth',
  title: `At 0.1 vCPU, 10 ms of each 100: a cold process to its first saved object; one of ${events} objects after ${warming}, one at a time`,
  short: false,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) rows.push(...(await rowsOver(wire, lab)));
    return rows;
  },
};

async function rowsOver(wire: Wire, lab: Lab): Promise<Row[]> {
  const run = (contestant: Contestant) => [contestant, { contestant, wire, share, warming, events }] as const;
  const runs = Object.fromEntries(all.map(run));
  const [starts, laters] = [await lab.cold(runs, 3), await lab.warm(runs, 3)];
  const start = (contestant: Contestant): number[] => (starts[contestant] ?? []).map(({ total }) => total);
  const later = (contestant: Contestant): number[] =>
    (laters[contestant] ?? []).map(({ wall }) => wall / events / 1000);
  return all.map((contestant) => ({
    of: `${contestants[contestant]}, ${meansOfShare()}`,
    wire,
    values: {
      cold: measured(start(contestant), 'ms'),
      'cold ÷ ali-oss': ratio(start(contestant), start('aliOss')),
      'CPU used, cold': measured(
        (starts[contestant] ?? []).map(({ cpu, total }) => (100 * cpu) / total),
        '%',
      ),
      warm: measured(later(contestant), 'ms'),
      'warm ÷ ali-oss': ratio(later(contestant), later('aliOss')),
      'CPU used, warm': measured(
        (laters[contestant] ?? []).map(({ cpu, wall }) => (100 * cpu) / wall),
        '%',
      ),
    },
  }));
}
