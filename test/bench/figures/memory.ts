// The memory of an instance that has handled 3,500 events.
import { contestants } from '../contestants/contestants.js';
import type { Figure, Row } from './figure.js';
import { measured } from './measured.js';
import { taken, warmUploads } from './warm-uploads.js';

export const memory: Figure = {
  name: 'memory',
  title: 'Memory of the process: of 3,000 events after 500, and what its heap holds after collection',
  short: true,
  async run(lab) {
    const rows: Row[] = [];
    for (const wire of lab.wires) {
      for (const [contestant, results] of taken(await warmUploads(lab, wire, 3_000))) {
        const megabytes = (bytes: readonly number[]) =>
          measured(
            bytes.map((one) => one / 1e6),
            'MB',
          );
        rows.push({
          of: contestants[contestant],
          wire,
          values: {
            'RSS, peak': megabytes(results.map(({ rssPeak }) => rssPeak)),
            'RSS after': megabytes(results.map(({ rss }) => rss)),
            heap: megabytes(results.map(({ heap }) => heap)),
          },
        });
      }
    }
    return rows;
  },
};
