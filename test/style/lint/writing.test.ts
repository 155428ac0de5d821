import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStyle } from '../../../src/style/grammar.js';
import { lintStyle } from '../../../src/style/lint.js';
import { readSteps } from '../../../src/style/read.js';
import { rightStyle } from '../arbitrary.js';

const lint = (style: string) =>
  lintStyle(style, { sourceSuffixes: ['.png'] }).map(
    ({ severity, code, start, end, fix }) => `${severity} ${code} [${style.slice(start, end)}] → ${fix}`,
  );
const b64 = (text: string) => Buffer.from(text).toString('base64url');

describe('a style that was copied with what stands around it', () => {
  it.each([
    ['x-oss-process=image/resize,w_100', 'image/resize,w_100'],
    ['?x-oss-process=style/small', 'style/small'],
    ['https://photos.oss-cn-hangzhou.aliyuncs.com/a.jpg?x-oss-process=image/flip,1&versionId=x', 'image/flip,1'],
    ['x-oss-process=image/resize,w_100|sys/saveas,o_YQ,b_Yg', 'image/resize,w_100'],
    ['x-oss-process=image/resize,w_100,sys/saveas,o_YQ', 'image/resize,w_100'],
    ['x-oss-process=image%2Fresize%2Cw_100', 'image/resize,w_100'],
    ['image%252Fresize%252Cw_100', 'image/resize,w_100'],
    ['image/resize%2Cw_100', 'image/resize,w_100'],
    ['/image/resize,w_100', 'image/resize,w_100'],
    ['Image/resize,w_100', 'image/resize,w_100'],
    ['STYLE/Small', 'style/Small'],
    ['resize,w_100/format,webp', 'image/resize,w_100/format,webp'],
    ['auto-orient,1', 'image/auto-orient,1'],
  ])('%s: %s', (text, style) => {
    expect(lint(text)).toEqual([`error malformed [${text}] → ${style}`]);
  });

  it('is told why it is none yet', () => {
    expect(lintStyle('x-oss-process=image/flip,1')[0]?.message).toBe(
      'A rule has the style alone: what stands behind "x-oss-process=" in a request.',
    );
    expect(lintStyle('image%2Fflip%2C1')[0]?.message).toBe('A style is not percent-encoded.');
    expect(lintStyle('flip,1')[0]?.message).toBe('A style starts with "image/" or "style/".');
  });

  it.each(['', 'x-oss-process=', 'x-oss-process=video/snapshot,t_1', 'thumbnail,1', '%E0%A4%A', 'small'])(
    'is not found in %j',
    (text) => {
      expect(lint(text)).toEqual([expect.stringMatching(/^error malformed .* → image\/… or style\/NAME$/)]);
    },
  );
});

describe('a style with the separators of other texts', () => {
  it.each([
    ['image/resize，w_100', '，', 'image/resize,w_100'],
    ['image／resize，w＿１００，h_9', '／', 'image/resize,w_100,h_9'],
    ['image/resize、w_100', '、', 'image/resize,w_100'],
    ['image/auto－orient,1', '－', 'image/auto-orient,1'],
    ['image/resize, w_100', ' ', 'image/resize,w_100'],
    ['image/resize,w_100\n  /format,webp', '\n', 'image/resize,w_100/format,webp'],
    [' image/resize,w_100 ', ' ', 'image/resize,w_100'],
    ['image/resize,\u3000w_100', '\u3000', 'image/resize,w_100'],
    ['image/watermark,size_30 , text_YQ', ' ', 'image/watermark,size_30,text_YQ'],
    ['image/watermark,text_YQ，g_nw', '，', 'image/watermark,text_YQ,g_nw'],
    ['image/watermark，text_YQ==／flip，1', '，', 'image/watermark,text_YQ==/flip,1'],
    ['image/watermark,text_YQ ,g_nw', ' ', 'image/watermark,text_YQ,g_nw'],
    ['style/ small', ' ', 'style/small'],
  ])('%j', (text, marked, style) => {
    expect(lint(text)).toEqual([`error malformed [${marked}] → ${style}`]);
  });

  it.each(['你好，世界', 'a / b', '１００％', 'hello world'])('keeps them in a text: %j', (text) => {
    expect(lint(`image/watermark,text_${text},g_nw`)[0]).toContain(`→ text_${b64(text)}`);
  });

  it('is found again, whatever style it was', () => {
    fc.assert(
      fc.property(rightStyle(), fc.boolean(), (style, wide) => {
        const text = wide ? style.replace('/', '／') : style.replaceAll('/', ' / ').replaceAll(',', ', ');
        const [found] = lintStyle(text);
        expect(found?.code).toBe('malformed');
        expect(readSteps(parseStyle(found?.fix ?? ''))).toEqual(readSteps(parseStyle(style)));
      }),
    );
  });
});
