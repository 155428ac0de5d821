// The order of keys, and the search in it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys, placeOf } from '../../../../src/local/oss/storage/key-order.js';

const unit = fc.constantFrom('', '\0', 'a', 'b', '/', '~', '目', '\uD7FF', '\uE000', '\uFFFD', '🎉', '😀');
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(unit, { maxLength: 5 }).map((units) => units.join('')),
);

test('is that of the UTF-8 bytes', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('the place of a key is behind all that are before it', () => {
  fc.assert(
    fc.property(fc.array(key), key, (some, sought) => {
      const keys = some.sort(compareKeys);
      const before = (one: string) => compareKeys(one, sought) < 0;
      expect(placeOf(keys, before)).toBe(keys.filter(before).length);
    }),
  );
});
