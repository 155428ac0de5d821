import { describe, expect, it } from 'vitest';
import { styleMistakes } from '../../src/deploy/build.js';
import { loadConfig } from '../../src/rules/load.js';

function configOf(...styles: string[]) {
  const outputs = styles.map((style, index) => ({ style, to: { bucket: 'out', key: `${index}/{key}` } }));
  return loadConfig({ journal: 'throw', rules: [{ name: 'r', when: { bucket: 'photos' }, outputs }] }, {});
}

describe('styleMistakes', () => {
  it('finds what OSS would refuse, with its place, and nothing in good styles', () => {
    expect(styleMistakes(configOf('image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp', 'style/mine'))).toEqual(
      [],
    );
    const mistakes = styleMistakes(
      configOf('image/resize,w_0', 'image/resize,w_100', 'image/slim,1', 'image/snapshot,t_1'),
    );
    expect(mistakes).toHaveLength(3);
    expect(mistakes[0]).toMatch(/^rules\[0\]\.outputs\[0\]\.style, at character \d+: /);
    expect(mistakes.map((mistake) => mistake.slice(0, 19))).toEqual([
      'rules[0].outputs[0]',
      'rules[0].outputs[2]',
      'rules[0].outputs[3]',
    ]);
  });
});
