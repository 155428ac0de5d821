import { describe, expect, it } from 'vitest';
import type { Figure } from './figures/figure.js';
import { exactly } from './figures/measured.js';
import type { Lab } from './lab.js';
import { allHeld, takeFigures } from './run.js';

/** A figure that sees these values, one after the other, and the labs that it was given. */
function seeing(name: string, values: number[], labs: Lab[]): Figure {
  return {
    name,
    title: name,
    short: true,
    run: async (lab) => {
      labs.push(lab);
      return [{ of: 'oss-autostyle', values: { '÷ ali-oss': exactly(values.shift() ?? Number.NaN, '÷') } }];
    },
  };
}

/** Labs that are told apart; no figure here measures. */
const freshLabs = (): (() => Lab) => () => ({ wires: ['http'], thorough: true }) as unknown as Lab;

describe('takeFigures', () => {
  it('takes a figure once where its budgets are held, or where it has none', async () => {
    const labs: Lab[] = [];
    const taken = await takeFigures([seeing('cold', [0.3], labs), seeing('free', [9], labs)], freshLabs());
    expect(labs).toHaveLength(2);
    expect(taken.every(allHeld)).toBe(true);
  });

  it('takes it once more, with a fresh lab, where a budget is missed, and believes the second time', async () => {
    const labs: Lab[] = [];
    const [taken] = await takeFigures([seeing('cold', [0.9, 0.3], labs)], freshLabs());
    expect(labs[1]).not.toBe(labs[0]);
    expect(taken?.verdicts).toMatchObject([{ seen: 0.3, held: true }]);
  });

  it('gives up after that', async () => {
    const [taken] = await takeFigures([seeing('cold', [0.9, 0.8, 0.1], [])], freshLabs());
    expect(taken?.verdicts).toMatchObject([{ seen: 0.8, held: false }]);
  });
});
