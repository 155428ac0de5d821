import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  axisEnd,
  emptySlot,
  minutesOf,
  slotCount,
  slotTime,
  upTo,
  withEntries,
} from '../../../../src/local/page/running/last-minutes.js';
import type { Entry } from '../../../../src/local/studio/activity.js';

const upload = (at: number): Entry => {
  const about = { event: 'ObjectCreated:PutObject', bucket: 'photos', key: 'a', size: 1, etag: 'E', requests: ['r'] };
  return { kind: 'object', ...about, number: 1, at };
};
const invocation = (at: number, ms: number, error?: string): Entry => {
  return { kind: 'invocation', request: 'r', attempt: 1, ms, coldStart: false, memoryMB: 1, error, number: 1, at };
};

it('joins what has happened in the same five seconds', () => {
  const first = withEntries([], [upload(10_000), invocation(14_999, 30), upload(15_000)]);
  const slots = withEntries(first, [invocation(10_500, 90, 'E: lost'), upload(12_000)]);
  expect(slots).toEqual([
    { start: 10_000, uploads: 2, invocations: 2, failed: 1, totalMs: 120, longestMs: 90 },
    { ...emptySlot(15_000), uploads: 1 },
  ]);
});

it('keeps ten minutes, whatever happens, and counts nothing twice', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 500_000 }))), (batches) => {
      const slots = batches.reduce((sum, batch) => withEntries(sum, batch.map(upload)), withEntries([], []));
      expect(slots.reduce((sum, { uploads }) => sum + uploads, 0)).toBe(batches.flat().length);
    }),
  );
  const days = Array.from({ length: 5_000 }, (_, at) => upload(at * 60_000));
  expect(withEntries([], days)).toHaveLength(slotCount);
});

it('shows every slot up to now, and the minutes of a table', () => {
  const now = 1_000_000;
  const shown = upTo(now, withEntries([], [upload(now), upload(now - 599_999 + slotTime), upload(now - 700_000)]));
  expect(shown).toHaveLength(120);
  expect(shown.at(-1)).toMatchObject({ start: 1_000_000, uploads: 1 });
  expect(shown[0]).toMatchObject({ start: 405_000, uploads: 1 });
  const minutes = minutesOf(shown);
  expect(minutes).toHaveLength(10);
  expect(minutes.map(({ uploads }) => uploads)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

it.each([
  [0, 1],
  [1, 1],
  [1.2, 2],
  [3, 5],
  [5, 5],
  [7, 10],
  [101, 200],
  [4_400, 5_000],
])('an axis for %d ends at %d', (value, end) => {
  expect(axisEnd(value)).toBe(end);
});
