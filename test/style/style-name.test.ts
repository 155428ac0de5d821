import { expect, it } from 'vitest';
import { isStyleName } from '../../src/style/style-name.js';

it.each(['small', 'A_.-9', '.', 'x'.repeat(63)])('%s is a name', (name) => {
  expect(isStyleName(name)).toBe(true);
});
it.each(['', 'x'.repeat(64), 'a/b', 'a b', 'a|b', 'a\n', '样式', 'a,b'])('%j is none', (name) => {
  expect(isStyleName(name)).toBe(false);
});
