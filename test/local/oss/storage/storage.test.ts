// One contract, two storages; and what only the directory promises: to survive, and that no key names a path.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { descriptionName } from '../../../../src/local/oss/storage/description.js';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { memoryStorage } from '../../../../src/local/oss/storage/memory.js';
import type { Storage, StoredObject } from '../../../../src/local/oss/storage/storage.js';
import { startOss } from '../fixture.js';
import { scratch } from './scratch.js';

const bucket = { name: 'photos', created: 1, acl: 'private' as const, styles: [] };
const object = (key: string, size: number, versionId = 'null'): StoredObject => ({
  key,
  versionId,
  size,
  etag: 'E',
  lastModified: 1000,
  type: 'Normal',
  headers: { 'x-oss-meta-a': '1' },
});

async function put(storage: Storage, key: string, text: string, versionId?: string): Promise<void> {
  const body = Buffer.from(text);
  (await storage.stage('photos', body)).commit(object(key, body.length, versionId));
}

const mark = (storage: Storage, key: string, versionId: string) =>
  storage.mark('photos', { key, versionId, lastModified: 1000, deleteMarker: true });

const ids = (storage: Storage, key = 'k') => storage.versions('photos', key).map(({ versionId }) => versionId);

describe.each([
  ['memory', memoryStorage],
  ['directory', () => directoryStorage(scratch())],
])('%s', (_, open) => {
  test('keeps what is committed, and only that', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    await storage.stage('photos', Buffer.from('never'));
    const dropped = await storage.stage('photos', Buffer.from('dropped'));
    dropped.discard();
    expect(() => dropped.commit(object('x', 7))).toThrow('not staged');
    expect(storage.keys('photos')).toEqual([]);
    await put(storage, 'k', 'one');
    await put(storage, 'k', 'two!');
    expect(storage.object('photos', 'k')).toEqual(object('k', 4));
    expect((await storage.read('photos', 'k')).toString()).toBe('two!');
    storage.remove('photos', 'k', 'null');
    storage.remove('photos', 'k', 'null');
    expect(storage.object('photos', 'k')).toBeUndefined();
    await expect(storage.read('photos', 'k')).rejects.toThrow('no object');
  });

  test('a read sees the bytes of its own moment', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    await put(storage, 'k', 'old');
    const reading = storage.read('photos', 'k');
    await put(storage, 'k', 'new bytes');
    storage.remove('photos', 'k', 'null');
    expect((await reading).toString()).toBe('old');
  });

  test('lists keys by their UTF-8 bytes', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    for (const key of ['z', '🎉', '\uFFFD', 'a/', 'a']) await put(storage, key, '');
    expect(storage.keys('photos')).toEqual(['a', 'a/', 'z', '\uFFFD', '🎉']);
    for (const key of ['A', '目', 'a!', 'a/']) await put(storage, key, '');
    expect(storage.keys('photos')).toEqual(['A', 'a', 'a!', 'a/', 'z', '目', '\uFFFD', '🎉']);
    for (const key of ['z', 'A', 'missing']) storage.remove('photos', key, 'null');
    mark(storage, 'a/', 'V1');
    expect(storage.keys('photos')).toEqual(['a', 'a!', '目', '\uFFFD', '🎉']);
    expect(storage.keysOfVersions('photos')).toEqual(['a', 'a!', 'a/', '目', '\uFFFD', '🎉']);
    expect(storage.isEmpty('photos')).toBe(false);
  });

  test('keeps versions by their ids, newest first, each with its bytes', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    await put(storage, 'k', 'none');
    await put(storage, 'k', 'first', 'V1');
    mark(storage, 'k', 'V2');
    expect(storage.object('photos', 'k')).toBeUndefined();
    expect([storage.keys('photos'), storage.keysOfVersions('photos')]).toEqual([[], ['k']]);
    await expect(storage.read('photos', 'k')).rejects.toThrow('no object');
    await expect(storage.read('photos', 'k', 'V2')).rejects.toThrow('no object');
    await put(storage, 'k', 'null again');
    expect(ids(storage)).toEqual(['null', 'V2', 'V1']);
    expect(storage.keys('photos')).toEqual(['k']);
    expect((await storage.read('photos', 'k')).toString()).toBe('null again');
    expect((await storage.read('photos', 'k', 'V1')).toString()).toBe('first');
    storage.remove('photos', 'k', 'null');
    storage.remove('photos', 'k', 'V2');
    expect(storage.object('photos', 'k')).toEqual(object('k', 5, 'V1'));
    storage.remove('photos', 'k', 'V1');
    expect([ids(storage), storage.keysOfVersions('photos')]).toEqual([[], []]);
  });

  test('describes a version anew in its place', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    await put(storage, 'k', 'first', 'V1');
    await put(storage, 'k', 'second', 'V2');
    storage.describe('photos', { ...object('k', 5, 'V1'), headers: {} });
    expect(ids(storage)).toEqual(['V2', 'V1']);
    expect(storage.versions('photos', 'k')[1]).toMatchObject({ headers: {} });
    expect((await storage.read('photos', 'k', 'V1')).toString()).toBe('first');
  });

  test('buckets', () => {
    const storage = open();
    storage.saveBucket({ ...bucket, name: 'b-2' });
    storage.saveBucket({ ...bucket, name: 'a-1' });
    storage.saveBucket({ ...bucket, name: 'a-1', acl: 'public-read' });
    expect(storage.buckets().map(({ name, acl }) => [name, acl])).toEqual([
      ['a-1', 'public-read'],
      ['b-2', 'private'],
    ]);
    storage.removeBucket('b-2');
    expect(storage.bucket('b-2')).toBeUndefined();
  });
});

/** Writes the description of k anew, as an older server had it. */
function asFormerly(directory: string, description: (blobs: string[]) => unknown): void {
  const [objects, blobs] = [join(directory, 'photos', 'objects'), join(directory, 'photos', 'blobs')];
  for (const name of readdirSync(objects)) rmSync(join(objects, name));
  const name = descriptionName('k', 1).replace('.1.', '.');
  writeFileSync(join(objects, name), JSON.stringify(description(readdirSync(blobs))));
}

describe('directory', () => {
  test('survives its process, keys of any kind and all', async () => {
    const directory = scratch();
    const keys = [
      '../../../../tmp/escape',
      'a/../b',
      '..',
      'a//b/',
      `${'长'.repeat(341)}`,
      '__proto__',
      'CON',
      'a\\b',
      'x:y|z',
    ];
    const first = await startOss({ storage: directoryStorage(directory) });
    for (const key of keys) {
      const path = `/photos/${encodeURIComponent(key)}`;
      const headers = { 'x-oss-meta-a': '1', 'x-oss-tagging': 'a=1&b=2' };
      expect((await first.wire({ method: 'PUT', path, key, body: key, headers })).status).toBe(200);
    }
    const style = '<Style><Content>image/flip,1</Content></Style>';
    await first.wire({
      method: 'PUT',
      path: '/photos?style&styleName=s',
      queries: { style: null, styleName: 's' },
      body: style,
    });
    const listed = (await first.client().list({})).objects;
    await first.stop();

    const second = await startOss({ storage: directoryStorage(directory) });
    for (const key of keys) {
      const got = await second.wire({ path: `/photos/${encodeURIComponent(key)}`, key });
      expect([got.text, got.headers['x-oss-meta-a'], got.headers['x-oss-tagging-count']]).toEqual([key, '1', '2']);
    }
    expect((await second.client().list({})).objects).toEqual(listed.map((o) => ({ ...o, url: expect.any(String) })));
    expect((await second.wire({ path: '/photos?style', queries: { style: null } })).text).toContain('image/flip,1');
    expect(readdirSync(directory).sort()).toEqual(['photos', 'photos-out']);
    expect(readdirSync(join(directory, 'photos', 'objects'))).toHaveLength(keys.length);
  });

  test('forgets bytes that no object names, keeps no previous version', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    await put(storage, 'k', 'one');
    await put(storage, 'k', 'two');
    await storage.stage('photos', Buffer.from('crashed before the commit'));
    const blobs = () => readdirSync(join(directory, 'photos', 'blobs')).length;
    expect(blobs()).toBe(2);
    expect((await directoryStorage(directory).read('photos', 'k')).toString()).toBe('two');
    expect(blobs()).toBe(1);
  });

  test('survives its process with its versions, and removes the bytes of one that goes', async () => {
    const directory = scratch();
    const first = directoryStorage(directory);
    first.saveBucket({ ...bucket, versioning: 'Enabled' });
    await put(first, 'k', 'one', 'V1');
    await put(first, 'k', 'two', 'V2');
    mark(first, 'k', 'V3');
    const second = directoryStorage(directory);
    expect(second.bucket('photos')?.versioning).toBe('Enabled');
    expect(second.versions('photos', 'k')).toEqual(first.versions('photos', 'k'));
    expect([second.keys('photos'), second.keysOfVersions('photos')]).toEqual([[], ['k']]);
    expect((await second.read('photos', 'k', 'V1')).toString()).toBe('one');
    second.remove('photos', 'k', 'V1');
    expect(readdirSync(join(directory, 'photos', 'blobs'))).toHaveLength(1);
    for (const id of ids(second)) second.remove('photos', 'k', id);
    expect(readdirSync(join(directory, 'photos', 'blobs'))).toEqual([]);
    expect(readdirSync(join(directory, 'photos', 'objects'))).toEqual([]);
  });

  test('reads an object as it was written before there were versions', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    await put(storage, 'k', 'x');
    const { versionId: _, ...former } = object('k', 1);
    asFormerly(directory, (blobs) => ({ object: former, blob: blobs[0] }));
    const again = directoryStorage(directory);
    expect(again.object('photos', 'k')).toEqual(object('k', 1));
    expect((await again.read('photos', 'k')).toString()).toBe('x');
    await put(again, 'k', 'y', 'V1');
    expect(ids(directoryStorage(directory))).toEqual(['V1', 'null']);
  });

  test('reads versions as they were written in one file, and writes them anew, also in two starts', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    await put(storage, 'k', 'one', 'V1');
    mark(storage, 'k', 'V2');
    const objects = join(directory, 'photos', 'objects');
    const [first = ''] = readdirSync(objects).sort();
    const unfinished = readFileSync(join(objects, first));
    asFormerly(directory, (blobs) => ({
      versions: storage
        .versions('photos', 'k')
        .map((version) => ({ version, data: version.deleteMarker ? undefined : blobs[0] })),
    }));
    writeFileSync(join(objects, first), unfinished);
    for (let start = 0; start < 2; start++) {
      const again = directoryStorage(directory);
      expect(again.versions('photos', 'k')).toEqual(storage.versions('photos', 'k'));
      expect((await again.read('photos', 'k', 'V1')).toString()).toBe('one');
      expect(readdirSync(objects).map((name) => name.split('.')[1])).toEqual(['1', '2']);
    }
  });

  test('writes the description of one version only, and shows the newest of two with the same id', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    const objects = join(directory, 'photos', 'objects');
    const files = () =>
      readdirSync(objects)
        .sort()
        .map((name) => [name, statSync(join(objects, name)).ino] as const);
    await put(storage, 'k', 'one', 'V1');
    await put(storage, 'k', 'null');
    const [one, none] = files();
    const [name = ''] = none ?? [];
    const replaced = readFileSync(join(objects, name), 'utf8');
    const blob = JSON.parse(replaced).data;
    await put(storage, 'k', 'two', 'V2');
    expect(files().slice(0, 2)).toEqual([one, none]);
    storage.describe('photos', { ...object('k', 3, 'V2'), headers: {} });
    await put(storage, 'k', 'null again');
    expect(files()).toHaveLength(3);
    expect(files()[0]).toEqual(one);
    // As a crash would leave it.
    writeFileSync(join(objects, name), replaced);
    writeFileSync(join(directory, 'photos', 'blobs', blob), 'null');
    const again = directoryStorage(directory);
    expect(again.versions('photos', 'k')).toEqual(storage.versions('photos', 'k'));
    expect((await again.read('photos', 'k')).toString()).toBe('null again');
    expect(files()).toHaveLength(3);
    expect(readdirSync(join(directory, 'photos', 'blobs'))).toHaveLength(3);
  });

  test('leaves no bytes of what could not be staged or committed', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    const blobs = join(directory, 'photos', 'blobs');
    async function* full() {
      yield Buffer.from('some');
      throw new Error('no space');
    }
    await expect(storage.stage('photos', full() as unknown as Buffer)).rejects.toThrow('no space');
    const staged = await storage.stage('photos', Buffer.from('x'));
    rmSync(join(directory, 'photos', 'objects'), { recursive: true });
    expect(() => staged.commit(object('k', 1))).toThrow('ENOENT');
    expect(readdirSync(blobs)).toEqual([]);
    expect(storage.object('photos', 'k')).toBeUndefined();
  });

  test('names the file that it cannot read', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    await put(storage, 'k', 'x');
    const [name = ''] = readdirSync(join(directory, 'photos', 'objects'));
    const file = join(directory, 'photos', 'objects', name);
    const right = readFileSync(file, 'utf8');
    for (const wrong of ['{', '{}', 'null', right.replace('"k"', '"other"')]) {
      writeFileSync(file, wrong);
      expect(() => directoryStorage(directory)).toThrow(file);
    }
    writeFileSync(file, right);
    expect(directoryStorage(directory).object('photos', 'k')?.size).toBe(1);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  test('leaves alone what is not its own, in a bucket that is removed too', async () => {
    const directory = scratch();
    for (const file of ['README', '.hidden', 'notes.txt']) writeFileSync(join(directory, file), 'mine');
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    const folder = join(directory, 'photos');
    const mine = [join(folder, 'notes.txt'), join(folder, 'blobs', 'notes.txt'), join(folder, 'objects', 'a.json')];
    for (const file of mine) writeFileSync(file, 'mine');
    const again = directoryStorage(directory);
    expect(again.buckets()).toHaveLength(1);
    again.removeBucket('photos');
    for (const file of [...mine, join(directory, 'README')]) expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test.each(['', 'objects', 'blobs'])('starts where a file of somebody else kept a removed bucket, in "%s"', (part) => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    const mine = join(directory, 'photos', part, '.DS_Store');
    writeFileSync(mine, 'mine');
    storage.removeBucket('photos');
    const again = directoryStorage(directory);
    expect(again.buckets()).toEqual([]);
    again.saveBucket(bucket);
    expect(directoryStorage(directory).buckets()).toEqual([bucket]);
    again.removeBucket('photos');
    expect(directoryStorage(directory).buckets()).toEqual([]);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
  });

  test('forgets a removed bucket whose folder somebody has removed', () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    rmSync(join(directory, 'photos'), { recursive: true });
    storage.removeBucket('photos');
    expect(storage.buckets()).toEqual([]);
  });

  test('removes a bucket whole, and takes up one whose making or removal was broken off', () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    rmSync(join(directory, 'photos', 'bucket.json'));
    writeFileSync(join(directory, 'photos', 'bucket.json.01234567-0123-4123-8123-0123456789ab.tmp'), '{');
    expect(directoryStorage(directory).buckets()).toEqual([]);
    // Bytes were on their way when the bucket was removed.
    writeFileSync(join(directory, 'photos', 'blobs', '01234567-0123-4123-8123-0123456789ab'), 'x');
    expect(directoryStorage(directory).buckets()).toEqual([]);
    rmSync(join(directory, 'photos'), { recursive: true });
    storage.saveBucket(bucket);
    expect(storage.isEmpty('photos')).toBe(true);
    storage.removeBucket('photos');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('forgets a description that was on its way', async () => {
    const directory = scratch();
    const storage = directoryStorage(directory);
    storage.saveBucket(bucket);
    await put(storage, 'k', 'x');
    const objects = join(directory, 'photos', 'objects');
    const [name = ''] = readdirSync(objects);
    writeFileSync(join(objects, `${name}.01234567-0123-4123-8123-0123456789ab.tmp`), '{');
    directoryStorage(directory);
    expect(readdirSync(objects)).toEqual([name]);
  });
});
