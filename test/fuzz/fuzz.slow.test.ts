// A fifth of what `npm run fuzz` does, from another seed each time.
import { it } from 'vitest';
import { events } from './events.js';
import { expectToHold } from './hold.js';
import { relays } from './relays.js';
import { requests } from './requests.js';
import { styles } from './styles.js';

const all = [styles, events, requests, relays].flatMap((target) =>
  Object.keys(target.checks).map((check) => ({ target, check })),
);

it.each(all)('$target.name: $check', async ({ target, check }) => {
  await expectToHold(target, check, 20_000);
});
