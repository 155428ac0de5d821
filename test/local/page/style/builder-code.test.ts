import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builderCode } from '../../../../src/local/page/style/builder-code.js';
import { image, style } from '../../../../src/style/builder.js';
import { parseStyle } from '../../../../src/style/grammar.js';
import { limits } from '../../../../src/style/limits.js';
import { readSteps } from '../../../../src/style/read.js';
import { brokenStyle, rightStyle, wellFormedStyle } from '../../../style/arbitrary.js';

const built = (code: string) => String(new Function('image', 'style', `return ${code}`)(image, style));

describe('builderCode', () => {
  it.each([
    [
      'image/auto-orient,1/resize,m_fill,w_100,h_50/format,webp',
      "image().autoOrient().resize({ m: 'fill', w: 100, h: 50 }).format('webp')",
    ],
    ['image/auto-orient,0/interlace,1/rotate,0', 'image().autoOrient(0).interlace().rotate(0)'],
    ['image/crop', 'image().crop({})'],
    ['image/quality,80', 'image().quality({ Q: 80 })'],
    ['image/format,jpeg', "image().format('jpg')"],
    ['image/rounded-corners,r_30/indexcrop,x_9', 'image().roundedCorners({ r: 30 }).indexCrop({ x: 9 })'],
    ['image/watermark,text_SXQncyAiXCIK', String.raw`image().watermark({ text: 'It\'s "\\"\n' })`],
    ['image/blindwatermark,content_YQ', "image().blindWatermark('a')"],
    ['image/resize,w_100,sepia_1', 'image().resize({ w: 100 })'],
    ['style/small', "style('small')"],
  ])('%s: %s', (text, code) => {
    expect(builderCode(text)).toBe(code);
  });

  it.each([
    'image/info',
    'image/average-hue',
    'image/resize,w_0',
    'image/sepia',
    'image/',
    'x',
    '',
    'style/a b',
    'style/',
  ])('%s is nothing that the builder makes', (text) => {
    expect(builderCode(text)).toBeUndefined();
  });

  it('builds a style of the same meaning', () => {
    fc.assert(
      fc.property(rightStyle(), (text) => {
        const operations = readSteps(parseStyle(text));
        const code = builderCode(text);
        if (operations.every(({ op }) => Object.hasOwn(limits, op))) {
          expect(readSteps(parseStyle(built(code ?? '')))).toEqual(operations);
        } else expect(code).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('is undefined, or can be run, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(wellFormedStyle(), brokenStyle()), (text) => {
        const code = builderCode(text);
        if (code !== undefined) expect(built(code)).toMatch(/^(image|style)\//);
      }),
      { numRuns: 150 },
    );
  });
});
