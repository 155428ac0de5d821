// `npm run demo`: photos uploaded by a real OSS client, events, the built function, OSS's image work, results; all local.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';
import { demoPage, type Row } from '../local/demo/page.js';
import { demoResults, demoRules, demoUploads, type Expected } from '../local/demo/rules.js';
import { readBlindWatermark } from '../local/image/blind-watermark/read.js';
import { localClient, type SampleObject, upload } from '../local/samples/objects.js';
import { samplePhotos } from '../local/samples.js';
import { reasonOf, userPath } from '../terminal/file.js';
import { bytesText, printable } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';
import { type Embedded, startEmbedded } from './support/embedded.js';

const options = {
  out: { value: 'DIR', help: 'the folder for the originals and the results (default demo-output)' },
  json: { help: 'the rows as JSON' },
} as const;

const sourceBucket = 'photos';
const resultBucket = 'photos-out';
export const command: Command<typeof options> = {
  name: 'demo',
  summary: 'Uploads sample photos to an embedded OSS and shows what the function makes of them. No account needed.',
  notes: 'Exit code 1: a result is missing, or differs from what is expected.',
  options,
  async run({ flags }) {
    const folder = userPath(flags.out ?? 'demo-output');
    prepare(folder);
    const progress =
      flags.json || !process.stderr.isTTY ? () => undefined : (text: string) => process.stderr.write(`${text}\n`);
    progress('making the sample photos');
    const photos = new Map((await samplePhotos()).map((photo) => [photo.key, photo]));
    const objects = demoUploads.flatMap(([name, key]): SampleObject[] => {
      const photo = photos.get(name);
      return photo === undefined ? [] : [{ key, photo }];
    });

    const configFile = join(folder, 'rules.json');
    writeFileSync(configFile, `${JSON.stringify(demoRules, null, 2)}\n`);
    const results: Result[] = [];
    const embedded = await startEmbedded({ configFile, onLog: (line) => results.push(...readResult(line)) });
    try {
      progress(`uploading ${objects.length} photos to the embedded OSS at ${embedded.url}`);
      await upload(embedded.url, sourceBucket, objects);
      await embedded.idle();
      const rows = await check(embedded, folder, results);
      for (const { key, photo } of objects) save(join(folder, 'originals'), key, photo.body);
      writeFileSync(join(folder, 'index.html'), demoPage(rows));
      process.stdout.write(flags.json ? `${JSON.stringify({ folder, rows }, null, 2)}\n` : report(rows, folder));
      return rows.some(({ problem }) => problem !== undefined) ? 1 : 0;
    } finally {
      await embedded.close();
    }
  },
};

/** What the function logged of one output. */
type Result = Readonly<Record<string, unknown>>;

function readResult(line: string): Result[] {
  if (!line.startsWith('{')) return [];
  const entry = JSON.parse(line) as Result;
  return entry['event'] === 'result' ? [entry] : [];
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

/** Fetches every expected result with the OSS client and holds it against its literal dimensions. */
async function check({ url }: Embedded, folder: string, results: readonly Result[]): Promise<Row[]> {
  const client = localClient(url, resultBucket);
  const rows: Row[] = [];
  for (const expected of demoResults) {
    const source = `oss://${sourceBucket}/${expected.source}`;
    const target = `oss://${resultBucket}/${expected.target}`;
    const result = results.find((one) => one['source'] === source && one['target'] === target);
    const row = { source, rule: String(result?.['rule'] ?? '?'), style: String(result?.['style'] ?? '?'), target };
    if (result?.['status'] !== 'saved') {
      rows.push({ ...row, problem: failureOf(result) });
      continue;
    }
    const { content } = await client.get(expected.target);
    save(join(folder, 'results'), expected.target, content);
    const { width, height, format } = await sharp(content).metadata();
    const hidden = expected.hidden === undefined ? undefined : (await readBlindWatermark(content))?.text;
    const problem = problemOf(expected, { width, height, format, hidden });
    rows.push({
      ...row,
      bytes: content.length,
      width,
      height,
      ms: Number(result['ms']),
      ...(hidden === undefined ? {} : { hidden }),
      ...(problem === undefined ? {} : { problem }),
    });
  }
  return rows;
}

function problemOf(
  expected: Expected,
  { width, height, format, hidden }: { width: number; height: number; format: string; hidden: string | undefined },
): string | undefined {
  if (width !== expected.width || height !== expected.height || format !== expected.format) {
    return `is ${format} ${width}×${height}, not ${expected.format} ${expected.width}×${expected.height}`;
  }
  if (hidden !== expected.hidden) return `hides ${JSON.stringify(hidden)}, not ${JSON.stringify(expected.hidden)}`;
  return undefined;
}

function failureOf(result: Result | undefined): string {
  const error = result?.['error'] as { code?: string; message?: string } | undefined;
  return error === undefined ? 'there is no result' : `${error.code}: ${error.message}`;
}

function save(folder: string, key: string, body: Buffer): void {
  const file = join(folder, key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body);
}

function report(rows: readonly Row[], folder: string): string {
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
