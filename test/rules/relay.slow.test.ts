import { it } from 'vitest';
import { expectProofsIgnoreRelays } from './proofs.js';

it('10,000 random configurations are judged with headers, tags and AVIF as without them', () => {
  expectProofsIgnoreRelays(10_000);
});
