import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRoom, type Place } from '../../../src/oss/relay/room.js';

const size = 24;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what never fits, or cannot wait, is refused, and takes nothing', async () => {
  const room = createRoom(size);
  expect(room.enter(size + 1, true)).toBeUndefined();
  const all = room.enter(size, false);
  expect([all?.ready, room.taken]).toEqual([undefined, size]);
  expect(room.enter(1, false)).toBeUndefined();
  const waits = room.enter(1, true);
  expect(waits?.ready).toBeInstanceOf(Promise);
  // It would fit, but others were there before it.
  all?.leave();
  expect(room.taken).toBe(1);
  waits?.leave();
  waits?.leave();
  expect(room.taken).toBe(0);
});

test('a small body does not overtake a large one', async () => {
  const room = createRoom(size);
  const first = room.enter(10, true);
  const large = room.enter(20, true);
  const small = room.enter(1, true);
  const order: string[] = [];
  void large?.ready?.then(() => order.push('large'));
  void small?.ready?.then(() => order.push('small'));
  await settled();
  expect(order).toEqual([]);
  expect(room.enter(1, false)).toBeUndefined();
  first?.leave();
  await settled();
  expect(order).toEqual(['large', 'small']);
  expect(room.taken).toBe(21);
});

test('whatever comes and goes: never more than there is, in order, all get their turn, and all is given back', async () => {
  const bodies = fc.array(
    fc.record({
      bytes: fc.integer({ min: 0, max: size + 2 }),
      canWait: fc.boolean(),
      /** Steps until it leaves, in the room or before it is in. */
      stays: fc.nat(5),
      patience: fc.option(fc.nat(3), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (all) => {
      const room = createRoom(size);
      const entered: number[] = [];
      const inside = new Map<number, { place: Place; bytes: number; left: number }>();
      const waiting = new Map<number, { place: Place; patience: number }>();
      const came: number[] = [];
      const check = () => {
        const sum = [...inside.values()].reduce((total, { bytes }) => total + bytes, 0);
        expect(room.taken).toBe(sum);
        expect(sum).toBeLessThanOrEqual(size);
      };
      const step = async () => {
        for (const [nth, one] of waiting) {
          one.patience -= 1;
          if (one.patience >= 0) continue;
          waiting.delete(nth);
          one.place.leave();
        }
        await settled();
        for (const [nth, one] of inside) {
          one.left -= 1;
          if (one.left > 0) continue;
          inside.delete(nth);
          one.place.leave();
          one.place.leave();
        }
        await settled();
        check();
      };
      for (const [nth, { bytes, canWait, stays, patience = Number.POSITIVE_INFINITY }] of all.entries()) {
        const place = room.enter(bytes, canWait);
        const goIn = () => {
          waiting.delete(nth);
          inside.set(nth, { place: place as Place, bytes, left: stays });
          entered.push(nth);
        };
        if (place === undefined) {
          expect(bytes > size || !canWait).toBe(true);
          continue;
        }
        came.push(nth);
        if (place.ready === undefined) goIn();
        else {
          waiting.set(nth, { place, patience });
          // It may have left as soon as it was in.
          void place.ready.then(() => waiting.has(nth) && goIn());
        }
        check();
        await step();
      }
      for (let steps = 0; waiting.size + inside.size > 0; steps += 1) {
        expect(steps).toBeLessThan(1_000);
        await step();
      }
      expect(room.taken).toBe(0);
      expect(entered).toEqual(came.filter((nth) => entered.includes(nth)));
      const patient = came.filter((nth) => all[nth]?.patience === undefined);
      expect(entered).toEqual(expect.arrayContaining(patient));
    }),
    { numRuns: 200 },
  );
});
