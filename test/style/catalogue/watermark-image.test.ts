import { describe, expect, it } from 'vitest';
import { maxMarkImages, readMarkImage } from '../../../src/style/catalogue/watermark-image.js';
import { StyleError } from '../../../src/style/grammar.js';
import { layOut } from '../../../src/style/layout.js';
import { readStep } from '../../../src/style/read.js';
import { golden } from '../golden.js';

function refused(value: string): StyleError {
  try {
    readMarkImage(value);
  } catch (error) {
    expect(error).toBeInstanceOf(StyleError);
    return error as StyleError;
  }
  throw new Error('was not refused');
}

describe('readMarkImage', () => {
  it('takes a key, or a key and how to process it', () => {
    expect(readMarkImage('image/panda.png')).toEqual({ key: 'image/panda.png', steps: [] });
    expect(readMarkImage('what?/pan_da.png')).toEqual({ key: 'what?/pan_da.png', steps: [] });
    const { key, steps } = readMarkImage('panda.png?x-oss-process=image/resize,P_30/rotate,45');
    expect([key, ...steps.map(({ op }) => op)]).toEqual(['panda.png', 'resize', 'rotate']);
  });

  it('has the EC of the documented example for a watermark in a watermark', () => {
    const text = Buffer.from(
      'cGFuZGEucG5nP3gtb3NzLXByb2Nlc3M9aW1hZ2Uvd2F0ZXJtYXJrLGltYWdlX2NHRnVaR0V1Y0c',
      'base64url',
    );
    expect(refused(text.toString())).toMatchObject({ ec: '0040-00000373', position: 30 });
  });

  it.each(['circle,r_10', 'format,png', 'auto-orient,1', 'info', 'blur,r_3,s_2', 'toString', 'nothing'])(
    'refuses %s, which is not listed for watermark images',
    (action) => {
      expect(refused(`panda.png?x-oss-process=image/resize,w_9/${action}`).ec).toBe('0040-00000373');
    },
  );

  it.each(['', 'style/a', 'image/', 'image/resize,w_9|image/rotate,9'])('refuses "%s" as a style', (style) => {
    expect(refused(`panda.png?x-oss-process=${style}`).code).toMatch(/InvalidArgument|MissingArgument/);
  });

  it('counts three', () => expect(maxMarkImages).toBe(3));
});

describe('resize,P_ in a watermark image', () => {
  const markOf = (process: string, main: { width: number; height: number }, width = 640, height = 480) => {
    const operations = readMarkImage(`panda.png?x-oss-process=image/${process}`).steps.map((step) =>
      readStep(step, true),
    );
    const placed = layOut(operations, { width, height, orientation: 1, main });
    if ('refused' in placed) throw new Error(placed.message);
    return placed.at(-1)?.plan.size;
  };

  it.each(golden.watermarkP)('$preprocess on $main.w×$main.h is $mark.w×$mark.h', ({ main, mark, preprocess }) => {
    expect(markOf(preprocess, { width: main.w, height: main.h }, 500, 500)).toEqual({
      width: mark.w,
      height: mark.h,
    });
  });

  it.each([
    ['resize,P_10', 100, 100, 640, 480, 10, 8],
    ['resize,P_50', 400, 100, 640, 480, 67, 50],
    ['resize,P_100', 100, 400, 640, 480, 100, 75],
    // a mark that is stored smaller is enlarged
    ['resize,P_50', 400, 400, 20, 20, 200, 200],
    ['resize,P_50/rotate,90', 400, 100, 640, 480, 50, 67],
  ])('%s on %i×%i of a mark of %i×%i is %i×%i', (process, mainWidth, mainHeight, width, height, ...size) => {
    expect(markOf(process, { width: mainWidth, height: mainHeight }, width, height)).toEqual({
      width: size[0],
      height: size[1],
    });
  });
});
