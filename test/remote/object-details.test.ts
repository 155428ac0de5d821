// Headers and tags of objects that ali-oss stored on the embedded OSS; and answers that are not OSS's.
import { expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { createDetails } from '../../src/remote/object-details.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { listen } from '../oss/stub.js';

const name = { bucket: 'photos', key: 'a b&é.jpg' };

function detailsAt(port: number) {
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` });
  const rest = { connection, deadline: Number.POSITIVE_INFINITY, sleep: async () => {} };
  return createDetails({ endpoint, region: 'cn-hangzhou', credentials: accessKey, ...rest });
}

it('tells the headers that an object was stored with, and its tags', async () => {
  const oss = await startOss();
  const headers = {
    'Cache-Control': 'max-age=60',
    'Content-Disposition': "inline; filename*=UTF-8''a.jpg",
    'Content-Language': 'de',
    Expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
    'x-oss-meta-of': 'A',
    'x-oss-tagging': 'team%201=%20web%20&empty=&k=a%3Ab%2Fc%C3%A9',
  };
  await oss.client().put(name.key, Buffer.from('a'), { headers });
  const { headers: headersOf, tags } = detailsAt(oss.port);
  expect(Object.fromEntries(await headersOf(name))).toEqual({
    'cache-control': 'max-age=60',
    'content-disposition': "inline; filename*=UTF-8''a.jpg",
    'content-language': 'de',
    expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
    'x-oss-meta-of': 'A',
  });
  expect([...(await tags(name))].sort()).toEqual([
    ['empty', ''],
    ['k', 'a:b/cé'],
    ['team 1', ' web '],
  ]);
});

it('tells of neither where there is none', async () => {
  const oss = await startOss();
  await oss.client().put(name.key, Buffer.from('a'));
  const { headers, tags } = detailsAt(oss.port);
  expect([(await headers(name)).size, (await tags(name)).size]).toEqual([0, 0]);
});

it('fails where there is no such object, and where something else answers', async () => {
  const oss = await startOss();
  await expect(detailsAt(oss.port).tags(name)).rejects.toMatchObject({ code: 'NoSuchKey' });
  await using server = await listen((response) => void response.end('<html>hello</html>'));
  await expect(detailsAt(server.port).tags(name)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
});
