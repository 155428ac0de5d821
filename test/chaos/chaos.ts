// `npm run chaos`: uploads, overwrites, deletions and re-creations while everything breaks; then whether anything was lost.

import { buildFunction } from '../../src/cli/build.js';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { parseDuration } from '../../src/local/faults/duration.js';
import { UserError } from '../../src/terminal/user-error.js';
import { runOutage } from './outage.js';
import { reportOf } from './report.js';
import { runChaos } from './run.js';

const options = {
  uploads: { value: 'N', help: 'how many uploads; deletions are not counted (default 500)' },
  seed: { value: 'N', help: 'decides the uploads and the faults (default: random)' },
  keys: { value: 'N', help: 'how many keys are in use at a time, each for a few uploads (default 20)' },
  'retry-interval': {
    value: 'TIME',
    help: 'time between the attempts of Function Compute: 0.5s, 10s, 60s … (default 10s)',
  },
  outage: {
    value: 'TIME',
    help: 'another test: 20 uploads a second while the function cannot reach OSS for this time: 30s, 10m',
  },
  'on-delete': { help: 'most rules remove derivatives with their source, and more objects are deleted' },
  json: { help: 'the result as one JSON object' },
} as const;

export const command: Command<typeof options> = {
  name: 'chaos',
  summary: 'Uploads to the embedded OSS while faults strike, and compares the results with a run without faults.',
  notes:
    'The function is the built one, in processes of its own; hours pass in seconds. The seed and the call decide\n' +
    'which fault strikes: the same seed does the same to the same calls, as far as the processes repeat\n' +
    'themselves. Exit code 1: something is lost or stale; each violation is printed with the whole history of its\n' +
    'key.',
  options,
  async run({ flags }) {
    const uploads = wholeNumber('uploads', flags.uploads ?? '500', 1, 1_000_000);
    const seed =
      flags.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', flags.seed, 0, 2 ** 31 - 1);
    const keys = wholeNumber('keys', flags.keys ?? '20', 1, 10_000);
    const retryInterval = duration('retry-interval', flags['retry-interval'] ?? '10s');
    const outage = flags.outage === undefined ? undefined : duration('outage', flags.outage);
    const { outdir } = await buildFunction();
    const common = { codeDir: outdir, seed, retryInterval, progress: (done: number) => show(`${done} uploads`) };
    const result =
      outage === undefined
        ? await runChaos({ ...common, uploads, keys, onDelete: flags['on-delete'] ?? false })
        : await runOutage({ ...common, outage });
    show('');
    process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : reportOf(result));
    return result.violations.length === 0 ? 0 : 1;
  },
};

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UserError(`--${flag} ${text}: expected a whole number from ${least} to ${most}`, 2);
}

function duration(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new UserError(`--${flag} ${text}: expected a time such as 0.5s, 10s or 60s`, 2);
}

function show(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

await runAsProcess(command, import.meta.url);
