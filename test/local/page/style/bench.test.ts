import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, type Form, moved, replaced, shaped, typed } from '../../../../src/local/page/style/bench.js';
import { brokenStyle, rightStyle, wellFormedStyle } from '../../../style/arbitrary.js';

const rowsOf = ({ form }: Bench) => (form.kind === 'steps' ? form.rows : []);
const steps = (...texts: readonly string[]): Form => ({
  kind: 'steps',
  // Those that are off are written with a minus here.
  rows: texts.map((text) => ({ step: text.replace(/^-/, ''), on: !text.startsWith('-') })),
});
const shownOf = (bench: Bench) => rowsOf(bench).map(({ step, on }) => (on ? step : `-${step}`));

describe('text and form', () => {
  it('are one value: whatever the grammar takes comes back from the form as it was', () => {
    fc.assert(
      fc.property(fc.oneof(rightStyle(), wellFormedStyle()), (text) => {
        const bench = typed(text);
        expect(bench.mistake).toBeUndefined();
        expect(shaped(bench.form).text).toBe(text.replace(/\/$/, ''));
        expect(rowsOf(bench).map(({ step }) => step)).toEqual(text.replace(/\/$/, '').split('/').slice(1));
      }),
      { numRuns: 500 },
    );
  });

  it('never break, whatever is typed after whatever', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(brokenStyle(), fc.constantFrom('', 'image', 'image/', 'style/'))), (texts) => {
        let bench: Bench | undefined;
        for (const text of texts) {
          const before = bench;
          bench = typed(text, before);
          expect(bench.text).toBe(text);
          if (bench.mistake !== undefined) expect(bench.form).toEqual(before?.form ?? { kind: 'steps', rows: [] });
          else expect(shaped(bench.form).text.replace(/\/$/, '')).toBe(text === '' ? 'image' : text.replace(/\/$/, ''));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('have a stored style, too', () => {
    expect(typed('style/small').form).toEqual({ kind: 'stored', name: 'small' });
    expect(shaped({ kind: 'stored', name: 'large' }).text).toBe('style/large');
  });
});

describe('a text that cannot be read', () => {
  it('leaves the form as it was, and says where', () => {
    const bench = typed('image/resize,w_100//', typed('image/resize,w_100'));
    expect(shownOf(bench)).toEqual(['resize,w_100']);
    expect(bench.mistake).toEqual({ message: 'An action is missing after "/".', start: 19, end: 19 });
    expect(typed('image/resize,w_100/flip,1', bench).mistake).toBeUndefined();
  });
});

describe('steps that are off', () => {
  it('are not in the text', () => {
    expect(shaped(steps('resize,w_1', '-flip,1', 'format,png')).text).toBe('image/resize,w_1/format,png');
    expect(shaped(steps('-flip,1')).text).toBe('image/');
  });

  it.each([
    [['resize,w_1', '-flip,1', 'format,png'], 'image/resize,w_2/format,png', ['resize,w_2', '-flip,1', 'format,png']],
    [['-flip,1', 'resize,w_1'], 'image/resize,w_1/flip,0', ['-flip,1', 'resize,w_1', 'flip,0']],
    [['resize,w_1', 'rotate,90', '-flip,1'], 'image/resize,w_1', ['resize,w_1', '-flip,1']],
    [['resize,w_1', '-flip,1', '-flip,0'], 'image/', ['-flip,1', '-flip,0']],
    [['-flip,1', 'resize,w_1', '-flip,0', 'rotate,9'], 'image/a/b/c', ['-flip,1', 'a', '-flip,0', 'b', 'c']],
  ])('%j, then %s is typed: they stay where they are', (before, text, after) => {
    expect(shownOf(typed(text, shaped(steps(...before))))).toEqual(after);
  });
});

describe('rows', () => {
  const form = steps('a', '-b', 'c');
  const rows = form.kind === 'steps' ? form.rows : [];
  it.each([
    [0, 1, 'bac'],
    [1, 1, 'acb'],
    [1, -1, 'bac'],
    [0, -1, 'abc'],
    [2, 1, 'abc'],
  ] as const)('row %i moves by %i', (index, by, after) => {
    expect(
      moved(rows, index, by)
        .map(({ step }) => step)
        .join(''),
    ).toBe(after);
  });
  it('are replaced', () => {
    expect(replaced(rows, 1, { step: 'x', on: true }).map(({ step }) => step)).toEqual(['a', 'x', 'c']);
  });
});
