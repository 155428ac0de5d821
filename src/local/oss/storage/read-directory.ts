// Reads a data directory at start; removes what a crash has left in it, and writes anew what older servers wrote. It
// reads all before it changes anything.

import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bucketName } from '../../../rules/oss-limits.js';
import {
  blobForm,
  type Described,
  descriptionForm,
  descriptionName,
  descriptionOf,
  formerForm,
  readBucket,
  readFormer,
  readVersion,
} from './description.js';
import { isLeftOver, writeOwnFile } from './own-file.js';
import type { Bucket } from './storage.js';

/** A bucket with the versions of its keys, newest first. */
export interface DirectoryBucket {
  bucket: Bucket;
  objects: ReadonlyMap<string, readonly Described[]>;
}

/** The description of a bucket that was removed, where somebody else's files kept its folder. */
export const removedName = 'removed-bucket.json';

/** A change that makes a folder what was read. */
type Repair = () => void;

/** The buckets in a directory. @throws Error that names what is not what a server wrote; then nothing is changed */
export function readDirectory(directory: string): readonly DirectoryBucket[] {
  const repairs: Repair[] = [];
  const buckets = readdirSync(directory)
    .filter((name) => bucketName.test(name))
    .flatMap((name) => {
      const folder = join(directory, name);
      const entries = entriesOf(folder);
      if (entries.has('bucket.json')) {
        return { bucket: readBucket(join(folder, 'bucket.json'), name), objects: readObjects(folder, repairs) };
      }
      if (entries.get(removedName) || isUnfinished(folder, entries)) return [];
      throw new Error(`${folder} is not a bucket of the embedded OSS`);
    });
  for (const repair of repairs) repair();
  return buckets;
}

function readObjects(folder: string, repairs: Repair[]): ReadonlyMap<string, readonly Described[]> {
  const objects = join(folder, 'objects');
  const files = entriesOf(objects);
  const read = <Read>(form: RegExp, reader: (path: string, name: string) => Read): Read[] =>
    [...files.keys()].filter((name) => form.test(name)).map((name) => reader(join(objects, name), name));
  const pathOf = ({ version, data }: Described) => join(objects, descriptionName(version.key, data.number));
  const former = read(formerForm, (path, name) => ({ path, entries: readFormer(path, name) }));
  const found = new Map(former.map(({ entries }) => [entries[0]?.version.key ?? '', [...entries]]));
  // Where an older server's file still is, its rewriting was broken off.
  const unfinished = new Set(found.keys());
  for (const entry of read(descriptionForm, readVersion).sort((a, b) => b.data.number - a.data.number)) {
    const { key, versionId } = entry.version;
    const newer = found.get(key) ?? [];
    found.set(key, newer);
    const isReplaced = newer.some(({ version }) => version.versionId === versionId);
    if (isReplaced || unfinished.has(key)) repairs.push(() => rmSync(pathOf(entry)));
    else newer.push(entry);
  }
  for (const { path, entries } of former) {
    for (const entry of entries) repairs.push(() => writeOwnFile(pathOf(entry), descriptionOf(entry)));
    repairs.push(() => rmSync(path));
  }
  for (const [name, isFile] of files) {
    const isOurs = isLeftOver(name, descriptionForm) || isLeftOver(name, formerForm);
    if (isFile && isOurs) repairs.push(() => rmSync(join(objects, name)));
  }
  checkBlobs(join(folder, 'blobs'), [...found.values()].flat(), pathOf, repairs);
  return found;
}

/** @throws Error that names a blob which is not what its description says */
function checkBlobs(
  folder: string,
  entries: readonly Described[],
  pathOf: (entry: Described) => string,
  repairs: Repair[],
): void {
  const blobs = entriesOf(folder);
  const named = new Set<string>();
  for (const entry of entries) {
    const { version, data } = entry;
    if (version.deleteMarker || data.blob === undefined) continue;
    const path = join(folder, data.blob);
    if (named.has(data.blob) || lstatSync(path).size !== version.size || !blobs.get(data.blob)) {
      throw new Error(`${path} is not what ${pathOf(entry)} says`);
    }
    named.add(data.blob);
  }
  for (const [blob, isFile] of blobs) {
    if (isFile && blobForm.test(blob) && !named.has(blob)) repairs.push(() => rmSync(join(folder, blob)));
  }
}

/**
 * What is in a folder, and whether it is a regular file.
 * @throws Error that names the folder when it is something else, a link too
 */
function entriesOf(folder: string): ReadonlyMap<string, boolean> {
  if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a folder of the embedded OSS`);
  return new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile()]));
}

/**
 * Whether the making, or the removal, of a bucket was broken off there; blobs that were on their way when their bucket
 * was removed may be left.
 */
function isUnfinished(folder: string, entries: ReadonlyMap<string, boolean>): boolean {
  const holdsOnly = (name: string, form: RegExp) =>
    [...entriesOf(join(folder, name))].every(([entry, isFile]) => isFile && form.test(entry));
  return [...entries].every(([name, isFile]) => {
    if (isFile) return isLeftOver(name, /^bucket\.json$/);
    return (name === 'objects' && holdsOnly(name, /^(?!)/)) || (name === 'blobs' && holdsOnly(name, blobForm));
  });
}
