// The faults as a whole: repeatable, counted, limited to some callers, switched off, and absent when none is given.
import type { OssClientError } from 'ali-oss';
import { expect, onTestFinished, test } from 'vitest';
import { FaultMistakes } from '../../../src/local/faults/fault.js';
import { createFaults, type FaultReport } from '../../../src/local/faults/faults.js';
import { codeOf, startOss } from '../oss/fixture.js';

const texts = ['put:503:0.3', 'head:reset:0.3', 'get:truncate:0.3', 'any:expired:0.1'];
const keys = Array.from({ length: 12 }, (_, n) => `${n}.txt`);

/** Puts, looks at and gets each key twice, in the order given, all keys at a time; what happened, in a fixed order. */
async function run(seed: number, order: readonly string[]): Promise<{ happened: string[]; seen: string[] }> {
  const happened: FaultReport[] = [];
  const faults = createFaults(texts, { seed, onFault: (fault) => happened.push(fault) });
  const { client } = await startOss({ intercept: faults.intercept() });
  const seen = await Promise.all(
    order.map(async (key) => {
      const oss = client();
      const answers: string[] = [];
      for (const call of [() => oss.put(key, Buffer.from('hello')), () => oss.head(key), () => oss.get(key)]) {
        for (let n = 0; n < 2; n++) {
          answers.push(
            await call().then(
              () => 'fine',
              ({ status }: OssClientError) => String(status),
            ),
          );
        }
      }
      return `${key}: ${answers.join(' ')}`;
    }),
  );
  const counted = Object.values(faults.counts()).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(happened.length);
  return { happened: happened.map((fault) => JSON.stringify(fault)).sort(), seen: seen.sort() };
}

test('the same seed breaks the same requests in the same way, in whatever order they come', async () => {
  const first = await run(42, keys);
  const again = await run(42, [...keys].reverse());
  expect(again).toEqual(first);
  expect(first.happened.length).toBeGreaterThan(10);
  expect(first.happened.length).toBeLessThan(keys.length * 6);
  expect(new Set(first.happened.map((line) => JSON.parse(line).fault))).toEqual(new Set(texts));
  const other = await run(43, keys);
  expect(other.happened).not.toEqual(first.happened);
});

test('a dozen requests can be held up without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const faults = createFaults(['any:slow/300s'], { seed: 1 });
  const { client } = await startOss({ intercept: faults.intercept() });
  const asked = Array.from({ length: 12 }, (_, n) =>
    client()
      .head(`${n}.txt`)
      .catch(() => undefined),
  );
  await expect.poll(() => faults.pending()).toBe(12);
  faults.close();
  await Promise.all(asked);
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test('about as many requests suffer as the probability says', async () => {
  const faults = createFaults(['head:404/Chosen:0.2'], { seed: 5 });
  const { wire } = await startOss({ intercept: faults.intercept() });
  let struck = 0;
  for (let n = 0; n < 150; n++) {
    const answer = await wire({ method: 'HEAD', path: `/photos/${n % 7}`, signed: false });
    if (codeOf(answer) === 'Chosen') struck++;
  }
  expect(faults.counts()).toEqual({ 'head:404/Chosen:0.2': struck });
  // Five standard deviations, and the seed is fixed.
  expect(Math.abs(struck - 30)).toBeLessThan(25);
});

test('only some callers, only while enabled, and none at all without faults', async () => {
  const all = createFaults(['any:503'], { seed: 1, only: ({ key }) => key.startsWith('struck') });
  const { client, wire } = await startOss({ intercept: all.intercept() });
  await client().put('spared', Buffer.from('x'));
  const struck = { path: '/photos/struck', key: 'struck' };
  expect((await wire(struck)).status).toBe(503);
  all.enable(false);
  expect((await wire(struck)).status).toBe(404);
  all.enable(true);
  expect((await wire(struck)).status).toBe(503);
  expect(all.counts()).toEqual({ 'any:503': 2 });

  const none = createFaults([], { seed: 1 });
  const sound = await startOss({ intercept: none.intercept() });
  await sound.client().put('a', Buffer.from('x'));
  expect((await sound.client().get('a')).content.toString()).toBe('x');
  expect([none.counts(), none.maxSkew, none.pending()]).toEqual([{}, 15 * 60_000, 0]);
});

test('all mistakes at once', () => {
  expect(() => createFaults(['any:503:2', 'nobody:503'], { seed: 1 })).toThrow(FaultMistakes);
  expect(() => createFaults(['any:503:2', 'nobody:503'], { seed: 1 })).toThrow(/"any:503:2": .*\n"nobody:503": /);
});
