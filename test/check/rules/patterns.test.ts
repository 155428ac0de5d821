import { describe, expect, it } from 'vitest';
import { unworkable } from '../../../src/check/rules/conditions.js';
import type { RuleInput } from '../../../src/rules/schema.js';
import { configOf } from '../deployment.js';

const found = (when: Partial<RuleInput['when']>) =>
  unworkable(
    configOf([{ when, outputs: [{ style: 'image/resize,w_100', to: { bucket: 'out', key: '{key}' } }] }], 'throw'),
  ).map(({ code, where, fix }) => `${code} ${where.replace('rules[0].when.', '')} → ${fix}`);

const folders = 'list the folders that are meant, one by one';
const suffixes = 'list the suffixes that are meant, one by one';

describe('a condition that is compared as it stands', () => {
  it.each<[Partial<RuleInput['when']>, string]>([
    [{ prefix: 'photos/*' }, 'literalAsterisk prefix → "photos/"'],
    [{ prefix: '*' }, 'literalAsterisk prefix → leave prefix out'],
    [{ prefix: ['a/', '**/b/'] }, `literalAsterisk prefix → ${folders}`],
    [{ prefix: 'a/*/b/' }, `literalAsterisk prefix → ${folders}`],
    [{ suffix: ['*.jpg'] }, 'literalAsterisk suffix → ".jpg"'],
    [{ suffix: ['*.*'] }, 'literalAsterisk suffix → leave suffix out'],
    [{ suffix: ['.jp*g'] }, `literalAsterisk suffix → ${suffixes}`],
    [{ prefix: 'a/', exclude: ['a/raw/**'] }, 'literalAsterisk exclude → "a/raw/"'],
    [{ prefix: 'r/', exclude: ['r/*.tmp'] }, `literalAsterisk exclude → ${folders}`],
    [{ prefix: 'c/', exclude: ['c/**'] }, `literalAsterisk exclude → ${folders}`],
    [{ prefix: ['a/', 'b/c/'], exclude: ['b/*'] }, `literalAsterisk exclude → ${folders}`],
    [{ prefix: 'k/?' }, `literalPattern prefix → ${folders}`],
    [{ prefix: '(x|y)/' }, `literalPattern prefix → ${folders}`],
    [{ prefix: '^z/' }, `literalPattern prefix → ${folders}`],
    [{ prefix: 'ee/[0-9]/' }, `literalPattern prefix → ${folders}`],
    [{ prefix: 's/{name}' }, `literalPattern prefix → ${folders}`],
    [{ prefix: 'v%20w/' }, 'literalPattern prefix → "v w/", unless keys really have the percent signs'],
    [{ prefix: 'v%ffw/' }, `literalPattern prefix → ${folders}`],
    [{ prefix: 'oss://photos/t/' }, 'literalPattern prefix → "t/"'],
    [{ suffix: ['.jpg,.png'] }, 'literalPattern suffix → a list: [".jpg", ".png"]'],
    [{ suffix: ['.jpg '] }, 'literalPattern suffix → ".jpg"'],
    [{ suffix: ['\\.jpg$'] }, `literalPattern suffix → ${suffixes}`],
  ])('%j', (when, expected) => {
    expect(found(when)).toEqual([expected]);
  });

  it.each<[Partial<RuleInput['when']>]>([
    [{ prefix: ['photos (1)/', 'a [x]/', '100%/', 'a$b/', 'a^b/', 'x|y/', 'a,b/', '{x}/'] }],
    [{ suffix: ['_small', '(1).jpg', ' 2.jpg', 'a,b.jpg'] }],
  ])('may be what is meant: %j', (when) => {
    expect(found(when)).toEqual([]);
  });
});
