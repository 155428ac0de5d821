// What an event costs where that is exact: requests, signatures, connections, modules of Node. Ratios and times are in
// the bench.
import { describe, expect, it } from 'vitest';
import { count } from './count.js';

/** Of an event with two requests: SHA-256 of each, and one that finds the signing key. */
const hashes = 3;
/** The signing key: one HMAC each for date, region, product and the constant at the end. */
const keyOfTheDay = 4;

it('an upload with one output takes a POST and a HEAD, each signed once, and a key a day', async () => {
  const { load, initialize, events } = await count({ roles: ['a', 'a', 'b'], outputs: 1, countsCrypto: true });
  const calls = (keys: number) => ({ createHash: hashes, createHmac: 2 + keys * keyOfTheDay });
  expect(events.map(({ saved, requests }) => [saved, ...requests])).toEqual(Array(3).fill([1, 'POST', 'HEAD']));
  expect([load, initialize].map(({ crypto }) => crypto)).toEqual([{}, {}]);
  // A key is derived once for each secret and day.
  expect(events.map(({ crypto }) => crypto)).toEqual([calls(1), calls(0), calls(1)]);
});

describe('connections', () => {
  it.each([
    ['http', 1, 5, 1],
    ['https', 1, 5, 1],
    ['http', 2, 5, 2],
    ['http', 5, 5, 5],
    ['http', 20, 5, 5],
    ['https', 20, 5, 5],
    ['http', 5, 1, 1],
  ])('%s, %i outputs, %i calls at a time: at most %i for this event and the next', async (...row) => {
    const [scheme, outputs, concurrency, most] = row;
    const { events, connections } = await count({
      roles: ['a', 'a', 'a'],
      outputs,
      concurrency,
      tls: scheme === 'https',
    });
    const requests = [...Array(outputs).fill('POST'), 'HEAD'];
    expect(events.map((event) => [event.saved, event.requests])).toEqual(Array(3).fill([outputs, requests]));
    expect(connections).toBeLessThanOrEqual(most);
  });
});

const atLoad = ['crypto', 'diagnostics_channel', 'net', 'stream', 'stream/promises', 'string_decoder', 'tls', 'v8'];

// Other versions have more or fewer of them at the start.
describe.runIf(process.version.startsWith('v20.'))('modules of Node with the bundled rules', () => {
  it.each([['http'], ['https']])('are these alone over %s, all of them when it is loaded', async (scheme) => {
    const { load, initialize, events } = await count({ roles: ['a', 'a'], tls: scheme === 'https' });
    const stages = [load, initialize, ...events].map(({ modules }) => [...modules].sort());
    expect(stages).toEqual([atLoad, [], [], []]);
  });
});
