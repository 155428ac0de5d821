import { expect, test } from 'vitest';
import { imageInfo } from '../../src/oss/image-info.js';
import { clientOf, listen } from './stub.js';

// In the layout of https://help.aliyun.com/en/oss/user-guide/query-the-exif-data-of-an-image-4
const answer = `{
  "DateTime": {"value": "2015:02:11 15:38:27"},
  "FileSize": {"value": "23471"},
  "Format": {"value": "jpg"},
  "ImageHeight": {"value": "333"},
  "ImageWidth": {"value": "424"},
  "Orientation": {"value": "7"}
}`;

test('asks with a signed query, and reads size and orientation', async () => {
  await using server = await listen((response) => response.writeHead(200, { 'x-oss-request-id': 'R' }).end(answer));
  await using client = clientOf(server);
  expect(await imageInfo(client.oss, { bucket: 'photos', key: 'a b.jpg' })).toEqual({
    width: 424,
    height: 333,
    orientation: 7,
  });
  expect(server.asked).toMatchObject([
    {
      method: 'GET',
      url: '/photos/a%20b.jpg?x-oss-process=image%2Finfo',
      headers: { authorization: expect.stringContaining('OSS4-HMAC-SHA256') },
    },
  ]);
});

test('without an orientation it is 1', async () => {
  await using server = await listen((response) =>
    response.writeHead(200, { 'x-oss-request-id': 'R' }).end(answer.replace('Orientation', 'Other')),
  );
  await using client = clientOf(server);
  expect(await imageInfo(client.oss, { bucket: 'photos', key: 'a.jpg' })).toMatchObject({ orientation: 1 });
});
