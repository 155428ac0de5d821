// A storage in a directory, which survives the process: BUCKET/bucket.json, BUCKET/objects/HASH.json,
// BUCKET/blobs/RANDOM. HASH is the SHA-256 of the key, so no key can name a path. The JSON describes all versions of its
// key, names their blobs and is renamed into place, so a crash leaves the old versions or the new ones, and at worst a
// blob that nothing names, removed at the next start. One process at a time: descriptions are read at start and kept in
// memory.

import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCatalogue, type Entry, stagedOnce } from './catalogue.js';
import { type Bucket, nullVersion, type Storage, type StoredObject } from './storage.js';

/** What a file in `objects` holds: the versions of a key, newest first, `data` naming the blob. */
interface Description {
  versions: readonly Entry<string>[];
}

/** What it held before there were versions. */
interface FormerDescription {
  object: Omit<StoredObject, 'versionId'>;
  blob: string;
}

const readAt = promisify(read);

/**
 * The storage in `directory`, which is made when it is not there.
 * @throws Error that names the file when something in it cannot be read.
 */
export function directoryStorage(directory: string): Storage {
  const blobPath = (bucket: string, blob: string) => join(directory, bucket, 'blobs', blob);
  const objectPath = (bucket: string, key: string) => join(directory, bucket, 'objects', `${hash(key)}.json`);
  const held = createCatalogue<string>((bucket, key, versions, former) => {
    if (versions.length === 0) rmSync(objectPath(bucket, key), { force: true });
    else writeJson(objectPath(bucket, key), { versions } satisfies Description);
    const named = blobsOf(versions);
    for (const blob of blobsOf(former)) if (!named.has(blob)) rmSync(blobPath(bucket, blob), { force: true });
  });

  mkdirSync(directory, { recursive: true });
  for (const { name } of readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const file = join(directory, name, 'bucket.json');
    if (!existsSync(file)) continue;
    held.saveBucket(readJson<Bucket>(file, (bucket) => bucket.name === name));
    const named = new Set<string>();
    for (const entry of readdirSync(join(directory, name, 'objects')).filter((entry) => entry.endsWith('.json'))) {
      const path = join(directory, name, 'objects', entry);
      const versions = versionsIn(
        readJson<Description | FormerDescription>(path, (description) => {
          const keys = new Set(versionsIn(description).map(({ version }) => version.key));
          return keys.size === 1 && [...keys].every((key) => `${hash(key)}.json` === entry);
        }),
      );
      held.load(name, versions[0]?.version.key ?? '', versions);
      for (const blob of blobsOf(versions)) named.add(blob);
    }
    for (const blob of readdirSync(join(directory, name, 'blobs'))) {
      if (!named.has(blob)) rmSync(blobPath(name, blob));
    }
  }

  return {
    ...held,
    saveBucket: (bucket) => {
      mkdirSync(join(directory, bucket.name, 'objects'), { recursive: true });
      mkdirSync(join(directory, bucket.name, 'blobs'), { recursive: true });
      writeJson(join(directory, bucket.name, 'bucket.json'), bucket);
      held.saveBucket(bucket);
    },
    removeBucket: (name) => {
      rmSync(join(directory, name), { recursive: true, force: true });
      held.removeBucket(name);
    },
    read: async (bucket, key, versionId) => {
      const { object, data } = held.require(bucket, key, versionId);
      // Opened before anything else can happen: an overwrite only unlinks the name.
      const file = openSync(blobPath(bucket, data), 'r');
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

function versionsIn(description: Description | FormerDescription): readonly Entry<string>[] {
  if ('versions' in description) return description.versions;
  const { object, blob } = description;
  return [{ version: { ...object, versionId: nullVersion }, data: blob }];
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

function hash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, path);
}

/** Reads what writeJson wrote; `belongs` checks that it is the value for that name. */
function readJson<T>(path: string, belongs: (value: T) => boolean): T {
  try {
    const value: T = JSON.parse(readFileSync(path, 'utf8'));
    if (belongs(value)) return value;
  } catch (cause) {
    throw new Error(`${path} cannot be read as the embedded OSS wrote it`, { cause });
  }
  throw new Error(`${path} does not belong under that name`);
}
