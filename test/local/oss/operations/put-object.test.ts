// What is stored when others change the object, or its bucket, at the same time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { codeOf, startOss, type TestOss } from '../fixture.js';

/** An OSS in which `meanwhile` happens once, while an append is on its way. */
async function withAppendBroken(meanwhile: (oss: TestOss) => Promise<unknown>): Promise<TestOss> {
  let isFirst = true;
  const oss: TestOss = await startOss({
    intercept: ({ call, run }) => {
      if (
        call.operation === 'AppendObject' &&
        call.query.some(([name, value]) => name === 'position' && value !== '0')
      ) {
        call.beforeStore = async () => {
          if (isFirst) {
            isFirst = false;
            await meanwhile(oss);
          }
        };
      }
      return run();
    },
  });
  return oss;
}

const append = (oss: TestOss, text: string, position: number) =>
  oss.client().append('log', Buffer.from(text), { position: String(position) });

test('an append keeps the ACL and the tags that the object has got meanwhile', async () => {
  const oss = await withAppendBroken(async ({ client }) => {
    await client().putACL('log', 'public-read');
    await client().putObjectTagging('log', { a: '1' });
  });
  await append(oss, 'one', 0);
  await append(oss, 'two', 3);
  expect((await oss.client().getACL('log')).acl).toBe('public-read');
  expect((await oss.client().getObjectTagging('log')).tag).toEqual({ a: '1' });
  expect((await oss.client().get('log')).content.toString()).toBe('onetwo');
});

test('an append goes behind what is there in the end, if that is as long', async () => {
  const oss = await withAppendBroken(async (it) => {
    await it.client().delete('log');
    await append(it, 'new', 0);
  });
  await append(oss, 'old', 0);
  await append(oss, 'two', 3);
  const { content, res } = await oss.client().get('log');
  expect(content.toString()).toBe('newtwo');
  await oss.client().put('same', Buffer.from('newtwo'));
  const { headers } = (await oss.client().head('same')).res;
  expect(res.headers).toMatchObject({
    'x-oss-hash-crc64ecma': (headers as Record<string, string>)['x-oss-hash-crc64ecma'],
  });
});

test('an append to what is longer by now is refused', async () => {
  const oss = await withAppendBroken((it) => append(it, 'first', 3));
  await append(oss, 'one', 0);
  await expect(append(oss, 'two', 3)).rejects.toMatchObject({ code: 'PositionNotEqualToLength' });
});

test('the bucket has gone when the bytes come to be kept', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-oss-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const storage = directoryStorage(directory);
  const { wire, bugs } = await startOss({
    storage: {
      ...storage,
      stage: (bucket, body) => {
        storage.removeBucket(bucket);
        return storage.stage(bucket, body);
      },
    },
  });
  expect(codeOf(await wire({ method: 'PUT', path: '/photos/k', key: 'k', body: 'x' }))).toBe('NoSuchBucket');
  expect(bugs).toEqual([]);
});
