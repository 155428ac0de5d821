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
    expect(verdictsOn('cold', rows(seen))).toEqual([expect.objectContaining({ must: 0.4, seen, held })]);
  });

  it('says nothing of what was not measured, or not over plain HTTP', () => {
    expect(verdictsOn('cold', [])).toEqual([]);
    expect(verdictsOn('cold', rows(9, 'tls'))).toEqual([]);
    expect(verdictsOn('wire', rows(9))).toEqual([]);
  });
});

it('is for figures that there are, each in the short run', () => {
  const short = figures.filter((figure) => figure.short).map(({ name }) => name);
  expect([...new Set(budgets.map(({ figure }) => figure))].sort()).toEqual(short.sort());
});
