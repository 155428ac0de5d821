import { expect, it } from 'vitest';
import { createActivity, type NewEntry } from '../../../src/local/studio/activity.js';

const log = (line: string): NewEntry => ({ kind: 'log', request: 'r', stream: 'stdout', line });
const upload: NewEntry = {
  kind: 'object',
  event: 'ObjectCreated:PutObject',
  bucket: 'photos',
  key: 'a.jpg',
  size: 1,
  etag: 'E',
  requests: ['r'],
};

it('keeps the last entries, in order, with their numbers and times', () => {
  let now = 100;
  const activity = createActivity(() => ++now, 3);
  for (let at = 0; at < 50; at++) activity.add(at % 2 === 0 ? log(`${at}`) : upload);
  expect(activity.since(0).map(({ number, at }) => [number, at])).toEqual([
    [48, 148],
    [49, 149],
    [50, 150],
  ]);
  expect(activity.since(49)).toEqual([{ ...upload, number: 50, at: 150 }]);
  expect(activity.since(50)).toEqual([]);
});

it('keeps no more characters than 8 million, however long the lines are, and always the last', () => {
  const activity = createActivity(() => 1);
  const line = 'x'.repeat(8_192);
  for (let at = 0; at < 20_000; at++) activity.add(log(line));
  const kept = activity.since(0);
  expect(kept.length * line.length).toBeLessThan(8_000_000);
  expect(kept.length).toBeGreaterThan(400);
  expect(kept.at(-1)?.number).toBe(20_000);
  for (let at = 0; at < 10_000; at++) activity.add(upload);
  expect(activity.since(0)).toHaveLength(2_000);
});

it('cuts a line that is longer', () => {
  const activity = createActivity(() => 1);
  activity.add(log(`${'目'.repeat(8_192)}rest`));
  expect(activity.since(0)).toEqual([expect.objectContaining({ line: '目'.repeat(8_192) })]);
});

it('tells those who listen, until they no longer do', () => {
  const activity = createActivity(() => 1);
  const heard: number[] = [];
  const stop = activity.listen(({ number }) => heard.push(number));
  activity.add(upload);
  activity.add(upload);
  stop();
  activity.add(upload);
  expect(heard).toEqual([1, 2]);
});
