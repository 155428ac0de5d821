import { describe, expect, it } from 'vitest';
import type { Verdict } from './budgets.js';
import type { Measured, Unit } from './figures/figure.js';
import { exactly, measured } from './figures/measured.js';
import { cellOf, reportOf, tableOf } from './table.js';

const value = (median: number, low: number, high: number, unit: Unit): Measured => ({
  ...{ median, low, high, unit },
  least: low,
});

describe('cellOf', () => {
  it.each<[Measured, string]>([
    [value(0.456, 0.44, 0.48, '÷'), '0.46 ±4%'],
    [value(58.71, 56.2, 61.04, 'ms'), '58.7 ±4%'],
    [value(522.4, 519.6, 560.1, 'µs'), '522 ±4%'],
    [value(12_345.6, 12_000, 15_000, ''), '12,346 ±12%'],
    [exactly(8, ''), '8'],
    [exactly(0, ''), '0'],
    [exactly(221.7, 'KB'), '222'],
    [value(1, 0.999, 1.001, '÷'), '1'],
  ])('%j is %s', (cell, text) => {
    expect(cellOf(cell)).toBe(text);
  });
});

describe('tableOf', () => {
  it('has a column for each value that a row names, and nothing where a row has none', () => {
    const rows = [
      { of: 'one', values: { load: exactly(20, 'ms'), total: exactly(70, 'ms') } },
      { of: 'the other', values: { total: exactly(150, 'ms'), size: exactly(9, 'KB') } },
    ];
    expect(tableOf(rows).split('\n')).toEqual([
      '             load (ms)  total (ms)  size (KB)',
      '  one               20          70',
      '  the other                    150          9',
    ]);
  });

  it('says over what a row was measured where not all are over plain HTTP', () => {
    const values = { total: exactly(70, 'ms') };
    expect(tableOf([{ of: 'one', wire: 'http', values }])).toContain('  one          70');
    const both = tableOf([
      { of: 'one', wire: 'http', values },
      { of: 'one', wire: 'tls', values },
    ]);
    expect(both).toContain('one, HTTP          70');
    expect(both).toContain('one, TLS           70');
  });
});

describe('reportOf', () => {
  const budget = { figure: 'cold', of: 'f', column: '÷ ali-oss', must: 0.4, slack: 0.1 };
  const report = (seen: number, held: Verdict['held'], slack = 0.1): string =>
    reportOf('a machine', [
      {
        name: 'cold',
        title: 'Cold start',
        rows: [{ of: 'f', values: { '÷ ali-oss': measured([seen], '÷') } }],
        verdicts: [{ ...budget, slack, seen, held }],
      },
    ]);

  it('has the machine, the table and the budgets', () => {
    const text = report(0.38, true);
    expect(text).toMatch(/^a machine\n/);
    expect(text).toContain('cold: Cold start\n');
    expect(text).toContain('  ok  cold  f: ÷ ali-oss  0.38  must be ≤ 0.4 (+10 % for noise)\n');
  });

  it('says what is held within the slack only, and what is missed', () => {
    expect(report(0.42, true)).toContain('  ok, within slack  cold');
    expect(report(0.5, false)).toContain('  MISSED  cold  f: ÷ ali-oss  0.50  must be ≤ 0.4 (+10 % for noise)');
    expect(report(0.5, false, 0)).toContain('0.50  must be ≤ 0.4\n');
    expect(report(0.5, 'not held by --short')).toContain('  not held by --short  cold  f: ÷ ali-oss  0.50  must be');
  });

  it('speaks of no budgets where there are none', () => {
    const figure = { name: 'wire', title: 'Requests', rows: [], verdicts: [] };
    expect(reportOf('a machine', [figure])).not.toContain('Budgets');
  });
});
