// The stream of the activity over HTTP: what was before, what comes, and a page that does not read.
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createActivity, type Entry } from '../../../src/local/studio/activity.js';
import { streamActivity } from '../../../src/local/studio/stream.js';

const log = (line: string) => ({ kind: 'log', request: 'r', stream: 'stdout', line }) as const;

async function streamOf(query: string, activity = createActivity(() => 7, 10)) {
  const server = createServer((request, response) => streamActivity(activity, request, response)).listen(
    0,
    '127.0.0.1',
  );
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [answer] = (await once(get({ port, host: '127.0.0.1', path: `/${query}` }), 'response')) as [IncomingMessage];
  return { activity, answer, server };
}

/** The numbers of the next `count` entries. */
async function numbers(answer: IncomingMessage, count: number): Promise<number[]> {
  let text = '';
  const entries = () => text.split('\n').slice(0, -1).filter(Boolean);
  for await (const chunk of answer.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (entries().length >= count) break;
  }
  return entries().map((line) => (JSON.parse(line) as Entry).number);
}

it('sends what is kept, then what happens', async () => {
  const activity = createActivity(() => 7, 10);
  for (let i = 0; i < 25; i++) activity.add(log(`line ${i}`));
  const { answer } = await streamOf('', activity);
  expect(await numbers(answer, 10)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  activity.add(log('more'));
  expect(await numbers(answer, 1)).toEqual([26]);
});

it.each([
  ['?after=23', [24, 25]],
  ['?after=nothing', [16, 17]],
  ['?after=1e99', [16, 17]],
])('%s', async (query, expected) => {
  const activity = createActivity(() => 7, 10);
  for (let i = 0; i < 25; i++) activity.add(log(`line ${i}`));
  const { answer } = await streamOf(query, activity);
  expect((await numbers(answer, 2)).slice(0, 2)).toEqual(expected);
});

it('cuts off a page that does not read, and keeps nothing for it', async () => {
  const { activity, answer } = await streamOf('');
  answer.on('error', () => {});
  const closed = new Promise((resolve) => answer.once('close', resolve));
  for (let i = 0; i < 5_000; i++) activity.add(log('x'.repeat(8_000)));
  answer.resume();
  await closed;
  expect(answer.complete).toBe(false);
});

it('sends all that is kept to a page that comes late, however much it is', async () => {
  const activity = createActivity(() => 7);
  for (let i = 0; i < 300; i++) activity.add(log('目'.repeat(8_000)));
  const { answer } = await streamOf('', activity);
  let last = '';
  for await (const chunk of answer) {
    last = `${last}${chunk}`.slice(-100);
    if (last.endsWith('"number":300,"at":7}\n')) return;
  }
  expect(last).toBe('the last entry');
});
