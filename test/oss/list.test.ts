import { describe, expect, test } from 'vitest';
import { OssError } from '../../src/oss/error.js';
import { readListPage } from '../../src/oss/list.js';
import { startOss } from '../local/oss/fixture.js';
import { clientOf } from './stub.js';

const answer = (xml: string) => ({ status: 200, headers: {}, body: Buffer.from(xml) });
const contents = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-22T08:30:00.000Z</LastModified><ETag>"ABC"</ETag><Size>7</Size></Contents>`;
const page = (inside: string) => `<?xml version="1.0"?><ListBucketResult>${inside}</ListBucketResult>`;

describe('readListPage', () => {
  test('reads keys literally', () => {
    const xml = page(
      `<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>${contents('a%26b%2F%E7%9B%AE%20%2B')}`,
    );
    expect(readListPage(answer(xml))).toEqual({
      objects: [{ key: 'a&b/目 +', etag: 'ABC', size: 7, lastModified: Date.UTC(2026, 10, 22, 8, 30) }],
      next: 'a&b',
    });
  });

  test.each([
    ['is cut off', { ...answer(page(contents('a'))), truncated: true as const }],
    ['ends early', answer(page(contents('a')).slice(0, -5))],
    ['is HTML', answer('<html></html>')],
    ['goes on without saying where', answer(page(`<IsTruncated>true</IsTruncated>${contents('a')}`))],
    ['has a key that is no text', answer(page(contents('%E7')))],
    ['has no sizes', answer(page(contents('a').replace('<Size>7</Size>', '')))],
    ['has no times', answer(page(contents('a').replace('08:30', '')))],
    ['has a size of the next object only', answer(page(contents('a').replace('<Size>7</Size>', '') + contents('b')))],
  ])('refuses a list that %s', (_, wrong) => {
    expect(() => readListPage(wrong)).toThrow(OssError);
  });
});

test('reads what is written with entities', () => {
  const xml = page(contents('a').replaceAll('"', '&quot;'));
  expect(readListPage(answer(xml)).objects[0]?.etag).toBe('ABC');
});

test('lists the embedded OSS page by page, odd keys included', async () => {
  const oss = await startOss();
  try {
    const keys = ['j/a b', 'j/1+1', 'j/100%25', 'j/目录/照片', 'j/🦉', 'j/x&y<z>', 'j/q?#', `j/${'k'.repeat(1000)}`];
    oss.oss.createBucket('journal');
    for (const key of [...keys, 'other']) await oss.client('journal').put(key, Buffer.from('x'));
    oss.oss.keys.set('AK', { secret: 'SK' });
    await using client = clientOf(oss, { credentials: { accessKeyId: 'AK', accessKeySecret: 'SK' } });
    const found: string[] = [];
    let after: string | undefined;
    do {
      const { objects, next } = await client.oss.listObjects({ bucket: 'journal', prefix: 'j/', limit: 3, after });
      found.push(...objects.map(({ key }) => key));
      after = next;
    } while (after !== undefined);
    expect(found).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    await expect(client.oss.listObjects({ bucket: 'nowhere', prefix: '', limit: 3 })).rejects.toMatchObject({
      kind: 'setup',
      code: 'NoSuchBucket',
    });
  } finally {
    await oss.stop();
  }
});
