// One figure from beginning to end: the one whose values are exact.
import { expect, it } from 'vitest';
import { runHere } from '../support/run.js';
import { command } from './bench.js';

it('counts the requests and the connections of each contestant', async () => {
  const { code, out } = await runHere(command, ['--only', 'wire', '--json', '--check']);
  expect(code).toBe(0);
  const { figures } = JSON.parse(out) as {
    figures: [{ rows: { of: string; wire: string; values: Record<string, { median: number }> }[] }];
  };
  const seen = figures[0].rows.map(({ of, wire, values }) => {
    const value = (column: string) => values[column]?.median;
    return [of, wire, value('POST'), value('HEAD'), value('others'), (value('connections') ?? 99) <= 16];
  });
  const expected = (wire: string) => [
    ['oss-autostyle', wire, 1, 1, 0, true],
    ['ali-oss', wire, 1, 0, 0, true],
    ['ali-oss, bundled by esbuild', wire, 1, 0, 0, true],
    ['bare undici, Pool.request', wire, 1, 0, 0, true],
    ['floor: undici dispatch, POST and HEAD', wire, 1, 1, 0, true],
    ['bare node:http or node:https', wire, 1, 0, 0, true],
  ];
  expect(seen).toEqual([...expected('http'), ...expected('tls')]);
});
