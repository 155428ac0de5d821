// How answers name an object's place on live.
import { expect, test } from 'vitest';
import { objectUrl } from '../../../../src/local/oss/request/endpoints.js';
import { startOss } from '../fixture.js';

test("a key's slashes stay, all else is percent-encoded", () => {
  const url = 'http://photos.oss-cn-hangzhou.aliyuncs.com/a/b%20%27c%27%2B.jpg';
  expect(objectUrl('cn-hangzhou', 'photos', "a/b 'c'+.jpg")).toBe(url);
});

test('a completed upload tells it as a form upload does', async () => {
  const { client, wire } = await startOss();
  const { uploadId } = await client().initMultipartUpload('a/b');
  const headers = { 'x-oss-complete-all': 'yes' };
  const queries = { uploadId };
  const answer = await wire({ method: 'POST', path: `/photos/a/b?uploadId=${uploadId}`, key: 'a/b', queries, headers });
  expect(answer.text).toContain('<Location>http://photos.oss-cn-hangzhou.aliyuncs.com/a/b</Location>');
});
