// What one saved object, and one call of OSS, costs the contestant's process in CPU.
import { type Contestant, callsOf, contestants } from '../contestants/contestants.js';
import type { Lab, Wire } from '../lab.js';
import type { Figure, Measured, Row } from './figure.js';
import { measured, ratio } from './measured.js';
import { atOnce, taken, type Warm, warming, warmUploads } from './warm-uploads.js';

const after = `${atOnce} events at a time, after ${warming} for warming; the function looks at the source once more`;

export const cpu: Figure = {
  name: 'cpu',
  title: `CPU per saved object: ${after}`,
  short: true,
  run: (lab) => rowsOf(lab, 'aliOss', '÷ ali-oss', () => 1),
};

export const call: Figure = {
  name: 'call',
  title: `CPU per call of OSS: ${after}`,
  short: true,
  run: (lab) => rowsOf(lab, 'undiciRequest', '÷ undici', (contestant) => callsOf[contestant]),
};

/** How many events are measured; the first thousands are interpreted for the most part. */
const counts = (lab: Lab): readonly number[] => (lab.thorough ? [3_000, 15_000] : [3_000]);

async function rowsOf(
  lab: Lab,
  base: Contestant,
  ratioColumn: string,
  partsOf: (contestant: Contestant) => number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const wire of lab.wires) {
    const values = new Map<Contestant, Record<string, Measured>>();
    for (const events of counts(lab)) {
      const results = await warmUploads(lab, wire, events);
      const costs = (contestant: Contestant): number[] => perEvent(results, contestant, events * partsOf(contestant));
      for (const [contestant] of taken(results)) {
        values.set(contestant, {
          ...values.get(contestant),
          [columnOf(events)]: measured(costs(contestant), 'µs'),
          [`${ratioColumn}, ${columnOf(events)}`]: ratio(costs(contestant), costs(base)),
        });
      }
    }
    rows.push(...rowsOver(wire, values));
  }
  return rows;
}

const columnOf = (events: number): string => `${events.toLocaleString('en')} events`;

function perEvent(results: Warm, contestant: Contestant, parts: number): number[] {
  return (results[contestant] ?? []).map(({ cpu: used }) => used / parts);
}

function rowsOver(wire: Wire, values: ReadonlyMap<Contestant, Record<string, Measured>>): Row[] {
  return [...values].map(([contestant, found]) => ({ of: contestants[contestant], wire, values: found }));
}
