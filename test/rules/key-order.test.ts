// The order of keys.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../src/rules/key-order.js';

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
