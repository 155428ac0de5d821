// Waits until the deployed function has taken a sweep up, so that whoever has begun it need not wonder.
import { sweepsPrefix } from '../sweep/newest.js';
import type { Sweep } from '../sweep/sweep.js';
import { client, type SweepWork } from './work.js';

/** ms. The timer comes once a minute, and a worker's turn after as many minutes as there are workers. */
const longest = 3 * 60_000;
const minute = 60_000;
const between = 2_000;

/** @returns whether it was taken up; `stopped`: the user did not wait @throws OssError */
export async function watchStart(work: SweepWork, { id, workers }: Sweep): Promise<'taken' | 'stopped' | 'not-taken'> {
  const { journal, now, sleep } = work;
  const prefix = `${sweepsPrefix(journal)}${id}/units/`;
  const limit = now() + longest + workers * minute;
  const progress = work.progress('reconcile: waiting for the timer of the function');
  let stopped = false;
  const stop = work.stopSignal().then(() => {
    stopped = true;
  });
  try {
    while (now() < limit) {
      const { objects } = await client(work).listObjects({ bucket: journal.bucket, prefix, limit: 1 });
      if (objects.length > 0) return 'taken';
      progress.step(
        `reconcile: waiting for the function's timer, at most ${Math.ceil((limit - now()) / 1_000)} s more`,
      );
      await Promise.race([sleep(between), stop]);
      if (stopped) return 'stopped';
    }
    return 'not-taken';
  } finally {
    progress.end();
  }
}

/** What may be wrong where nothing was taken up. */
export const notTakenText = [
  'the function has not begun: nothing is lost, and it begins as soon as it can. What may be wrong:',
  '  its bundle is older than this one: npm run deploy',
  '  it may not list or write below sweeps/ in the journal: npm run policy -- --reconcile',
  '  its rules are others than those here: npm run deploy, or --config, or CONFIG_URI',
  '  its timer is missing, or it is stopped: npm run doctor',
  '',
].join('\n');
