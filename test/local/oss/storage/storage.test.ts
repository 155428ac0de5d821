// One contract, two storages; and what only the directory promises: to survive, and that no key names a path.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { memoryStorage } from '../../../../src/local/oss/storage/memory.js';
import type { Storage, StoredObject } from '../../../../src/local/oss/storage/storage.js';
import { startOss } from '../fixture.js';

const bucket = { name: 'photos', created: 1, acl: 'private' as const, styles: [] };
const object = (key: string, size: number): StoredObject => ({
  key,
  size,
  etag: 'E',
  lastModified: 1000,
  type: 'Normal',
  headers: { 'x-oss-meta-a': '1' },
});

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-oss-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function put(storage: Storage, key: string, text: string): Promise<void> {
  const body = Buffer.from(text);
  (await storage.stage('photos', body)).commit(object(key, body.length));
}

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
    storage.remove('photos', 'k');
    storage.remove('photos', 'k');
    expect(storage.object('photos', 'k')).toBeUndefined();
    await expect(storage.read('photos', 'k')).rejects.toThrow('no object');
  });

  test('a read sees the bytes of its own moment', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    await put(storage, 'k', 'old');
    const reading = storage.read('photos', 'k');
    await put(storage, 'k', 'new bytes');
    storage.remove('photos', 'k');
    expect((await reading).toString()).toBe('old');
  });

  test('lists keys by their UTF-8 bytes', async () => {
    const storage = open();
    storage.saveBucket(bucket);
    for (const key of ['z', '🎉', '\uFFFD', 'a/', 'a', 'A', '目', 'a!']) await put(storage, key, '');
    expect(storage.keys('photos')).toEqual(['A', 'a', 'a!', 'a/', 'z', '目', '\uFFFD', '🎉']);
    storage.remove('photos', 'z');
    expect(storage.keys('photos')).not.toContain('z');
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
      expect((await first.wire({ method: 'PUT', path, key, body: key, headers: { 'x-oss-meta-a': '1' } })).status).toBe(
        200,
      );
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
      expect([got.text, got.headers['x-oss-meta-a']]).toEqual([key, '1']);
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

  test('leaves alone what is not its own', () => {
    const directory = scratch();
    writeFileSync(join(directory, 'README'), 'mine');
    directoryStorage(directory).saveBucket(bucket);
    expect(readFileSync(join(directory, 'README'), 'utf8')).toBe('mine');
    expect(directoryStorage(directory).buckets()).toHaveLength(1);
  });
});
