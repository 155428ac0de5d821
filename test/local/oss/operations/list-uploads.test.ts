// Lists of uploads in progress and of their parts: encoded names, common prefixes, pages.
import { expect, test } from 'vitest';
import { compareKeys } from '../../../../src/rules/key-order.js';
import { startOss, type Wire } from '../fixture.js';

const odd = 'b/\u000b <&>"\f目.jpg';
const encoded = 'b%2F%0B%20%3C%26%3E%22%0C%E7%9B%AE.jpg';

const queried = (queries: Record<string, string>): Pick<Wire, 'path' | 'queries'> => {
  const pairs = Object.entries(queries).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return { path: `/photos?uploads&${pairs.join('&')}`, queries: { uploads: null, ...queries } };
};

test('encoding-type=url encodes names in every answer of a multipart upload', async () => {
  const { wire } = await startOss();
  const path = `/photos/${encodeURIComponent(odd)}`;
  const url = { 'encoding-type': 'url' };
  const names = `<EncodingType>url</EncodingType><Key>${encoded}</Key>`;
  const started = await wire({
    method: 'POST',
    path: `${path}?uploads&encoding-type=url`,
    key: odd,
    queries: { uploads: null, ...url },
    headers: { 'x-oss-storage-class': 'IA' },
  });
  expect(started.text).toContain(names);
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(started.text)?.[1] ?? '';
  const uploads = (await wire(queried({ ...url, prefix: 'b/', 'key-marker': 'a b' }))).text;
  expect(uploads).toContain(
    `<Upload><Key>${encoded}</Key><UploadId>${uploadId}</UploadId><StorageClass>IA</StorageClass>`,
  );
  for (const element of ['EncodingType>url', 'KeyMarker>a%20b', 'Prefix>b%2F', `NextKeyMarker>${encoded}`]) {
    expect(uploads).toContain(`<${element}</`);
  }
  const query = `${path}?encoding-type=url&uploadId=${uploadId}`;
  expect((await wire({ path: query, key: odd, queries: { ...url, uploadId } })).text).toContain(names);
  const headers = { 'x-oss-complete-all': 'yes' };
  const done = await wire({ method: 'POST', path: query, key: odd, queries: { ...url, uploadId }, headers });
  expect(done.text).toContain(names);
});

test('a delimiter makes one of uploads, in pages of any size', async () => {
  const { client, wire } = await startOss();
  for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', '\uffee', '😀']) await client().initMultipartUpload(key);
  for (const size of [1, 2, 3, 10]) {
    const listed: string[] = [];
    for (let marker = '', id = '', more = true; more; ) {
      const query = { delimiter: '/', 'max-uploads': String(size), 'key-marker': marker, 'upload-id-marker': id };
      const { text } = await wire(
        queried(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))),
      );
      const all = (form: RegExp) => [...text.matchAll(form)].map(([, one = '']) => one);
      // Each page has its uploads first, then its common prefixes, each of them in order.
      const page = [all(/<Upload><Key>([^<]*)</g), all(/<CommonPrefixes><Prefix>([^<]*)</g)];
      for (const part of page) expect(part).toEqual([...part].sort(compareKeys));
      listed.push(...page.flat().sort(compareKeys));
      [marker = ''] = all(/<NextKeyMarker>([^<]*)</g);
      [id = ''] = all(/<NextUploadIdMarker>([^<]*)</g);
      more = text.includes('<IsTruncated>true<');
    }
    expect(listed).toEqual(['a', 'b/', 'd', '\uffee', '😀']);
  }
});

test('an upload shows its storage class, and what a client that encrypts has noted', async () => {
  const { wire } = await startOss();
  const headers = {
    'x-oss-storage-class': 'IA',
    'x-oss-meta-client-side-encryption-key': 'a&b',
    'x-oss-meta-client-side-encryption-part-size': '102400',
  };
  const object = { path: '/photos/a.bin', key: 'a.bin' };
  const uploads = { method: 'POST', path: '/photos/a.bin?uploads', key: 'a.bin', queries: { uploads: null } };
  const started = await wire({ ...uploads, headers });
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(started.text)?.[1] ?? '';
  const parts = (await wire({ ...object, path: `${object.path}?uploadId=${uploadId}`, queries: { uploadId } })).text;
  expect(parts).toContain('<StorageClass>IA</StorageClass><ClientEncryptionKey>a&amp;b</ClientEncryptionKey>');
  expect(parts).toContain('<ClientEncryptionPartSize>102400</ClientEncryptionPartSize>');
  // As ossutil asks.
  expect((await wire(queried({ 'max-parts': '1000' }))).text).toContain('<StorageClass>IA</StorageClass>');
});
