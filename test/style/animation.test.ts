import { describe, expect, it } from 'vitest';
import { firstFrameOnly } from '../../src/style/animation.js';
import { parseStyle } from '../../src/style/grammar.js';
import { readSteps } from '../../src/style/read.js';

const culprit = (actions: string, source: 'gif' | 'webp' = 'gif', enlarging?: string) =>
  firstFrameOnly(readSteps(parseStyle(`image/${actions}`)), source, ({ op }) => op === enlarging)?.op;

describe('the operation that keeps only the first frame of an animation', () => {
  // https://help.aliyun.com/document_detail/311238.html: what is wrong in its question, and its three answers.
  it.each([
    ['auto-orient,1/format,gif/resize,m_lfit,w_440/quality,q_90', 'auto-orient'],
    ['format,gif/resize,m_lfit,w_440/quality,q_90', 'format'],
    ['resize,m_lfit,w_440/quality,q_90', 'quality'],
    ['resize,m_lfit,w_440', undefined],
    ['resize,m_lfit,w_440/format,gif', undefined],
    ['watermark,image_MDA4LnBuZw,x_10,y_10,animation_1/format,gif', undefined],
    ['watermark,text_MDA4', 'watermark'],
  ])('of the vendor’s page, %s: %s', (actions, expected) => {
    expect(culprit(actions)).toBe(expected);
  });

  // https://help.aliyun.com/zh/oss/user-guide/faq-2: all but resize, crop and image watermarks.
  it.each(['rotate,90', 'flip,1', 'blur,r_3,s_2', 'bright,10', 'sharpen,100', 'circle,r_9', 'indexcrop,x_9'])(
    'is %s',
    (action) => {
      expect(culprit(`crop,w_9,h_9/${action}`)).toBe(action.split(',')[0]);
    },
  );

  it('is a resize that enlarges, or goes by percent', () => {
    expect(culprit('resize,w_80,limit_0', 'gif', 'resize')).toBe('resize');
    expect(culprit('resize,p_50')).toBe('resize');
    expect(culprit('resize,l_50,p_50')).toBeUndefined();
  });

  it.each([
    ['gif', 'webp', undefined],
    ['gif', 'gif', undefined],
    ['gif', 'png', 'format'],
    ['webp', 'webp', undefined],
    ['webp', 'gif', undefined],
    ['webp', 'jpg', 'format'],
  ] as const)('from %s to %s: %s', (source, format, expected) => {
    expect(culprit(`resize,w_10/format,${format}`, source)).toBe(expected);
  });
});
