// Events on their way from OSS to FC, as the function receives them.
import { expect, test } from 'vitest';
import { createFaults } from '../../../src/local/faults/faults.js';
import { startFc, until } from '../fc/fixture.js';
import { virtualTime } from './virtual-time.js';

const echo = 'exports.handler = async (event) => event.toString()';

/**
 * An FC whose one instance is invoked for uploads to `photos`; `seen` has the keys with their sizes, in the order in
 * which they came.
 */
function startFaultyFc(texts: readonly string[], seed = 1) {
  const time = virtualTime();
  const seen: string[] = [];
  const faults = createFaults(texts, { seed, sleep: time.sleep });
  const fc = startFc(
    echo,
    {
      instances: 1,
      ossTriggers: [{ triggerName: 't', bucket: 'photos', events: ['oss:ObjectCreated:PutObject'] }],
    },
    {
      sleep: time.sleep,
      ossDelivery: faults.ossDelivery,
      onInvocation: ({ event }) => {
        const { object } = JSON.parse(event.toString()).events[0].oss;
        seen.push(`${object.key} ${object.size}`);
      },
    },
  );
  const upload = (key: string, size: number, bucket = 'photos') =>
    void fc.ossEvent({
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: bucket }, object: { key, size } },
    } as never);
  return { fc, time, seen, faults, upload };
}

test('delivered twice, at once or later', async () => {
  const { fc, time, seen, faults, upload } = startFaultyFc(['event:duplicate:0', 'event:duplicate']);
  upload('a', 1);
  await fc.idle();
  expect(seen).toEqual(['a 1', 'a 1']);
  expect(faults.counts()).toEqual({ 'event:duplicate:0': 0, 'event:duplicate': 1 });

  const later = startFaultyFc(['event:duplicate/2s']);
  later.upload('a', 1);
  await until(() => later.seen.join() === 'a 1');
  await later.time.pass(2_000);
  await later.fc.idle();
  expect(later.seen).toEqual(['a 1', 'a 1']);
  expect(time.waiting()).toBe(0);
});

test('delivered later', async () => {
  const { fc, time, seen, faults, upload } = startFaultyFc(['event:delay/5s']);
  upload('a', 1);
  faults.enable(false);
  upload('b', 1);
  await until(() => seen.join() === 'b 1');
  await time.pass(5_000);
  await fc.idle();
  expect(seen).toEqual(['b 1', 'a 1']);
});

test('delivered after the next event of the same object, or after its time', async () => {
  const { fc, time, seen, faults, upload } = startFaultyFc(['event:reorder/1m']);
  upload('a', 1);
  upload('b', 1);
  upload('a', 2);
  await until(() => seen.join() === 'a 2,a 1');
  upload('a', 3);
  await time.pass(60_000);
  await fc.idle();
  expect(seen.slice(2).sort()).toEqual(['a 3', 'b 1']);
  expect(faults.counts()).toEqual({ 'event:reorder/1m': 3 });
  // What waited for its time in vain is not waited for any longer.
  upload('a', 4);
  upload('a', 5);
  await fc.idle();
  expect(seen.slice(4)).toEqual(['a 5', 'a 4']);
  expect(time.waiting()).toBe(0);
});

test('events that no trigger covers suffer no fault', async () => {
  const { fc, faults, upload } = startFaultyFc(['event:delay/5s']);
  upload('a', 1, 'photos-out');
  await fc.idle();
  expect(faults.counts()).toEqual({ 'event:delay/5s': 0 });
});

test('faults of OSS do not strike events, nor the other way round', async () => {
  const { fc, seen, faults, upload } = startFaultyFc(['any:503', 'instance:kill']);
  upload('a', 1);
  await fc.idle();
  expect(seen).toEqual(['a 1']);
  expect(faults.counts()).toEqual({ 'any:503': 0, 'instance:kill': 0 });
});

test('closing lets go of what is held', async () => {
  const { fc, faults, upload, seen } = startFaultyFc(['event:reorder/1h']);
  upload('a', 1);
  faults.close();
  await fc.idle();
  expect(seen).toEqual(['a 1']);
});
