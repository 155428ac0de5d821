// A storage in a directory, which survives the process: BUCKET/bucket.json, BUCKET/objects/HASH.NUMBER.json,
// BUCKET/blobs/RANDOM. HASH is the SHA-256 of the key, so no key can name a path. Each JSON describes one version,
// names its blob and is renamed into place; the numbers of a key grow, and a version that takes the place of one with
// its id is written before that one's files go. So a crash leaves the old version or the new one, and at worst files
// that nothing needs, removed at the next start. One process at a time: descriptions are read at start and kept in
// memory. The directory may be somebody else's: what has the name of something of the server's and is not that is
// refused, links are not followed, and nothing else is touched.

import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, read, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCatalogue, stagedOnce } from './catalogue.js';
import { type Described, descriptionName, descriptionOf, maxNumber } from './description.js';
import { makeFolder, openOwnFile, removeIfEmpty, writeOwnFile } from './own-file.js';
import { readDirectory, removedName } from './read-directory.js';
import type { DeleteMarker, Storage, StoredObject } from './storage.js';

const readAt = promisify(read);

/**
 * The storage in `directory`, which is made when it is not there. Beside buckets it may hold files and folders that
 * cannot be taken for a bucket; they are left alone.
 * @throws Error that names the file when something in it is not what the server wrote.
 */
export function directoryStorage(directory: string): Storage {
  const blobPath = (bucket: string, blob: string) => join(directory, bucket, 'blobs', blob);
  const write = (bucket: string, { version, data }: Described): void => {
    const path = join(directory, bucket, 'objects', descriptionName(version.key, data.number));
    writeOwnFile(path, descriptionOf({ version, data }));
  };
  const removeFiles = (bucket: string, { version, data }: Described): void => {
    rmSync(join(directory, bucket, 'objects', descriptionName(version.key, data.number)), { force: true });
    if (data.blob !== undefined) rmSync(blobPath(bucket, data.blob), { force: true });
  };

  makeFolder(directory);
  const held = createCatalogue<Described['data']>();
  for (const { bucket, objects } of readDirectory(directory)) {
    held.saveBucket(bucket);
    for (const [key, entries] of objects) held.load(bucket.name, key, entries);
  }

  const find = (bucket: string, key: string, versionId: string) =>
    held.entries(bucket, key).find(({ version }) => version.versionId === versionId);
  const put = (bucket: string, version: StoredObject | DeleteMarker, blob?: string): void => {
    const { key, versionId } = version;
    const number = (held.entries(bucket, key)[0]?.data.number ?? 0) + 1;
    if (number > maxNumber) throw new Error(`${key} in ${bucket} has had too many versions`);
    const replaced = find(bucket, key, versionId);
    const entry = { version, data: { number, blob } };
    write(bucket, entry);
    held.put(bucket, entry);
    if (replaced) removeFiles(bucket, replaced);
  };

  return {
    ...held.view,
    saveBucket: (bucket) => {
      makeFolder(join(directory, bucket.name, 'objects'));
      makeFolder(join(directory, bucket.name, 'blobs'));
      writeOwnFile(join(directory, bucket.name, 'bucket.json'), JSON.stringify(bucket));
      held.saveBucket(bucket);
    },
    removeBucket: (name) => {
      removeFolder(join(directory, name));
      held.removeBucket(name);
    },
    read: async (bucket, key, versionId) => {
      const { object, data } = held.object(bucket, key, versionId);
      // Opened before anything else can happen: an overwrite only unlinks the name.
      const file = openOwnFile(blobPath(bucket, data.blob ?? ''));
      try {
        return await readAll(file, object.size);
      } finally {
        closeSync(file);
      }
    },
    stage: async (bucket, body) => {
      const blob = randomUUID();
      const discard = () => rmSync(blobPath(bucket, blob), { force: true });
      try {
        await writeFile(blobPath(bucket, blob), body, { flag: 'wx' });
      } catch (error) {
        discard();
        throw error;
      }
      return stagedOnce({ commit: (object) => put(bucket, object, blob), discard });
    },
    mark: (bucket, marker) => put(bucket, marker),
    describe: (bucket, object) => {
      const found = find(bucket, object.key, object.versionId);
      if (!found) return;
      write(bucket, { ...found, version: object });
      held.describe(bucket, object);
    },
    remove: (bucket, key, versionId) => {
      const found = find(bucket, key, versionId);
      if (!found) return;
      removeFiles(bucket, found);
      held.remove(bucket, key, versionId);
    },
  };
}

/**
 * Removes the folder of a bucket, which has no versions. What somebody else has put into it stays, and so does the
 * folder: the name of its description then tells it from one that never was a bucket's.
 */
function removeFolder(folder: string): void {
  const [description, removed] = [join(folder, 'bucket.json'), join(folder, removedName)];
  if (!existsSync(description)) return;
  renameSync(description, removed);
  for (const part of ['objects', 'blobs']) removeIfEmpty(join(folder, part));
  if (readdirSync(folder).length === 1) rmSync(removed);
  removeIfEmpty(folder);
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
