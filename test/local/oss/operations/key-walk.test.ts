// The walk of listings over keys: what it finds, and how far it looks for it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonPrefix } from '../../../../src/local/oss/answer/listing.js';
import { type KeyWalk, walkKeys } from '../../../../src/local/oss/operations/key-walk.js';
import { compareKeys } from '../../../../src/rules/key-order.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\0', '目', '🎉', '\uFFFD'), maxLength: 4 });
const key = text.filter((one) => one !== '');

/** Every key looked at, from the first to the last. */
function slowly(keys: readonly string[], { prefix, delimiter, marker, inclusive = false }: KeyWalk): string[] {
  const found = new Set<string>();
  for (const one of keys) {
    const place = Buffer.compare(Buffer.from(one), Buffer.from(marker));
    if (!one.startsWith(prefix) || place < 0 || (place === 0 && !inclusive)) continue;
    const group = commonPrefix(one, prefix, delimiter);
    if (group === undefined || group !== marker) found.add(group ?? one);
  }
  return [...found];
}

test('finds what a look at every key finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 12 }), text, text, text, fc.boolean(), (some, ...rest) => {
      const [prefix, delimiter, marker, inclusive] = rest;
      const keys = some.sort(compareKeys);
      for (const walk of [
        { prefix: '', delimiter, marker, inclusive },
        { prefix, delimiter, marker, inclusive },
      ]) {
        const found = [...walkKeys(keys, walk)].map((item) => ('prefix' in item ? item.prefix : item.key));
        expect(found).toEqual(slowly(keys, walk));
      }
    }),
    { numRuns: 500 },
  );
});

test('looks at few of the keys that lie before a page or under a common prefix', () => {
  const all = Array.from(
    { length: 100_000 },
    (_, index) => `${String(index % 3)}/${String(index).padStart(6, '0')}`,
  ).sort();
  let looks = 0;
  const keys = new Proxy(all, {
    get: (target, name) => {
      if (name !== 'length') looks++;
      return Reflect.get(target, name);
    },
  });
  const walk = { prefix: '', delimiter: '/', marker: '0/' };
  expect([...walkKeys(keys, walk)]).toEqual([{ prefix: '1/' }, { prefix: '2/' }]);
  expect(walkKeys(keys, { prefix: '1/', delimiter: '', marker: '1/090000' }).next().value).toEqual({ key: '1/090001' });
  expect(looks).toBeLessThan(150);
});
