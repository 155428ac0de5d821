// The demo of the user's own rules and photos: nothing is expected; what the function has logged is what is shown.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Rule } from '../../rules/rule.js';
import type { LocalCloud } from '../cloud.js';
import { localClient } from '../samples/objects.js';
import { demoPage } from './page.js';
import { type OwnPhoto, type Placed, placePhotos } from './placement.js';
import { type DemoRow, failureOf, type LoggedResult, resultsIn } from './row.js';

export interface OwnDemoOptions {
  readonly folder: string;
  readonly photos: readonly OwnPhoto[];
  /** Starts the embedded cloud with the user's rules; every line that the function logs goes to `onLog`. */
  readonly start: (
    onLog: (line: string) => void,
  ) => Promise<LocalCloud & { readonly config: { rules: readonly Rule[] } }>;
  readonly progress: (text: string) => void;
}

export interface OwnDemo {
  readonly rows: readonly DemoRow[];
  /** Photos that were put below a prefix, since no rule takes them under their own paths. */
  readonly moved: readonly Placed[];
}

/** Gives a row for every result, and for every photo without one. */
export async function runOwnDemo({ folder, photos, start, progress }: OwnDemoOptions): Promise<OwnDemo> {
  const log: string[] = [];
  const cloud = await start((line) => log.push(line));
  try {
    const { placed, left } = placePhotos(photos, cloud.config.rules);
    const notUploaded = left.map(({ photo, why }): DemoRow => {
      keepOriginal(folder, photo);
      return { source: photo.path, original: photo.path, rule: '–', style: '', skipped: why };
    });
    const unread: DemoRow[] = [];
    const sent: Placed[] = [];
    for (const photo of placed) {
      progress(`uploading ${sent.length + 1} of ${placed.length} photos to the embedded OSS at ${cloud.url}`);
      try {
        // From the disk: a folder of photos may be larger than memory.
        await localClient(cloud.url, photo.bucket).put(photo.key, photo.file);
        keepOriginal(folder, photo);
        sent.push(photo);
      } catch (error) {
        const { message } = error as Error;
        unread.push({ source: photo.path, original: photo.path, rule: '–', style: '', problem: message });
      }
    }
    progress('waiting for the function');
    await cloud.idle();
    const results = resultsIn(log);
    const rows: DemoRow[] = [];
    for (const photo of sent) {
      const source = `oss://${photo.bucket}/${photo.key}`;
      const own = results.filter((result) => result['source'] === source);
      if (own.length === 0) rows.push(rowOf(photo, source, undefined));
      for (const result of lastOf(own)) rows.push(await withFile(rowOf(photo, source, result), cloud.url, folder));
    }
    const all = [...rows, ...unread, ...notUploaded];
    writeFileSync(join(folder, 'index.html'), demoPage(all));
    return { rows: all, moved: sent.filter(({ path, key }) => path !== key) };
  } finally {
    await cloud.close();
  }
}

/** The last result of each target: the function may have tried again. */
function lastOf(results: readonly LoggedResult[]): readonly LoggedResult[] {
  return [...new Map(results.map((result) => [result['target'], result])).values()];
}

function rowOf({ path }: Placed, source: string, result: LoggedResult | undefined): DemoRow {
  const text = (name: string) => (typeof result?.[name] === 'string' ? result[name] : undefined);
  const about = {
    source,
    original: path,
    rule: text('rule') ?? '–',
    style: text('style') ?? '',
    target: text('target'),
  };
  if (result?.['status'] === 'skipped') return { ...about, skipped: text('reason') };
  if (result?.['status'] !== 'saved') return { ...about, problem: failureOf(result) };
  return { ...about, ms: Number(result['ms']) };
}

async function withFile(row: DemoRow, url: string, folder: string): Promise<DemoRow> {
  const [, bucket = '', key = ''] = /^oss:\/\/([^/]+)\/(.+)$/s.exec(row.target ?? '') ?? [];
  if (row.ms === undefined || key === '') return row;
  const { content } = await localClient(url, bucket).get(key);
  const file = keepResult(folder, bucket, key, content);
  const found = await sharp(content)
    .metadata()
    .catch(() => undefined);
  return { ...row, file, bytes: content.length, width: found?.width, height: found?.height };
}

function keepOriginal(folder: string, { path, file }: OwnPhoto): void {
  const copy = join(folder, 'originals', path);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(file, copy);
}

/** Writes a result under its key, or, where a file cannot have that name, under a digest of it. */
function keepResult(folder: string, bucket: string, key: string, body: Buffer): string {
  const usual = /(?:^|\/)(?:\.{0,2}(?:\/|$)|[^/]{200})|[\0\\]/.test(key) ? undefined : `${bucket}/${key}`;
  const other = `${bucket}/${createHash('sha256').update(key).digest('hex')}`;
  for (const file of usual === undefined ? [other] : [usual, other]) {
    try {
      mkdirSync(dirname(join(folder, 'results', file)), { recursive: true });
      writeFileSync(join(folder, 'results', file), body);
      return file;
    } catch (error) {
      // Keys may be such that one is a folder of another.
      if (file === other) throw error;
    }
  }
  return other;
}
