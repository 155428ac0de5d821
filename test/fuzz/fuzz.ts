// `npm run fuzz`: random events, styles and requests for the code that reads them. Exit code 1 when a check fails.
import { randomInt } from 'node:crypto';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { wholeNumber } from '../../src/cli/support/flag-value.js';
import { UserError } from '../../src/terminal/user-error.js';
import { showInPlace } from '../support/progress.js';
import { events } from './events.js';
import { relays } from './relays.js';
import { requests } from './requests.js';
import { styles } from './styles.js';
import { fuzzTarget, type Result, type Target } from './target.js';

const targets: readonly Target[] = [events, styles, requests, relays];

const options = {
  runs: { value: 'N', help: 'inputs for each check (default 100000)' },
  seed: { value: 'N', help: 'decides the inputs: the same seed gives the same inputs (default: random)' },
  json: { help: 'one JSON object: the seed and the results' },
} as const;

export const command: Command<typeof options> = {
  name: 'fuzz',
  summary: 'Feeds random input to the code that reads events, styles and requests, and checks what it guarantees.',
  operands: targets.map(({ name }) => `[${name}]`),
  options,
  async run({ flags, operands }) {
    const chosen = operands.length === 0 ? targets : operands.map(targetOf);
    const runs = wholeNumber('runs', flags.runs ?? '100000', 1, 1_000_000_000);
    const seed = wholeNumber('seed', flags.seed ?? String(randomInt(2 ** 31)), -(2 ** 31), 2 ** 31 - 1);
    const results: Result[] = [];
    for (const target of chosen) {
      results.push(
        ...(await fuzzTarget(target, { runs, seed, progress: (check, done) => showInPlace(`${check}: ${done}`) })),
      );
    }
    showInPlace('');
    const lines = [`seed ${seed}`, ...results.map(lineOf)];
    process.stdout.write(`${flags.json ? JSON.stringify({ seed, results }) : lines.join('\n')}\n`);
    return results.some(({ failure }) => failure !== undefined) ? 1 : 0;
  },
};

function targetOf(name: string): Target {
  const target = targets.find((known) => known.name === name);
  if (target === undefined) {
    throw new UserError(`'${name}' is no target: ${targets.map((known) => known.name).join(', ')}`, 2);
  }
  return target;
}

function lineOf({ target, check, runs, failure }: Result): string {
  const line = `${failure === undefined ? 'ok    ' : 'FAILED'} ${target}: ${check} (${runs} inputs)`;
  if (failure === undefined) return line;
  const again = `npm run fuzz -- ${target} --seed ${failure.seed} --runs 2000`;
  return `${line}\n       ${failure.message}\n       input: ${JSON.stringify(failure.input)}\n       again: ${again}`;
}

await runAsProcess(command, import.meta.url);
