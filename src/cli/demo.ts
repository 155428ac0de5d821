// `npm run demo`: a real OSS client uploads photos, the built function handles their events, the results are checked:
// all of it on this machine. With rules or photos of the user's own, nothing is expected, and what came is shown.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../deploy/configuration.js';
import { plainRules } from '../deploy/rules-file.js';
import { runOwnDemo } from '../local/demo/own.js';
import type { OwnPhoto } from '../local/demo/placement.js';
import type { DemoRow } from '../local/demo/row.js';
import { runDemo } from '../local/demo/run.js';
import { sampleObjects } from '../local/samples/objects.js';
import { printable } from '../rules/printable.js';
import { reasonOf, userPath } from '../terminal/file.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, type Input, runAsProcess } from './support/command.js';
import { findPhotos, keepApart } from './support/demo-photos.js';
import { demoTable, whereText } from './support/demo-report.js';
import { startEmbedded } from './support/embedded.js';

const options = {
  config: { value: 'FILE', help: 'the demo of these rules: JSON, or a module such as src/config.ts' },
  photos: { value: 'DIR', help: 'with the pictures of this folder, and of those below it' },
  out: { value: 'DIR', help: 'the folder for the originals and the results (default demo-output)' },
  json: { help: 'the rows as JSON' },
} as const;

type DemoInput = Input<typeof options>;

export const command: Command<typeof options> = {
  name: 'demo',
  summary: 'Uploads sample photos to an embedded OSS and shows what the function makes of them. No account needed.',
  notes:
    'With --photos alone, the rules are those of src/config.ts; with --config alone, the photos are the samples. The\n' +
    'path of a picture below DIR is its key, where some rule takes that; else it is put below the prefix of the first\n' +
    'rule that then takes it. Exit code 1: a result is missing, has failed, or differs from what is expected.',
  options,
  run: async (input) => {
    const { config, photos } = input.flags;
    return config === undefined && photos === undefined ? fixedDemo(input) : ownDemo(input);
  },
};

/** The demo's own rules and photos; what must come out is known. */
async function fixedDemo(input: DemoInput): Promise<number> {
  const folder = folderOf(input);
  prepare(folder);
  const start = (configFile: string, onLog: (line: string) => void) => startEmbedded({ configFile, onLog });
  const rows = await runDemo({ folder, start, progress: progressOf(input) });
  const wrong = rows.filter(({ problem }) => problem !== undefined).length;
  const verdict =
    wrong === 0 ? `${rows.length} results, every one as it must be.` : `${wrong} of ${rows.length} results are WRONG.`;
  show(input, folder, rows, [verdict]);
  return wrong > 0 ? 1 : 0;
}

async function ownDemo(input: DemoInput): Promise<number> {
  const { config, photos: dir } = input.flags;
  const folder = folderOf(input);
  // All is read before the folder is emptied: it may be in it.
  if (dir !== undefined) keepApart(dir, folder);
  const found = dir === undefined ? undefined : findPhotos(dir);
  const rules = config === undefined ? JSON.stringify(readConfig().input, null, 2) : await plainRules(config);
  prepare(folder);
  const configFile = join(folder, 'rules.json');
  writeFileSync(configFile, rules);
  const place = mkdtempSync(join(tmpdir(), 'oss-autostyle-demo-'));
  try {
    const photos = found?.photos ?? (await samplesIn(join(place, 'samples')));
    const dataDir = join(place, 'data');
    const start = (onLog: (line: string) => void) => startEmbedded({ configFile, dataDir, onLog });
    const { rows, moved } = await runOwnDemo({ folder, photos, start, progress: progressOf(input) });
    const count = (is: (row: DemoRow) => boolean) => rows.filter(is).length;
    const failed = count(({ problem }) => problem !== undefined);
    const skipped = count((row) => row.skipped !== undefined);
    const others = found?.others ?? 0;
    const [first] = moved;
    show(input, folder, rows, [
      `${countOf(photos.length, 'picture')}: ${countOf(rows.length - failed - skipped, 'result')} saved, ${skipped} skipped, ${failed} failed.`,
      ...(first === undefined
        ? []
        : [`No rule takes ${moved.length} of them under their own paths; e.g. ${first.path} was put at ${first.key}.`]),
      ...(others === 0 ? [] : [`${countOf(others, 'other file')} left alone.`]),
    ]);
    return failed > 0 ? 1 : 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function folderOf({ flags }: DemoInput): string {
  return userPath(flags.out ?? 'demo-output');
}

function progressOf({ flags, error }: DemoInput): (text: string) => void {
  return (text) => {
    if (!flags.json && process.stderr.isTTY) error(`${printable(text)}\n`);
  };
}

function show({ flags, out }: DemoInput, folder: string, rows: readonly DemoRow[], verdict: readonly string[]): void {
  if (flags.json) out(`${JSON.stringify({ folder, rows }, null, 2)}\n`);
  else out(`${[demoTable(rows), '', ...verdict.map(printable), whereText(folder)].join('\n')}\n`);
}

/** The sample photos as files, as a user has photos. */
async function samplesIn(folder: string): Promise<OwnPhoto[]> {
  mkdirSync(folder);
  return (await sampleObjects()).map(({ photo: { key, body }, ...object }) => {
    const file = join(folder, key);
    writeFileSync(file, body);
    return { path: object.key, file, size: body.length };
  });
}

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

await runAsProcess(command, import.meta.url);
