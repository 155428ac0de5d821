// What an event costs where that is exact: requests, signatures, connections, modules of Node. Ratios and times are in
// the bench.
import { describe, expect, it } from 'vitest';
import { count } from './count.js';

/** SHA-256 of each request. */
const hashesPerRequest = 2;
/** The signing key: one HMAC each for date, region, product and the constant at the end. */
const keyOfTheDay = 4;

it('an upload with one output takes a POST and a HEAD, each signed once, and a key a day', async () => {
  const { load, initialize, events } = await count({ roles: ['a', 'a', 'b'], outputs: 1, countsCrypto: true });
  const calls = (keys: number) => ({ createHash: 2 * hashesPerRequest, createHmac: 2 + keys * keyOfTheDay });
  expect(events.map(({ saved, requests }) => [saved, ...requests])).toEqual(Array(3).fill([1, 'POST', 'HEAD']));
  expect([load, initialize].map(({ crypto }) => crypto)).toEqual([{}, {}]);
  // A key is derived once for each secret and day.
  expect(events.map(({ crypto }) => crypto)).toEqual([calls(1), calls(0), calls(1)]);
});

describe('connections', () => {
  it.each([
    [1, 5, 1],
    [2, 5, 2],
    [5, 5, 5],
    [20, 5, 5],
    [5, 1, 1],
  ])('%i outputs, %i calls at a time: at most %i, for this event and the next', async (outputs, concurrency, most) => {
    const { events, connections } = await count({ roles: ['a', 'a', 'a'], outputs, concurrency });
    const requests = [...Array(outputs).fill('POST'), 'HEAD'];
    expect(events.map((event) => [event.saved, event.requests])).toEqual(Array(3).fill([outputs, requests]));
    expect(connections).toBeLessThanOrEqual(most);
  });
});

// Other versions have more or fewer of them at the start.
it.runIf(process.version.startsWith('v20.'))('loads these modules of Node, and no more, with its rules', async () => {
  const { load, initialize, events } = await count({ roles: ['a', 'a'] });
  const stages = [load, initialize, ...events].map(({ modules }) => [...modules].sort());
  expect(stages).toEqual([
    ['crypto', 'diagnostics_channel', 'fs/promises', 'net', 'stream', 'stream/promises', 'string_decoder'],
    [],
    [],
    [],
  ]);
});
