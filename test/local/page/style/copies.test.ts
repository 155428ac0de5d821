import { describe, expect, it } from 'vitest';
import { copyOf } from '../../../../src/local/page/style/copies.js';
import { loadConfig } from '../../../../src/rules/load.js';

const picture = { bucket: 'photos', key: 'a b/水+1.jpg' };
const style = 'image/resize,w_100/format,webp';

describe('copyOf', () => {
  it.each([
    ['style', style],
    ['builder', "image().resize({ w: 100 }).format('webp')"],
    ['output', "{\n  style: 'image/resize,w_100/format,webp',\n  to: { bucket: 'photos-out', key: '{key}.webp' },\n},"],
    [
      'address',
      'https://photos.oss-cn-hangzhou.aliyuncs.com/a%20b/%E6%B0%B4%2B1.jpg?x-oss-process=image/resize,w_100/format,webp',
    ],
  ] as const)('%s', (form, text) => {
    expect(copyOf(form, style, picture)).toBe(text);
  });

  it.each([style, 'image/resize,w_9', 'style/small', 'image/watermark,text_SXQn'])(
    '%s: the output is one that rules take',
    (text) => {
      const outputs = new Function(`return [${copyOf('output', text, picture)}]`)() as unknown[];
      const rules = [{ name: 'a', when: { bucket: 'photos', prefix: 'a/' }, outputs }];
      expect(loadConfig({ journal: 'throw', rules }, {}).rules[0]?.outputs[0]?.style).toBe(text);
    },
  );
});
