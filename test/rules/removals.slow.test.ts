import { it } from 'vitest';
import { expectNoForeignRemovals } from './proofs.js';

it('whatever is accepted removes only what is its own, and a tenth to nine tenths are', () => {
  expectNoForeignRemovals(10_000);
});
