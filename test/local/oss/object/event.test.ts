// Each change raises the record that OSS would put into `events[]`.
import { expect, test } from 'vitest';
import { eventRecord } from '../../../../src/local/oss/object/event.js';
import { startOss } from '../fixture.js';

test('the record, whole', () => {
  const change = {
    name: 'ObjectCreated:PutObject' as const,
    bucket: 'photos',
    key: '目录/a b+%20.jpg',
    size: 10,
    previousSize: 30,
    etag: 'ABC',
    time: Date.UTC(2026, 10, 23, 1, 2, 3, 4),
    region: 'cn-hangzhou',
    accountId: '1000000000000001',
    principalId: '200',
    requestId: '5C3D9175B6FC201293AD0000',
    sourceAddress: '127.0.0.1',
  };
  expect(eventRecord(change)).toEqual({
    eventName: 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: '2026-11-23T01:02:03.004Z',
    eventVersion: '1.0',
    oss: {
      bucket: {
        arn: 'acs:oss:cn-hangzhou:1000000000000001:photos',
        name: 'photos',
        ownerIdentity: '1000000000000001',
        virtualBucket: '',
      },
      object: { deltaSize: -20, eTag: 'ABC', key: '目录/a b+%20.jpg', size: 10 },
      ossSchemaVersion: '1.0',
    },
    region: 'cn-hangzhou',
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { requestId: '5C3D9175B6FC201293AD0000' },
    userIdentity: { principalId: '200' },
  });
});

test('every operation that stores or removes is reported by its name, in order, with the request id of its answer', async () => {
  const { client, events, oss } = await startOss();
  oss.keys.set('role', { secret: 's', principalId: '300' });
  const c = client('photos', { accessKeyId: 'role', accessKeySecret: 's' });
  const { res } = await c.put('a', Buffer.from('12345'));
  expect(events[0]).toMatchObject({
    responseElements: { requestId: res.headers['x-oss-request-id'] },
    userIdentity: { principalId: '300' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
  });
  await c.put('a', Buffer.from('1'));
  await c.copy('b', 'a');
  await c.append('log', Buffer.from('12'));
  await c.append('log', Buffer.from('345'), { position: 2 });
  await c.putSymlink('link', 'a');
  await c.multipartUpload('m', Buffer.alloc(250 * 1024), { partSize: 100 * 1024, parallel: 1 });
  const { uploadId } = await c.initMultipartUpload('n');
  await c.abortMultipartUpload('n', uploadId);
  await c.delete('a');
  await c.delete('a');
  await c.deleteMulti(['b', 'never', 'log']);
  const reported = events.map(({ eventName, oss: { object } }) => [
    eventName,
    object.key,
    object.size,
    object.deltaSize,
    object.position,
  ]);
  expect(reported).toEqual([
    ['ObjectCreated:PutObject', 'a', 5, 5, undefined],
    ['ObjectCreated:PutObject', 'a', 1, -4, undefined],
    ['ObjectCreated:CopyObject', 'b', 1, 1, undefined],
    ['ObjectCreated:AppendObject', 'log', 2, 2, 0],
    ['ObjectCreated:AppendObject', 'log', 5, 3, 2],
    ['ObjectCreated:PutSymlink', 'link', 0, 0, undefined],
    ['ObjectCreated:InitiateMultipartUpload', 'm', 0, 0, undefined],
    ['ObjectCreated:UploadPart', 'm', 102400, 102400, undefined],
    ['ObjectCreated:UploadPart', 'm', 102400, 102400, undefined],
    ['ObjectCreated:UploadPart', 'm', 51200, 51200, undefined],
    ['ObjectCreated:CompleteMultipartUpload', 'm', 256000, 256000, undefined],
    ['ObjectCreated:InitiateMultipartUpload', 'n', 0, 0, undefined],
    ['ObjectRemoved:AbortMultipartUpload', 'n', 0, 0, undefined],
    ['ObjectRemoved:DeleteObject', 'a', 0, -1, undefined],
    ['ObjectRemoved:DeleteObjects', 'b', 0, -1, undefined],
    ['ObjectRemoved:DeleteObjects', 'log', 0, -5, undefined],
  ]);
  const [, , , , , , , , , , completed] = events;
  expect(completed?.oss.object.eTag).toMatch(/^[0-9A-F]{32}-3$/);
  expect(new Set(events.slice(-2).map((event) => event.responseElements.requestId)).size).toBe(1);
});

test('what is refused raises nothing', async () => {
  const { client, wire, events } = await startOss();
  await wire({ method: 'PUT', path: '/photos/a', key: 'b', body: 'x' });
  await client('no-such-bucket')
    .put('a', Buffer.from('x'))
    .catch(() => {});
  await client()
    .copy('b', 'gone')
    .catch(() => {});
  expect(events).toEqual([]);
});
