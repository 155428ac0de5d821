// `npm run bench`: the function side by side with other ways to do its job, on one loopback OSS. Exit code 1 with
// `--check` where a budget is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { reasonOf } from '../../src/terminal/file.js';
import { showProgress } from '../../src/terminal/progress.js';
import { UserError } from '../../src/terminal/user-error.js';
import type { Figure } from './figures/figure.js';
import { figures } from './figures/figures.js';
import { openBench } from './lab.js';
import { allHeld, type Taken, takeFigures } from './run.js';
import { reportOf } from './table.js';

const options = {
  only: { value: 'NAME', help: 'this figure; can be given several times', multiple: true },
  short: { help: 'what has a budget, over plain HTTP, with fewer rounds and 3,000 events at most: about a minute' },
  check: {
    help: 'exit code 1 where a budget is missed, twice in a row; with --short, not for 15,000 events or 10,000 rules',
  },
  draw: { value: 'FOLDER', help: 'writes the curves of growth there, as SVG' },
  json: { help: 'the result as one JSON object' },
} as const;

export const command: Command<typeof options> = {
  name: 'bench',
  summary: 'Measures the function beside ali-oss, undici and node:http, on one loopback OSS, and holds its budgets.',
  options,
  notes: `Figures:\n${figures.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join('\n')}`,
  async run({ flags, out, error }) {
    const { short = false } = flags;
    const chosen = figuresNamed(flags.only ?? [], short);
    if (flags.draw !== undefined) makeFolder(flags.draw);
    const progress = showProgress('building', { terminal: process.stderr.isTTY ?? false, write: error });
    try {
      await using bench = await openBench({
        thorough: !short,
        wires: short ? ['http'] : ['http', 'tls'],
        step: progress.step,
      });
      const taken = await takeFigures(chosen, bench.fresh);
      progress.end();
      if (flags.draw !== undefined) drawInto(flags.draw, chosen, taken);
      const machine = machineOf(new Date());
      out(flags.json ? `${JSON.stringify({ ...machine, figures: taken })}\n` : reportOf(lineOf(machine), taken));
      return flags.check && !taken.every(allHeld) ? 1 : 0;
    } finally {
      progress.end();
    }
  },
};

/** @throws {UserError} (2) for a name that no figure has */
export function figuresNamed(names: readonly string[], short: boolean): readonly Figure[] {
  const unknown = names.find((name) => !figures.some((figure) => figure.name === name));
  if (unknown !== undefined) {
    throw new UserError(`--only ${unknown}: expected ${figures.map(({ name }) => name).join(', ')}`, 2);
  }
  return figures.filter((figure) => (names.length === 0 ? !short || figure.short : names.includes(figure.name)));
}

/** @throws {UserError} before anything is measured */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new UserError(`--draw ${folder} cannot be written to: ${reasonOf(cause)}`, 2, { cause });
  }
}

function drawInto(folder: string, chosen: readonly Figure[], taken: readonly Taken[]): void {
  for (const { name, draw } of chosen) {
    const rows = taken.find((one) => one.name === name)?.rows;
    if (draw !== undefined && rows !== undefined) writeFileSync(join(folder, `${name}.svg`), draw(rows));
  }
}

interface Machine {
  readonly date: string;
  readonly node: string;
  readonly system: string;
  readonly processors: string;
  /** Bytes. */
  readonly memory: number;
}

function machineOf(now: Date): Machine {
  const all = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    processors: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memory: totalmem(),
  };
}

function lineOf({ date, node, system, processors, memory }: Machine): string {
  return `${date}, Node.js ${node}, ${system}, ${processors}, ${(memory / 1e9).toFixed(0)} GB`;
}

await runAsProcess(command, import.meta.url);
