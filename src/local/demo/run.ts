// The demo: uploads the sample photos to an embedded OSS, waits for the function, checks the results, and writes all
// into a folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalCloud } from '../cloud.js';
import { photosAt, upload } from '../samples/objects.js';
import { checkResults } from './check.js';
import { demoPage } from './page.js';
import type { DemoRow } from './row.js';
import { demoRules, demoUploads, sourceBucket } from './rules.js';

export interface DemoOptions {
  readonly folder: string;
  /** Starts the embedded cloud with the rules of a file; every line that the function logs goes to `onLog`. */
  readonly start: (configFile: string, onLog: (line: string) => void) => Promise<LocalCloud>;
  readonly progress: (text: string) => void;
}

/** Gives a row for every expected result. */
export async function runDemo({ folder, start, progress }: DemoOptions): Promise<DemoRow[]> {
  progress('making the sample photos');
  const objects = await photosAt(demoUploads);
  const configFile = join(folder, 'rules.json');
  writeFileSync(configFile, `${JSON.stringify(demoRules, null, 2)}\n`);
  const log: string[] = [];
  const cloud = await start(configFile, (line) => log.push(line));
  try {
    progress(`uploading ${objects.length} photos to the embedded OSS at ${cloud.url}`);
    await upload(cloud.url, sourceBucket, objects);
    await cloud.idle();
    const rows = await checkResults(cloud.url, log, (key, body) => save(join(folder, 'results', key), body));
    for (const { key, photo } of objects) save(join(folder, 'originals', key), photo.body);
    writeFileSync(join(folder, 'index.html'), demoPage(rows));
    return rows;
  } finally {
    await cloud.close();
  }
}

function save(file: string, body: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body);
}
