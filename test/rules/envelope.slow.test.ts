import { it } from 'vitest';
import { expectNoFeeding } from './instances.js';

it('in 10,000 random sequences of writes, nothing that an instance saves starts any', async () => {
  await expectNoFeeding(10_000);
});
