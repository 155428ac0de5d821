import { describe, expect, it } from 'vitest';
import { parseStyle } from '../../src/style/grammar.js';
import { layOut } from '../../src/style/layout.js';
import { readSteps } from '../../src/style/read.js';

function final(actions: string, width: number, height: number, orientation = 1): string {
  const placed = layOut(readSteps(parseStyle(`image/${actions}`)), { width, height, orientation });
  if ('refused' in placed) return placed.refused;
  const { size } = placed.at(-1)?.plan ?? { size: { width, height } };
  return `${size.width}x${size.height}`;
}

describe('sizes that no page states, with the reading taken', () => {
  it.each([
    // open point: limit_1 with a box of which only one side is larger than the source
    ['resize,m_fill,w_500,h_100', 400, 267, '400x267'],
    ['resize,m_pad,w_500,h_200', 400, 267, '500x200'],
    ['resize,m_lfit,w_500,h_200', 400, 267, '300x200'],
    ['resize,m_mfit,w_500,h_100', 400, 267, '400x267'],
    ['resize,m_fixed,w_500,h_100', 400, 267, '400x267'],
    ['resize,m_fixed,w_500,h_100,limit_0', 400, 267, '500x100'],
    ['resize,m_pad,w_500,h_500', 400, 267, '400x267'],
    ['resize,m_pad,w_500,h_500,limit_0', 400, 267, '500x500'],
    // older pages make m_fixed with one side a square; the present one keeps the proportions
    ['resize,m_fixed,w_100', 400, 267, '100x67'],
    ['resize,m_fill,h_100', 400, 267, '100x100'],
    ['resize,l_300,s_100', 400, 267, '150x100'],
    ['resize,l_300,s_100', 267, 400, '100x150'],
    ['resize,l_300,s_100,m_fixed', 267, 400, '100x300'],
    ['resize,l_100,m_fill', 400, 267, '100x67'],
    ['resize,l_100,s_50,w_200', 400, 267, '200x134'],
    ['resize,p_50,w_200', 400, 267, '200x134'],
    ['resize,p_120', 2500, 1875, '3000x2250'],
    ['resize,p_1', 20, 10, '1x1'],
    ['resize,w_1', 30000, 10, '1x1'],
    ['circle,r_100', 200, 200, '199x199'],
    ['circle,r_4096', 400, 267, '267x267'],
    ['circle,r_1', 1, 1, '1x1'],
    ['rounded-corners,r_4096', 400, 267, '400x267'],
    // open point: the last slice, which is narrower
    ['indexcrop,x_150,i_2', 400, 267, '100x267'],
    ['indexcrop,x_150,y_100,i_1', 400, 267, '400x100'],
    ['indexcrop,y_100,i_9', 400, 267, '400x267'],
    ['crop,w_1000,g_center', 400, 267, '400x267'],
    ['rotate,70', 400, 267, '388x467'],
    ['rotate,45', 400, 267, '472x472'],
    ['rotate,360', 400, 267, '400x267'],
    ['resize,w_100/auto-orient,1', 424, 333, '100x79'],
    ['auto-orient,0/auto-orient,1', 424, 333, '424x333'],
    ['resize,w_100', 424, 333, '100x79'],
  ])('%s of %ix%i is %s', (actions, width, height, expected) => {
    expect(final(actions, width, height)).toBe(expected);
  });

  it.each([1, 2, 3, 4])('orientation %i keeps the sides', (orientation) => {
    expect(final('auto-orient,1', 424, 333, orientation)).toBe('424x333');
  });
  it.each([5, 6, 7, 8])('orientation %i swaps the sides, before all else', (orientation) => {
    expect(final('resize,w_100/auto-orient,1', 424, 333, orientation)).toBe('100x127');
    expect(final('resize,w_100/auto-orient,0', 424, 333, orientation)).toBe('100x79');
  });
  it.each([5, 6, 7, 8])('orientation %i swaps the sides where the style does not say', (orientation) => {
    expect(final('resize,w_100', 424, 333, orientation)).toBe('100x127');
    expect(final('resize,w_100/auto-orient,1/auto-orient,0', 424, 333, orientation)).toBe('100x79');
  });
  it('places an unwritten auto-orient only where it turns', () => {
    const operations = readSteps(parseStyle('image/resize,w_100'));
    const names = (orientation: number) => {
      const placed = layOut(operations, { width: 424, height: 333, orientation });
      return 'refused' in placed ? placed.refused : placed.map(({ operation }) => operation.op);
    };
    expect(names(1)).toEqual(['resize']);
    expect(names(6)).toEqual(['auto-orient', 'resize']);
  });
});

describe('refusals', () => {
  it.each([
    ['crop,x_400', 400, 267, 'cropOutside'],
    ['crop,g_se,x_100,w_100,h_100', 400, 267, 'cropOutside'],
    ['indexcrop,x_401', 400, 267, 'sliceRange'],
    ['rotate,90', 4097, 10, 'rotateTooLarge'],
    ['rotate,0', 4097, 10, 'rotateTooLarge'],
    ['resize,p_1000', 4000, 3000, 'resizeTooLarge'],
    ['resize,m_fixed,w_16384,h_16384,limit_0', 40, 30, 'resizeTooLarge'],
    ['resize,m_fill,w_100,h_100,limit_0', 2, 30000, 'resizeTooLarge'],
    ['resize,m_fill,w_1000,h_1,limit_0', 1, 30000, 'resizeTooLarge'],
    ['resize,w_6000', 6000, 4000, '6000x4000'],
  ])('%s of %ix%i: %s', (actions, width, height, expected) => {
    expect(final(actions, width, height)).toBe(expected);
  });

  it('asks for no upright image of more than 4096 a side, unless nothing has to turn', () => {
    expect(final('auto-orient,1', 5100, 3000, 6)).toBe('rotateTooLarge');
    // refused with a plain resize too, by a comparison with the live service
    expect(final('resize,w_100', 5100, 3000, 6)).toBe('rotateTooLarge');
    expect(final('auto-orient,0/resize,w_100', 5100, 3000, 6)).toBe('100x59');
    expect(final('auto-orient,1', 5100, 3000, 1)).toBe('5100x3000');
  });
});
