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

test.each([
  ['a size that is no whole number', '"424"', '"424.5"'],
  ['an endless size', '"424"', '"1e400"'],
  ['a size beyond all images', '"424"', '"1e15"'],
])('%s is not taken', async (_, from, to) => {
  await using server = await listen((response) =>
    response.writeHead(200, { 'x-oss-request-id': 'R' }).end(answer.replace(from, to)),
  );
  await using client = clientOf(server);
  const asking = imageInfo(client.oss, { bucket: 'photos', key: 'a.jpg' });
  await expect(asking).rejects.toMatchObject({ kind: 'transient', code: 'UnexpectedResponse' });
});

test.each(['"7.5"', '"9"', '"-6"'])('an orientation of %s is none', async (orientation) => {
  await using server = await listen((response) =>
    response.writeHead(200, { 'x-oss-request-id': 'R' }).end(answer.replace('"7"', orientation)),
  );
  await using client = clientOf(server);
  expect(await imageInfo(client.oss, { bucket: 'photos', key: 'a.jpg' })).toMatchObject({ orientation: 1 });
});

test('reads what has long tags beside the size', async () => {
  const long = answer.replace('"Format"', `"MakerNote": {"value": "${'x'.repeat(900_000)}"}, "Format"`);
  await using server = await listen((response) => response.writeHead(200, { 'x-oss-request-id': 'R' }).end(long));
  await using client = clientOf(server);
  expect(await imageInfo(client.oss, { bucket: 'photos', key: 'a.jpg' })).toMatchObject({ width: 424 });
});
