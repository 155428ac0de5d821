import { describe, expect, it } from 'vitest';
import { maxSteps, maxStyleLength, parseStyle, renderStyle, StyleError } from '../../src/style/grammar.js';
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

  it('takes a slash at the end', () => {
    expect(parseStyle('image/resize,w_1/flip,1/')).toEqual(parseStyle('image/resize,w_1/flip,1'));
    expect(parseStyle(`image/${Array(maxSteps).fill('flip,1/').join('')}`)).toHaveLength(maxSteps);
  });

  it('ends a key at the first underscore, since base64url values hold more', () => {
    expect(parseStyle('image/watermark,image_cGc_eC1v')[0]?.args[0]).toMatchObject({ key: 'image', value: 'cGc_eC1v' });
  });

  it.each([
    ['image/', '0040-00000212', 6],
    ['image/resize,w_1//', '0040-00000212', 17],
    ['image//', '0040-00000212', 6],
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
    expect(failure(`image/resize,w_${'1'.repeat(maxStyleLength)}`).ec).toBe('0017-00000288');
    expect(parseStyle(`image/${Array(maxSteps).fill('flip,1').join('/')}`)).toHaveLength(maxSteps);
    expect(
      failure(
        `image/${Array(maxSteps + 1)
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
});
