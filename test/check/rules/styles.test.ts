import { describe, expect, it } from 'vitest';
import { lintStyles } from '../../../src/check/rules/styles.js';
import type { RuleInput } from '../../../src/rules/schema.js';
import { configOf } from '../deployment.js';

const output = (style: string, key: string): RuleInput['outputs'][number] => ({ style, to: { bucket: 'out', key } });
const upright = 'image/auto-orient,1/resize,w_100';

describe('styles', () => {
  it.each<[string, RuleInput['outputs'][number], string[], string[]]>([
    ['nothing of a good one', output(`${upright}/format,webp`, '{key}.webp'), ['.jpg'], []],
    ['nothing of a named one', output('style/mine', '{key}'), ['.jpg'], []],
    [
      'an extension that is not the format',
      output(`${upright}/format,webp`, '{dir}{name}.jpg'),
      ['.png'],
      ["warning extension rules[0].outputs[0].style key: '{dir}{name}.webp'"],
    ],
    [
      'an extension that is kept but not true',
      output(`${upright}/format,webp`, 'small/{key}'),
      ['.jpg'],
      ["warning extension rules[0].outputs[0].style key: 'small/{dir}{name}.webp'"],
    ],
    [
      'a value out of range',
      output('image/auto-orient,1/resize,w_0', '{key}'),
      ['.jpg'],
      ['error resizeWidth rules[0].outputs[0].style w_1 to w_16384'],
    ],
    [
      'a format of some regions',
      output(`${upright}/format,avif`, '{key}.avif'),
      ['.jpg'],
      ['error region rules[0].outputs[0].style format,webp'],
    ],
  ])('finds %s', (_, one, suffix, expected) => {
    const found = lintStyles(configOf([{ when: { suffix }, outputs: [one] }]), 'ap-south-1');
    expect(found.map(({ severity, code, where, fix }) => `${severity} ${code} ${where} ${fix}`)).toEqual(expected);
  });

  it('reports the same finding of one style once, with its other places', () => {
    const lying = output('image/resize,w_100', '{key}');
    const found = lintStyles(
      configOf([{ outputs: [lying] }, { outputs: [lying, output('image/resize,w_100', 'b/{key}')] }]),
      undefined,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'orientationMissing', where: 'rules[0].outputs[0].style' });
    expect(found[0]?.message).toContain('(also at rules[1].outputs[0], rules[1].outputs[1])');
  });
});
