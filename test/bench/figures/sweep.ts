// A sweep where OSS lets 50 process calls a second through, as it does by default, alone and beside live uploads.
import { underQuota } from '../quota/quota.js';
import { quantile } from '../statistics.js';
import type { Figure, Row } from './figure.js';
import { exactly } from './measured.js';

const common = { quota: 50, takes: 80, seconds: 60 };
/** Uploads a second: a fifth of the quota. */
const live = 10;

/** `sweep`: the calls a second that it may make at most; 25 is its share of the quota by default. */
const runs = {
  'the sweep alone, up to 100 calls a second': { live: 0, sweep: 100 },
  '10 uploads a second alone': { live },
  '10 uploads a second, and the sweep up to 25': { live, sweep: 25 },
  '10 uploads a second, and the sweep up to 100': { live, sweep: 100 },
};

export const sweep: Figure = {
  name: 'sweep',
  title: 'A sweep and live uploads for a minute, where OSS lets 50 process calls a second through, of 80 ms each',
  short: false,
  async run() {
    const rows: Row[] = [];
    for (const [of, run] of Object.entries(runs)) {
      const { swept, refused, waits } = await underQuota({ ...common, ...run });
      const waited = (share: number) => exactly(quantile(waits, share), 'ms');
      const mean = exactly(waits.reduce((sum, wait) => sum + wait, 0) / waits.length, 'ms');
      rows.push({
        of,
        values: {
          ...('sweep' in run && { 'swept a second': exactly(swept, ''), refused: exactly(refused * 100, '%') }),
          ...(run.live > 0 && {
            'upload, mean': mean,
            p50: waited(0.5),
            p95: waited(0.95),
            p99: waited(0.99),
            longest: waited(1),
          }),
        },
      });
    }
    return rows;
  },
};
