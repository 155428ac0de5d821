// `npm run demo`: a real OSS client uploads photos, the built function handles their events, the results are checked:
// all of it on this machine.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DemoRow } from '../local/demo/check.js';
import { sourceBucket } from '../local/demo/rules.js';
import { runDemo } from '../local/demo/run.js';
import { printable } from '../rules/printable.js';
import { reasonOf, userPath } from '../terminal/file.js';
import { bytesText } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';
import { startEmbedded } from './support/embedded.js';

const options = {
  out: { value: 'DIR', help: 'the folder for the originals and the results (default demo-output)' },
  json: { help: 'the rows as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'demo',
  summary: 'Uploads sample photos to an embedded OSS and shows what the function makes of them. No account needed.',
  notes: 'Exit code 1: a result is missing, or differs from what is expected.',
  options,
  async run({ flags, out, error }) {
    const folder = userPath(flags.out ?? 'demo-output');
    prepare(folder);
    const progress = (text: string) => {
      if (!flags.json && process.stderr.isTTY) error(`${text}\n`);
    };
    const start = (configFile: string, onLog: (line: string) => void) => startEmbedded({ configFile, onLog });
    const rows = await runDemo({ folder, start, progress });
    out(flags.json ? `${JSON.stringify({ folder, rows }, null, 2)}\n` : report(rows, folder));
    return rows.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
};

/** Says that a folder is the demo's, which may write it again. */
const marker = '.oss-autostyle-demo';

/** A folder of the demo's own is emptied; one with anything else in it is left alone. */
function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const there = readdirSync(folder);
    if (there.length > 0 && !there.includes(marker)) {
      throw new UserError(
        `--out ${folder} holds other files: expected a new or empty folder, or one of an earlier demo`,
        2,
      );
    }
    for (const part of there) rmSync(join(folder, part), { recursive: true, force: true });
    writeFileSync(join(folder, marker), '');
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`--out ${folder} cannot be written: ${reasonOf(cause)}`, 2, { cause });
  }
}

function report(rows: readonly DemoRow[], folder: string): string {
  const cells = rows.map((row) => [
    row.source.replace(`oss://${sourceBucket}/`, ''),
    row.rule,
    row.target.replace('oss://', ''),
    row.width === undefined ? '–' : `${row.width}×${row.height}`,
    row.bytes === undefined ? '–' : bytesText(row.bytes),
    row.ms === undefined ? '–' : `${row.ms} ms`,
    row.problem ?? (row.hidden === undefined ? row.style : `${row.style}  reads: ${row.hidden}`),
  ]);
  const wrong = rows.filter(({ problem }) => problem !== undefined).length;
  const saved = rows.filter(({ bytes }) => bytes !== undefined).length;
  const shown = relative(process.cwd(), folder) || '.';
  return [
    table([['source', 'rule', 'target', 'size', 'bytes', 'time', 'style'], ...cells]),
    '',
    wrong === 0 ? `${saved} results, every one as it must be.` : `${wrong} of ${rows.length} results are WRONG.`,
    `Originals, results and index.html are in ${shown.startsWith('..') ? folder : `${shown}/`}`,
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const printed = rows.map((row) => row.map(printable));
  const widths = (printed[0] ?? []).map((_, column) => Math.max(...printed.map((row) => columns(row[column] ?? ''))));
  return printed
    .map((row) =>
      row
        .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - columns(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How many columns a terminal gives a text: Chinese characters and emoji take two. */
function columns(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]|[^\0-\uffff]/u.test(character) ? 2 : 1),
    0,
  );
}

await runAsProcess(command, import.meta.url);
