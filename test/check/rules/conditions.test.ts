import { describe, expect, it } from 'vitest';
import { unworkable } from '../../../src/check/rules/conditions.js';
import type { RuleInput } from '../../../src/rules/schema.js';
import { configOf } from '../deployment.js';

const found = (when: Partial<RuleInput['when']>, key = '{key}') =>
  unworkable(configOf([{ when, outputs: [{ style: 'image/resize,w_100', to: { bucket: 'out', key } }] }], 'throw')).map(
    ({ severity, code, where, fix }) => `${severity} ${code} ${where} → ${fix}`,
  );
const mb = 1024 * 1024;

describe('what cannot work as it was meant', () => {
  it.each<[Partial<RuleInput['when']>, string[]]>([
    [{}, []],
    [{ prefix: 'a/', exclude: ['a/raw/', 'a'], suffix: ['.JPG', '_small', 'x.y.png'], size: { max: 20 * mb } }, []],
    [
      { prefix: ['a/', 'b/'], exclude: ['raw/', 'b/raw/'] },
      ['warning excludeOutside rules[0].when.exclude → "a/raw/", if that is meant, or leave it out'],
    ],
    [{ prefix: '', exclude: ['raw/'] }, []],
    [{ suffix: ['.jpg', '.SVG', '.mp4'] }, ['warning suffixNoImage rules[0].when.suffix → leave it out']],
    [
      { suffix: ['.pdf'] },
      [
        'warning suffixNoImage rules[0].when.suffix → suffixes of images: .jpg, .jpeg, .png, .webp, .gif, .bmp, .tiff, .heic, .avif',
      ],
    ],
    [{ size: { max: 20 * mb + 1 } }, ['warning sizeTooLarge rules[0].when.size → max: 20971520']],
    [{ size: { min: 21 * mb } }, ['warning sizeTooLarge rules[0].when.size → max: 20971520, and a smaller min']],
    [{ size: { min: 1 } }, []],
    [{ size: { max: 0 } }, ['warning ruleNeverMatches rules[0].when.size → a max in bytes, or leave it out']],
  ])('%j', (when, expected) => {
    expect(found(when)).toEqual(expected);
  });

  it.each([
    ['{dir}/{file}', ['warning doubleSlash rules[0].outputs[0].to.key → "{dir}{file}"']],
    ['t/{dir}/{name}.webp', ['warning doubleSlash rules[0].outputs[0].to.key → "t/{dir}{name}.webp"']],
    ['jj//{key}', ['warning doubleSlash rules[0].outputs[0].to.key → "jj/{key}"']],
    ['p/{key}/', ['warning folderKey rules[0].outputs[0].to.key → "p/{key}"']],
    [
      'n/*/{key}',
      ['warning literalAsterisk rules[0].outputs[0].to.key → leave "*" out, or {dir} for the folder of the upload'],
    ],
    ['{dir}{file}', []],
    ['{dir}t/{file}', []],
  ])('%s', (key, expected) => {
    expect(found({}, key)).toEqual(expected);
  });

  it('says what becomes of the uploads', () => {
    const [first] = unworkable(configOf([{ when: { suffix: ['.pdf', '.docx'] } }]));
    expect(first?.message).toBe('OSS processes no ".pdf", ".docx": every upload that rule "r0" (rules[0]) takes fails');
  });
});
