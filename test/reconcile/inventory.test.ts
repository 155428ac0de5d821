// Inventories as OSS documents them, and as somebody may have written them: read from the embedded OSS, in parts.
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import type { ListedObject } from '../../src/oss/list.js';
import { type Inventory, openInventory } from '../../src/reconcile/inventory.js';
import { createReader } from '../../src/remote/large-object.js';
import { UserError } from '../../src/terminal/user-error.js';
import { accessKey, startOss, type TestOss } from '../local/oss/fixture.js';

const folder = 'inventory/photos/daily/';
const manifestKey = `${folder}2026-11-29T00-00Z/manifest.json`;
const dataKey = (at: number): string =>
  `${folder}data/a1574226-b5e5-40ee-91df-356845777c04${at > 0 ? `-${at}` : ''}.csv.gz`;

// The sample of the documentation, with the fields of all versions.
const sample = {
  creationTimestamp: '1642994594',
  destinationBucket: 'photos-out',
  fileFormat: 'CSV',
  fileSchema:
    'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, StorageClass, LastModifiedDate, ETag, IsMultipartUploaded, EncryptionStatus, ObjectAcl, TaggingCount, ObjectType, CRC64',
  sourceBucket: 'photos',
  version: '2019-09-01',
};
const brief = { ...sample, fileSchema: 'Bucket,Key,Size,StorageClass,LastModifiedDate' };

async function inventoryIn(oss: TestOss, manifest: unknown, files: readonly (string | Buffer)[]): Promise<Inventory> {
  const client = oss.client('photos-out');
  for (const [at, file] of files.entries()) {
    await client.put(dataKey(at), typeof file === 'string' ? gzipSync(file) : file);
  }
  const listed = files.map((_, at) => ({ key: dataKey(at), size: 1, MD5checksum: 'F77449179760C3B13F1E76110F07' }));
  const content = typeof manifest === 'object' ? JSON.stringify({ files: listed, ...manifest }) : String(manifest);
  await client.put(manifestKey, Buffer.from(content));
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${oss.port}` });
  const options = { endpoint, region: 'cn-hangzhou', credentials: accessKey, connection };
  const read = createReader({ ...options, deadline: Number.POSITIVE_INFINITY }, 100);
  return openInventory({ bucket: 'photos-out', key: manifestKey }, read);
}

async function objectsOf(inventory: Inventory): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const page of inventory.pages()) {
    expect(page.length).toBeLessThanOrEqual(1_000);
    all.push(...page);
  }
  return all;
}

describe('an inventory', () => {
  it('is read as OSS documents it: of all versions, only the newest that is an object', async () => {
    const oss = await startOss();
    const inventory = await inventoryIn(oss, sample, [
      '"photos","a/%E4%BD%A0%20%26%2B.jpg","v2","true","false",102400,"Standard","2023-10-26T08:00:00.000Z","5D41","true","false","default",0,"Normal","1"\n' +
        '"photos","a/%E4%BD%A0%20%26%2B.jpg","v1","false","false",7,"Standard","2022-10-26T08:00:00.000Z","OLD","true","false","default",0,"Normal","1"\n' +
        '"photos","gone.jpg","v3","True","True",,"","2023-10-26T08:00:00.000Z","","","","",0,"",""\r\n',
      'photos,link.jpg,,,,9,IA,2023-10-25T10-30-00Z,"""E2""",false,false,default,0,Symlink,1',
      '',
    ]);
    expect([inventory.bucket, inventory.createdAt]).toEqual(['photos', 1_642_994_594_000]);
    expect(await objectsOf(inventory)).toEqual([
      { key: 'a/你 &+.jpg', etag: '5D41', size: 102_400, lastModified: Date.UTC(2023, 9, 26, 8), symlink: undefined },
      { key: 'link.jpg', etag: 'E2', size: 9, lastModified: Date.UTC(2023, 9, 25, 10, 30), symlink: true },
    ]);
  });

  it('is read again from its beginning, in pages, over parts and chunks that end within a line', async () => {
    const oss = await startOss();
    const lines = Array.from(
      { length: 2_500 },
      (_, at) => `"photos","%E4%BD%A0/${at}.jpg",${at},"IA","2026-01-31T00:00:00.000Z"\n`,
    );
    const inventory = await inventoryIn(oss, brief, [lines.slice(0, 999).join(''), lines.slice(999).join('')]);
    for (let nth = 0; nth < 2; nth += 1) {
      expect((await objectsOf(inventory)).map(({ key, size }) => [key, size])).toEqual(
        lines.map((_, at) => [`你/${at}.jpg`, at]),
      );
    }
  });

  it('ends the reading where nobody reads on', async () => {
    const oss = await startOss();
    const lines = Array.from({ length: 3_000 }, (_, at) => `photos,${at}.jpg,${at},IA,2026-01-31T00:00:00.000Z\n`);
    const inventory = await inventoryIn(oss, brief, [lines.join('')]);
    for await (const page of inventory.pages()) {
      expect(page).toHaveLength(1_000);
      break;
    }
  });

  const line = 'photos,a.jpg,1,IA,2026-01-31T00:00:00.000Z\n';
  it.each([
    ['another bucket', `${line}${line.replace('photos', 'other')}`, 'line 2: it is of another bucket than photos'],
    ['too few columns', 'photos,a.jpg,1\n', 'line 1: it has 3 columns, not 5'],
    ['an open quote', 'photos,"a.jpg,1,IA,2026-01-31T00:00:00.000Z\n', 'line 1: a quote is not closed'],
    ['a quote within a field', 'photos,"a"b,1,IA,2026-01-31T00:00:00.000Z\n', 'line 1: a quote is not closed'],
    ['no key', line.replace('a.jpg', ''), 'line 1: it has no percent-encoded key'],
    ['a key that is not encoded well', line.replace('a.jpg', '%FF'), 'line 1: it has no percent-encoded key'],
    ['a key that is too long', line.replace('a.jpg', 'a'.repeat(1_024)), 'line 1: it has no percent-encoded key'],
    ['no size', line.replace(',1,', ',,'), 'line 1: its size is no number of bytes'],
    ['a negative size', line.replace(',1,', ',-1,'), 'line 1: its size is no number of bytes'],
    ['no date', line.replace('2026-01-31T00:00:00.000Z', 'yesterday'), 'line 1: its LastModifiedDate is no time'],
    ['a date that is none', line.replace('01-31', '13-31'), 'line 1: its LastModifiedDate is no time'],
    ['an empty line', `${line}\n${line}`, 'line 2: it has 1 columns, not 5'],
    ['a line without end', 'x'.repeat(100_000), 'a line is longer than 16384 characters'],
    ['bytes that are no gzip', Buffer.from(line), 'it is no whole gzip file (Z_DATA_ERROR)'],
    ['a file that is cut off', gzipSync(line.repeat(1_000)).subarray(0, 60), 'it is no whole gzip file (Z_BUF_ERROR)'],
  ])('is refused for %s, by its name and line', async (_, file, problem) => {
    const oss = await startOss();
    const inventory = await inventoryIn(oss, brief, [file]);
    const error = await objectsOf(inventory).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringContaining(`oss://photos-out/${dataKey(0)}`) });
    expect(error).toMatchObject({ message: expect.stringContaining(problem) });
  });

  it.each([
    ['no JSON', 'hello', 'it is no JSON'],
    ['a list', '[]', 'expected an object'],
    ['no bucket', { ...brief, sourceBucket: undefined }, '"sourceBucket"'],
    ['another format', { ...brief, fileFormat: 'ORC' }, '"fileFormat" to be "CSV"'],
    ['no columns', { ...brief, fileSchema: 7 }, '"fileSchema"'],
    ['no sizes', { ...brief, fileSchema: 'Bucket, Key, ETag' }, 'the inventory has no Size, no LastModifiedDate'],
    ['no files', { ...brief, files: {} }, '"files"'],
    ['a file without key', { ...brief, files: [{ key: 'a' }, { key: 7 }] }, '"files[1].key"'],
    ['a file elsewhere', { ...brief, files: [{ key: '../a' }] }, '"files[0].key"'],
  ])('is refused for a manifest with %s', async (_, manifest, problem) => {
    const oss = await startOss();
    const error = await inventoryIn(oss, manifest, [line]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringContaining(`oss://photos-out/${manifestKey}: `) });
    expect(error).toMatchObject({ message: expect.stringContaining(problem) });
  });

  it.each([9e15, 1.5, -1, 'now'])('has no time where its manifest has %j', async (creationTimestamp) => {
    const inventory = await inventoryIn(await startOss(), { ...brief, creationTimestamp }, [line]);
    expect(inventory.createdAt).toBeUndefined();
  });

  it('says which of its files is not there', async () => {
    const oss = await startOss();
    const inventory = await inventoryIn(oss, { ...brief, files: [{ key: 'nowhere.csv.gz' }] }, []);
    await expect(objectsOf(inventory)).rejects.toThrow(
      `oss://photos-out/nowhere.csv.gz: NoSuchKey (HTTP 404): The specified key does not exist.`,
    );
  });
});
