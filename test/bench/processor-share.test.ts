import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { spawnWithShare } from './processor-share.js';

/** Uses 80 ms of the processor, and says how long that has taken. */
const busy = `
  const began = performance.now();
  const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const before = used();
  while (used() - before < 80);
  console.error((performance.now() - began) / (used() - before));
`;

// By SIGSTOP where there are no cgroups; Windows has neither.
it.skipIf(process.platform === 'win32').each([
  ['whatever the machine has', true],
  ['stopping and continuing', false],
])('a tenth of a processor, by %s, takes several times as long', async (_, byQuota) => {
  const child = spawnWithShare(0.1, process.execPath, ['-e', busy], process.env, byQuota);
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  // Much else to do only makes it slower. The rhythm may have it run for longer, once.
  expect(Number(said)).toBeGreaterThan(3);
});
