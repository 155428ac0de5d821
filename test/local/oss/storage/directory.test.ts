// A data directory that somebody else has prepared: nothing outside is read, nothing is deleted.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { descriptionName } from '../../../../src/local/oss/storage/description.js';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { scratch } from './scratch.js';

const secret = 'a secret of somebody else';

/** A directory with the object k in its bucket, a secret in a folder elsewhere, and the paths of what there is. */
async function prepared() {
  const [directory, elsewhere] = [scratch(), scratch()];
  const outside = join(elsewhere, 'secret');
  writeFileSync(outside, secret);
  const storage = directoryStorage(directory);
  storage.saveBucket({ name: 'photos', created: 1, acl: 'private', styles: [] });
  (await storage.stage('photos', Buffer.alloc(secret.length))).commit({
    key: 'k',
    versionId: 'CAEQ.x_',
    size: secret.length,
    etag: 'E',
    lastModified: 1000,
    type: 'Normal',
    headers: { 'x-oss-meta-a': '1' },
  });
  const bucket = join(directory, 'photos');
  const [objects, blobs, description] = [join(bucket, 'objects'), join(bucket, 'blobs'), join(bucket, 'bucket.json')];
  const object = join(objects, descriptionName('k', 1));
  const [blobName = ''] = readdirSync(blobs);
  const rewrite = (from: string | RegExp, to: string) =>
    writeFileSync(object, readFileSync(object, 'utf8').replace(from, to));
  const blob = join(blobs, blobName);
  return { directory, elsewhere, outside, bucket, description, objects, blobs, object, blob, blobName, rewrite };
}

type Prepared = Awaited<ReturnType<typeof prepared>>;

/** Puts a link in the place of something. */
function link(path: string, target: string): void {
  rmSync(path, { recursive: true });
  symlinkSync(target, path);
}

function tree(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
}

/** CORS rules of which one is wrong in a field. */
function corsWith(wrong: string): string {
  const fields = { allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: [], exposeHeaders: [] };
  const rest = Object.entries(fields).filter(([name]) => !wrong.startsWith(name));
  return `{"rules":[{"${wrong},${JSON.stringify(Object.fromEntries(rest)).slice(1)}],"responseVary":false}`;
}

test.each<[string, (it: Prepared) => void, (it: Prepared) => string]>([
  ['a bucket that is a link', (it) => link(it.bucket, it.elsewhere), (it) => it.bucket],
  ['a bucket.json that is a link', (it) => link(it.description, it.outside), (it) => it.description],
  ['objects that are a link', (it) => link(it.objects, it.elsewhere), (it) => it.objects],
  ['blobs that are a link', (it) => link(it.blobs, it.elsewhere), (it) => it.blobs],
  ['a blob that is a link', (it) => link(it.blob, it.outside), (it) => it.blob],
  [
    'a description that is a link',
    (it) => {
      writeFileSync(it.outside, readFileSync(it.object));
      link(it.object, it.outside);
    },
    (it) => it.object,
  ],
  [
    'a blob with a path',
    (it) => it.rewrite(it.blobName, `../../../${basename(it.elsewhere)}/secret`),
    (it) => it.object,
  ],
  ['a blob that is not there', (it) => rmSync(it.blob), (it) => it.blob],
  ['a blob of another size', (it) => writeFileSync(it.blob, 'x'), (it) => it.blob],
  [
    'a blob that is a folder',
    (it) => {
      rmSync(it.blob);
      mkdirSync(it.blob);
    },
    (it) => it.blob,
  ],
  [
    'a blob of two objects',
    (it) => {
      const other = readFileSync(it.object, 'utf8').replace('"k"', '"l"');
      writeFileSync(join(it.objects, descriptionName('l', 1)), other);
    },
    (it) => it.blob,
  ],
  ['a size without end', (it) => it.rewrite(/"size":\d+/, '"size":1e300'), (it) => it.object],
  ['a time without end', (it) => it.rewrite(/"lastModified":\d+/, '"lastModified":1e300'), (it) => it.object],
  ['a header that is none', (it) => it.rewrite('x-oss-meta-a', 'x-oss-meta-\\r\\na'), (it) => it.object],
  ['a header of an answer', (it) => it.rewrite('x-oss-meta-a', 'set-cookie'), (it) => it.object],
  ['a header of two lines', (it) => it.rewrite('"x-oss-meta-a":"1"', '"x-oss-meta-a":"1\\r\\n"'), (it) => it.object],
  ['an ETag of two lines', (it) => it.rewrite('"E"', '"E\\r\\n"'), (it) => it.object],
  ['a huge description', (it) => truncateSync(it.object, 65 * 1024 * 1024), (it) => it.object],
  ['deep JSON', (it) => writeFileSync(it.object, '['.repeat(100_000)), (it) => it.object],
  ['a bucket of another name', (it) => renameSync(it.bucket, `${it.bucket}-2`), (it) => `${it.bucket}-2/bucket.json`],
  ...[
    '"cors":{}',
    '"cors":5',
    '"cors":{"rules":[{}],"responseVary":false}',
    ...[
      'exposeHeaders":["a\\nb"]',
      'allowedOrigins":["*\\r\\nb"]',
      'allowedHeaders":5',
      'allowedMethods":["A\\n"]',
    ].map((wrong) => `"cors":${corsWith(wrong)}`),
    '"storageClass":5',
    '"redundancy":"a\\nb"',
    '"tags":[{"key":1,"value":""}]',
    '"versioning":"On"',
  ].map((wrong): [string, (it: Prepared) => void, (it: Prepared) => string] => [
    `a bucket with ${wrong}`,
    (it) => writeFileSync(it.description, readFileSync(it.description, 'utf8').replace('{', `{${wrong},`)),
    (it) => it.description,
  ]),
  [
    'a description in the place of another',
    (it) => renameSync(it.object, join(it.objects, descriptionName('l', 1))),
    (it) => join(it.objects, descriptionName('l', 1)),
  ],
  ['a bucket.json of another kind', (it) => writeFileSync(it.description, '{"name":"photos"}'), (it) => it.description],
  [
    'a folder of files',
    ({ directory }) => {
      mkdirSync(join(directory, 'src'));
      writeFileSync(join(directory, 'src', 'index.ts'), '');
    },
    ({ directory }) => join(directory, 'src'),
  ],
  [
    'a repository',
    ({ directory }) => mkdirSync(join(directory, 'repository', 'objects', 'pack'), { recursive: true }),
    ({ directory }) => join(directory, 'repository'),
  ],
  [
    'a file with the name of a bucket',
    ({ directory }) => writeFileSync(join(directory, 'lock'), '1'),
    ({ directory }) => join(directory, 'lock'),
  ],
])('is refused by name: %s', async (_, make, named) => {
  const it = await prepared();
  make(it);
  const before = tree(it.directory);
  expect(() => directoryStorage(it.directory)).toThrow(named(it));
  expect(tree(it.directory)).toEqual(before);
  expect(readdirSync(it.elsewhere)).toEqual(['secret']);
});

test('is not read from through a link that comes later', async () => {
  const it = await prepared();
  const storage = directoryStorage(it.directory);
  link(it.blob, it.outside);
  await expect(storage.read('photos', 'k')).rejects.toThrow('ELOOP');
  storage.remove('photos', 'k', 'CAEQ.x_');
  expect(readFileSync(it.outside, 'utf8')).toBe(secret);
});

test('a bucket with all that it may have is read again', async () => {
  const it = await prepared();
  const rule = { allowedOrigins: ['http://*.example.com', '*'], allowedMethods: ['GET', 'HEAD'] };
  const headers = { allowedHeaders: ['*', 'x-oss-meta-*'], exposeHeaders: ['ETag', 'x-oss-request-id'] };
  const bucket = {
    ...{ name: 'photos', created: 1, acl: 'private' as const, versioning: 'Suspended' as const, tags: [] },
    ...{ storageClass: 'IA', redundancy: 'ZRS', styles: [] },
    cors: { rules: [{ ...rule, ...headers, maxAgeSeconds: 5 }], responseVary: true },
  };
  directoryStorage(it.directory).saveBucket(bucket);
  expect(directoryStorage(it.directory).bucket('photos')).toEqual(bucket);
});
