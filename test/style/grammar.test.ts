import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/style/catalogue.js';
import { MAX_STEPS, MAX_STYLE_LENGTH, parseStyle, renderStyle, StyleError } from '../../src/style/grammar.js';
import { readSteps } from '../../src/style/read.js';
import { golden } from './golden.js';

function failure(text: string): StyleError {
  try {
    readSteps(parseStyle(text));
  } catch (error) {
    if (error instanceof StyleError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

// Styles as people write them, from the catalogue's own names and from free text.
const word = fc.stringMatching(/^[^/|,]{0,12}$/);
const argument = fc.oneof(
  word,
  fc.tuple(word, word).map(([key, value]) => `${key}_${value}`),
  fc
    .tuple(fc.constantFrom('w', 'h', 'm', 'p', 'q', 'r', 'g', 'text'), fc.oneof(fc.integer(), word))
    .map(([k, v]) => `${k}_${v}`),
);
const action = fc
  .tuple(
    fc.oneof(fc.constantFrom(...Object.keys(catalogue)), fc.stringMatching(/^[^/|,]{1,8}$/)),
    fc.array(argument, { maxLength: 5 }),
  )
  .map(([op, args]) => [op, ...args].join(','));
const style = fc.array(action, { minLength: 1, maxLength: 5 }).map((actions) => `image/${actions.join('/')}`);

describe('parseStyle', () => {
  it('gives steps and arguments with their places in the text', () => {
    const text = 'image/resize,w_100,m_fill/rotate,90';
    const [resize, rotate] = parseStyle(text);
    expect(resize).toMatchObject({ op: 'resize', start: 6, end: 25 });
    expect(resize?.args.map(({ key, value, start, end }) => [key, value, text.slice(start, end)])).toEqual([
      ['w', '100', 'w_100'],
      ['m', 'fill', 'm_fill'],
    ]);
    expect(rotate).toEqual({ op: 'rotate', args: [{ value: '90', start: 33, end: 35 }], start: 26, end: 35 });
  });

  it('ends a key at the first underscore, since base64url values hold more', () => {
    expect(parseStyle('image/watermark,image_cGc_eC1v')[0]?.args[0]).toMatchObject({ key: 'image', value: 'cGc_eC1v' });
  });

  it.each([
    ['image/', '0040-00000212', 6],
    ['image/resize,w_1/', '0040-00000212', 17],
    ['image//resize,w_1', '0040-00000212', 6],
    ['image/slim,1', '0040-00000213', 6],
    ['image/__proto__,1', '0040-00000213', 6],
    ['image/constructor', '0040-00000213', 6],
    ['', undefined, 0],
    ['style/small', undefined, 0],
    ['Image/resize,w_1', undefined, 0],
    ['image/indexcrop,x_1|image/indexcrop,x_1', undefined, 19],
  ])('refuses %j with EC %s at %i', (text, ec, position) => {
    expect(failure(text)).toMatchObject({ name: 'StyleError', ec, position });
  });

  it('bounds length and number of steps', () => {
    expect(failure(`image/resize,w_${'1'.repeat(MAX_STYLE_LENGTH)}`).ec).toBe('0017-00000288');
    expect(parseStyle(`image/${Array(MAX_STEPS).fill('flip,1').join('/')}`)).toHaveLength(MAX_STEPS);
    expect(
      failure(
        `image/${Array(MAX_STEPS + 1)
          .fill('flip,1')
          .join('/')}`,
      ).ec,
    ).toBe('0017-00000288');
    expect(failure(`image/resize${',w_1'.repeat(1000)}`).ec).toBe('0017-00000288');
  });
});

describe('renderStyle', () => {
  it('gives back every golden style', () => {
    const styles = [...golden.dimensions, ...golden.errors, ...golden.errorSemantics]
      .map(({ style: text }) => text)
      .filter((text) => text.startsWith('image/') && text !== 'image/');
    expect(styles.length).toBeGreaterThan(70);
    for (const text of styles) expect(renderStyle(parseStyle(text))).toBe(text);
  });

  it('gives back a trailing comma, a lone underscore and an argument without a value', () => {
    for (const text of [
      'image/watermark,text_YQ,color_ff6a00,',
      'image/resize,_',
      'image/resize,w_',
      'image/,w_1',
      'image/a,,b',
    ]) {
      expect(renderStyle(parseStyle(text))).toBe(text);
    }
  });

  it('gives back every generated style', () => {
    fc.assert(
      fc.property(style, (text) => {
        expect(renderStyle(parseStyle(text))).toBe(text);
      }),
      { numRuns: 4000 },
    );
  });
});

it('throws nothing but StyleError for mutated styles', () => {
  const mutated = fc
    .tuple(style, fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([text, where, cut, put]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + cut);
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
      try {
        readSteps(parseStyle(text));
      } catch (error) {
        expect(error).toBeInstanceOf(StyleError);
      }
    }),
    { numRuns: 4000 },
  );
});
