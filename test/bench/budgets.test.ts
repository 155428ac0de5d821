import { describe, expect, it } from 'vitest';
import { budgets, verdictsOn } from './budgets.js';
import type { Row } from './figures/figure.js';
import { figures } from './figures/figures.js';
import { exactly } from './figures/measured.js';

const rows = (seen: number, wire: Row['wire'] = 'http'): Row[] => [
  { of: 'oss-autostyle', wire, values: { '÷ ali-oss': exactly(seen, '÷') } },
];

describe('verdictsOn', () => {
  it.each([
    [0.39, true],
    [0.4, true],
    [0.43, true],
    [0.45, false],
  ])('a cold start of %d of that of ali-oss: held is %s', (seen, held) => {
    expect(verdictsOn('cold', rows(seen), false)).toEqual([expect.objectContaining({ must: 0.4, seen, held })]);
  });

  it('says nothing of what was not measured, or not over plain HTTP', () => {
    expect(verdictsOn('cold', [], true)).toEqual([]);
    expect(verdictsOn('cold', rows(9, 'tls'), true)).toEqual([]);
    expect(verdictsOn('wire', rows(9), true)).toEqual([]);
  });

  it('holds a time where the lab is thorough, on a machine of its own', () => {
    const slow: Row[] = [{ of: 'oss-autostyle, file:///', values: { 'load of 10,000, fastest': exactly(200, 'ms') } }];
    expect(verdictsOn('rules', slow, true)).toMatchObject([{ seen: 200, held: false }]);
    expect(verdictsOn('rules', slow, false)).toMatchObject([{ seen: 200, held: 'not held by --short' }]);
  });
});

it('is for figures that there are, each in the short run', () => {
  const short = figures.filter((figure) => figure.short).map(({ name }) => name);
  expect([...new Set(budgets.map(({ figure }) => figure))].sort()).toEqual(short.sort());
});
