// `npm run chaos`: uploads, overwrites and deletions while faults strike; then it shows whether anything was lost.

import { randomInt } from 'node:crypto';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { milliseconds, wholeNumber } from '../../src/cli/support/flag-value.js';
import { buildFunction } from '../../src/deploy/build.js';
import { showInPlace } from '../support/progress.js';
import { runOutage } from './outage.js';
import { reportOf } from './report.js';
import { isVersioned, runChaos } from './run.js';

const options = {
  uploads: { value: 'N', help: 'how many uploads; deletions are not counted (default 500)' },
  seed: { value: 'N', help: 'decides the uploads and the faults (default: random)' },
  keys: { value: 'N', help: 'how many keys are in use at a time, each for a few uploads (default 20)' },
  'retry-interval': { value: 'TIME', help: 'time between the attempts of Function Compute (default 10s)' },
  outage: { value: 'TIME', help: 'another test: OSS cannot be reached for this time, at 20 uploads a second' },
  'on-delete': { help: 'most rules remove derivatives with their source, and more objects are deleted' },
  sweep: {
    value: 'N',
    help: 'so many sources are there before of which the function was not told; a sweep makes theirs meanwhile',
  },
  json: { help: 'the result as one JSON object' },
} as const;

export const command: Command<typeof options> = {
  name: 'chaos',
  summary: 'Uploads to the embedded OSS while faults strike, and compares the results with a run without faults.',
  notes:
    'The function is the built one, in processes of its own; hours pass in seconds. A TIME is 0.5s, 30s or 10m.\n' +
    'The same seed strikes the same calls with the same faults, as far as the processes repeat themselves.\n' +
    'With half of the seeds the source bucket has versioning, and versions are deleted too.\n' +
    'Exit code 1: something is lost or stale. Each violation is printed with the whole history of its key.',
  options,
  async run({ flags }) {
    const uploads = wholeNumber('uploads', flags.uploads ?? '500', 1, 1_000_000);
    const seed = wholeNumber('seed', flags.seed ?? String(randomInt(2 ** 31)), 0, 2 ** 31 - 1);
    const keys = wholeNumber('keys', flags.keys ?? '20', 1, 10_000);
    const retryInterval = milliseconds('retry-interval', flags['retry-interval'] ?? '10s');
    const outage = flags.outage === undefined ? undefined : milliseconds('outage', flags.outage);
    const sweep = flags.sweep === undefined ? undefined : wholeNumber('sweep', flags.sweep, 1, 100_000);
    const { outdir } = await buildFunction();
    const common = { codeDir: outdir, seed, retryInterval, progress: (done: number) => showInPlace(`${done} uploads`) };
    const result =
      outage === undefined
        ? await runChaos({
            ...common,
            uploads,
            keys,
            onDelete: flags['on-delete'] ?? false,
            versioned: isVersioned(seed),
            sweep,
          })
        : await runOutage({ ...common, outage });
    showInPlace('');
    process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : reportOf(result));
    return result.violations.length === 0 ? 0 : 1;
  },
};

await runAsProcess(command, import.meta.url);
