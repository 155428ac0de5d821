import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixed } from '../../../../src/local/page/style/fix.js';
import { lintStyle } from '../../../../src/style/lint.js';
import { brokenStyle, wellFormedStyle } from '../../../style/arbitrary.js';

describe('fixed', () => {
  it.each([
    ['image/resize,w_100/', 'empty', 'image/resize,w_100'],
    ['image/resize,w_100//rotate,90', 'empty', 'image/resize,w_100/rotate,90'],
    ['image/resise,w_100', 'unknownOperation', 'image/resize,w_100'],
    ['image/auto-orient,1/resize,m_fil,w_9', 'resizeMode', 'image/auto-orient,1/resize,m_fill,w_9'],
    ['image/resize,w_100,w_200', 'repeatedKey', 'image/resize,w_200'],
    ['image/quality,q_80/quality,q_90', 'overridden', 'image/quality,q_90'],
    ['image/resize,w_9/info', 'exclusive', 'image/resize,w_9'],
    ['image/resize,w_9', 'orientationMissing', 'image/auto-orient,1/resize,w_9'],
    ['image/bright,5/auto-orient,1', 'orientationLate', 'image/auto-orient,1/bright,5'],
    ['image/auto-orient,1/format,webp/resize,w_9', 'formatEarly', 'image/auto-orient,1/resize,w_9/format,webp'],
    ['resize,w_100', 'malformed', 'image/resize,w_100'],
    ['image／resize，w_100', 'malformed', 'image/resize,w_100'],
    ['image/circle,100', 'unknownKey', 'image/circle,r_100'],
    ['image/watermark,text_a b', 'markTextNotBase64', 'image/watermark,text_YSBi'],
  ])('%s, for %s: %s', (style, code, after) => {
    const finding = lintStyle(style).find((one) => one.code === code);
    expect(finding && fixed(style, finding, {})).toBe(after);
  });

  it.each([
    ['image/blur,r_3,s_0', 'blurSigma'],
    ['image/resize,m_wide,w_1', 'resizeMode'],
    ['image/resize', 'resizeMissing'],
    ['style/a b', 'styleName'],
    ['image/watermark,text_', 'markText'],
    ['image/resize,m_pad,w_1,color_red', 'resizeColor'],
    ['video/snapshot,t_1', 'foreign'],
  ])('%s, for %s: only a person can say', (style, code) => {
    const finding = lintStyle(style).find((one) => one.code === code);
    expect(finding).toBeDefined();
    expect(finding && fixed(style, finding, {})).toBeUndefined();
  });

  it('never makes a style worse', () => {
    const errors = (style: string) => lintStyle(style).filter(({ severity }) => severity === 'error').length;
    fc.assert(
      fc.property(fc.oneof(wellFormedStyle(), brokenStyle()), (style) => {
        for (const finding of lintStyle(style).slice(0, 5)) {
          const after = fixed(style, finding, {});
          if (after !== undefined) expect(errors(after)).toBeLessThanOrEqual(errors(style));
        }
      }),
      { numRuns: 40 },
    );
  });
});
