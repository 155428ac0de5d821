// What an event puts on the wire: requests, bytes, connections. Counted by the stub.
import { type Contestant, contestants, onOtherV8 } from '../contestants/contestants.js';
import type { Figure, Row } from './figure.js';
import { exactly } from './measured.js';
import { atOnce } from './warm-uploads.js';

const events = 200;
const all = (Object.keys(contestants) as Contestant[]).filter((contestant) => !onOtherV8.includes(contestant));

export const wire: Figure = {
  name: 'wire',
  title: `Requests and bytes an event, ${atOnce} at a time, and connections for ${events} events; over TLS before encryption`,
  short: false,
  async run(lab) {
    const rows: Row[] = [];
    for (const over of lab.wires) {
      for (const contestant of all) {
        await lab.warm({ [contestant]: { contestant, wire: over, events, atOnce } }, 1);
        const { requests, received, sent, connections } = await lab.stub.counts();
        rows.push({
          of: contestants[contestant],
          wire: over,
          values: {
            POST: exactly(requests.process / events, ''),
            HEAD: exactly(requests.head / events, ''),
            others: exactly((requests.get + requests.other) / events, ''),
            'bytes sent': exactly(Math.round(received / events), 'B'),
            'bytes received': exactly(Math.round(sent / events), 'B'),
            connections: exactly(connections, ''),
          },
        });
      }
    }
    return rows;
  },
};
