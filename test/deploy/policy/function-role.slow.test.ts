import { expect, it } from 'vitest';
import { tryRoles } from './relaying-roles.js';

it('suffices for 10,000 random configurations that relay, and none of its actions can be left out', async () => {
  const { made, needed } = await tryRoles(10_000);
  expect(needed.size).toBe(4);
  expect(made).toBeGreaterThan(3_000);
});
