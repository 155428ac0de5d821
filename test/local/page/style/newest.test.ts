import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newestWins } from '../../../../src/local/page/style/newest.js';

/** A queue whose answers the test gives. */
function fixture() {
  const heard: string[] = [];
  const under: { question: number; end: (ok: boolean) => void }[] = [];
  let most = 0;
  const ask = newestWins<number, string>({
    run: (question) =>
      new Promise((resolve, reject) => {
        under.push({
          question,
          end: (ok) => (ok ? resolve(`answer ${question}`) : reject(new Error(`no ${question}`))),
        });
        most = Math.max(most, under.length);
      }),
    answered: (question, answer) => heard.push(`${question}: ${answer}`),
    failed: (question, error) => heard.push(`${question}: ${(error as Error).message}`),
    busy: (busy) => heard.push(busy ? 'busy' : 'idle'),
  });
  const end = async (ok: boolean) => {
    under.shift()?.end(ok);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { ask, end, heard, under, most: () => most };
}

it('asks one at a time, and of those that wait only the newest', async () => {
  const { ask, end, heard, under } = fixture();
  for (const question of [1, 2, 3]) ask(question);
  expect(under.map(({ question }) => question)).toEqual([1]);
  await end(true);
  expect(under.map(({ question }) => question)).toEqual([3]);
  await end(true);
  ask(4);
  await end(true);
  expect(heard).toEqual(['busy', '1: answer 1', '3: answer 3', 'idle', 'busy', '4: answer 4', 'idle']);
});

it('tells a failure of the newest only', async () => {
  const { ask, end, heard } = fixture();
  ask(1);
  ask(2);
  await end(false);
  await end(false);
  ask(3);
  await end(true);
  expect(heard).toEqual(['busy', '2: no 2', 'idle', 'busy', '3: answer 3', 'idle']);
});

it('ends with what became of the last question, however questions and answers come', async () => {
  const event = fc.constantFrom('ask', 'answer', 'fail');
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
      const { ask, end, heard, under, most } = fixture();
      let last = 0;
      for (const what of events) {
        if (what === 'ask') ask(++last);
        else await end(what === 'answer');
      }
      while (under.length > 0) await end(true);
      expect(most()).toBeLessThanOrEqual(1);
      const numbers = heard.filter((line) => line.includes(':')).map((line) => Number(line.split(':')[0]));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers.at(-1) ?? 0).toBe(last);
      expect(heard.at(-1) ?? 'idle').toBe('idle');
    }),
    { numRuns: 200 },
  );
});
