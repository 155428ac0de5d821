// How many events a second an instance gets through.
import { contestants } from '../contestants/contestants.js';
import type { Figure, Row } from './figure.js';
import { measured } from './measured.js';
import { atOnce, taken, warming, warmUploads } from './warm-uploads.js';

const events = 15_000;

export const throughput: Figure = {
  name: 'throughput',
  title: `Events a second, ${atOnce} at a time, ${events.toLocaleString('en')} after ${warming}: as they passed, and by a whole core's time for the process`,
  short: false,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) {
      for (const [contestant, results] of taken(await warmUploads(lab, wire, events))) {
        rows.push({
          of: contestants[contestant],
          wire,
          values: {
            'events a second': measured(
              results.map(({ wall }) => (events / wall) * 1e6),
              '',
            ),
            'events a second of CPU': measured(
              results.map(({ cpu }) => (events / cpu) * 1e6),
              '',
            ),
          },
        });
      }
    }
    return rows;
  },
};
