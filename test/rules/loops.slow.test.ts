import { it } from 'vitest';
import { expectNoLoops } from './proofs.js';

it('whatever is accepted ends after the first generation, and a tenth to nine tenths are', () => {
  expectNoLoops(10_000);
});
