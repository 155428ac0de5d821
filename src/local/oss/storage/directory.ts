// A storage in a directory, which survives the process: BUCKET/bucket.json, BUCKET/objects/HASH.json,
// BUCKET/blobs/RANDOM. HASH is the SHA-256 of the key, so no key can name a path. The JSON describes all versions of
// its key, names their blobs and is renamed into place, so a crash leaves the old versions or the new ones, and at
// worst a blob that nothing names, removed at the next start. One process at a time: descriptions are read at start and
// kept in memory. The directory may be somebody else's: what has the name of something of the server's and is not that
// is refused, links are not followed, and nothing else is touched.

import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, read, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bucketName } from '../../../rules/oss-limits.js';
import { createCatalogue, type Entry, stagedOnce } from './catalogue.js';
import { blobName, type Description, descriptionName, objectName, readBucket, readVersions } from './description.js';
import { isLeftOver, makeFolder, openOwnFile, writeOwnFile } from './own-file.js';
import type { Storage } from './storage.js';

const readAt = promisify(read);

/**
 * The storage in `directory`, which is made when it is not there. Beside buckets it may hold files and folders that
 * cannot be taken for a bucket; they are left alone.
 * @throws Error that names the file when something in it is not what the server wrote.
 */
export function directoryStorage(directory: string): Storage {
  const blobPath = (bucket: string, blob: string) => join(directory, bucket, 'blobs', blob);
  const objectPath = (bucket: string, key: string) => join(directory, bucket, 'objects', descriptionName(key));
  const held = createCatalogue<string>((bucket, key, versions, former) => {
    if (versions.length === 0) rmSync(objectPath(bucket, key), { force: true });
    else writeOwnFile(objectPath(bucket, key), JSON.stringify({ versions } satisfies Description));
    const named = blobsOf(versions);
    for (const blob of blobsOf(former)) if (!named.has(blob)) rmSync(blobPath(bucket, blob), { force: true });
  });

  makeFolder(directory);
  const leftOver: string[] = [];
  for (const name of readdirSync(directory).filter((name) => bucketName.test(name))) {
    const folder = join(directory, name);
    const entries = entriesOf(folder);
    if (!entries.has('bucket.json')) {
      if (isUnfinished(folder, entries)) continue;
      throw new Error(`${folder} is not a bucket of the embedded OSS`);
    }
    held.saveBucket(readBucket(join(folder, 'bucket.json'), name));
    const blobs = entriesOf(join(folder, 'blobs'));
    const named = new Set<string>();
    for (const [entry, isFile] of entriesOf(join(folder, 'objects'))) {
      const path = join(folder, 'objects', entry);
      if (isFile && isLeftOver(entry, objectName)) leftOver.push(path);
      if (!objectName.test(entry)) continue;
      const versions = readVersions(path, entry);
      for (const { version, data } of versions) {
        if (data === undefined || version.deleteMarker) continue;
        if (named.has(data) || lstatSync(blobPath(name, data)).size !== version.size || !blobs.get(data)) {
          throw new Error(`${blobPath(name, data)} is not what ${path} says`);
        }
        named.add(data);
      }
      held.load(name, versions[0]?.version.key ?? '', versions);
    }
    for (const [blob, isFile] of blobs) {
      if (isFile && blobName.test(blob) && !named.has(blob)) leftOver.push(blobPath(name, blob));
    }
  }
  for (const path of leftOver) rmSync(path);

  return {
    ...held,
    saveBucket: (bucket) => {
      makeFolder(join(directory, bucket.name, 'objects'));
      makeFolder(join(directory, bucket.name, 'blobs'));
      writeOwnFile(join(directory, bucket.name, 'bucket.json'), JSON.stringify(bucket));
      held.saveBucket(bucket);
    },
    removeBucket: (name) => {
      // A bucket is empty by now. What somebody else has put into its folder stays, and so does the folder.
      rmSync(join(directory, name, 'bucket.json'), { force: true });
      for (const folder of ['objects', 'blobs', '.']) removeIfEmpty(join(directory, name, folder));
      held.removeBucket(name);
    },
    read: async (bucket, key, versionId) => {
      const { object, data } = held.require(bucket, key, versionId);
      // Opened before anything else can happen: an overwrite only unlinks the name.
      const file = openOwnFile(blobPath(bucket, data));
      try {
        return await readAll(file, object.size);
      } finally {
        closeSync(file);
      }
    },
    stage: async (bucket, body) => {
      const blob = randomUUID();
      await writeFile(blobPath(bucket, blob), body, { flag: 'wx' });
      return stagedOnce({
        commit: (object) => held.put(bucket, object, blob),
        discard: () => rmSync(blobPath(bucket, blob), { force: true }),
      });
    },
  };
}

/**
 * What is in a folder, and whether it is a regular file.
 * @throws Error that names the folder when it is something else, a link too
 */
function entriesOf(folder: string): ReadonlyMap<string, boolean> {
  if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a folder of the embedded OSS`);
  return new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile()]));
}

/** Whether the making, or the removal, of a bucket was broken off there. */
function isUnfinished(folder: string, entries: ReadonlyMap<string, boolean>): boolean {
  return [...entries].every(([name, isFile]) =>
    isFile
      ? isLeftOver(name, /^bucket\.json$/)
      : ['objects', 'blobs'].includes(name) && entriesOf(join(folder, name)).size === 0,
  );
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['EEXIST', 'ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function blobsOf(versions: readonly Entry<string>[]): ReadonlySet<string> {
  return new Set(versions.flatMap(({ data }) => data ?? []));
}

async function readAll(file: number, size: number): Promise<Buffer> {
  const body = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await readAt(file, body, at, size - at, at);
    if (bytesRead === 0) throw new Error('a blob is shorter than its description says');
    at += bytesRead;
  }
  return body;
}
