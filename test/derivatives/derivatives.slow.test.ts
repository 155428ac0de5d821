// What derivatives.test.ts has a sample of.
import { it } from 'vitest';
import { expectSameTargets } from './beside-function.js';

it('gives exactly the targets of the function and its reasons, for 10,000 random configurations', () => {
  expectSameTargets(10_000);
});
