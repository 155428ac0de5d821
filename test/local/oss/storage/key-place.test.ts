// The search in sorted keys.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf } from '../../../../src/local/oss/storage/key-place.js';
import { compareKeys } from '../../../../src/rules/key-order.js';

const key = fc
  .array(fc.constantFrom('', '\0', 'a', 'b', '/', '目', '\uE000', '🎉'), { maxLength: 5 })
  .map((units) => units.join(''));

test('the place of a key is behind all that are before it', () => {
  fc.assert(
    fc.property(fc.array(key), key, (some, sought) => {
      const keys = some.sort(compareKeys);
      const before = (one: string) => compareKeys(one, sought) < 0;
      expect(placeOf(keys, before)).toBe(keys.filter(before).length);
    }),
  );
});
