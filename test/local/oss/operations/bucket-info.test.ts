// What is known of buckets and regions.
import { expect, test } from 'vitest';
import { startOss } from '../fixture.js';

test('GetBucketInfo has every element that SDKs read', async () => {
  const { wire } = await startOss({ now: () => Date.UTC(2026, 10, 29, 1, 2, 3, 456) });
  const { text } = await wire({
    path: '/photos?bucketInfo',
    queries: { bucketInfo: null },
    at: Date.UTC(2026, 10, 29, 1, 2, 3),
  });
  for (const [name, value] of Object.entries({
    Name: 'photos',
    CreationDate: '2026-11-29T01:02:03.000Z',
    Location: 'oss-cn-hangzhou',
    ExtranetEndpoint: 'oss-cn-hangzhou.aliyuncs.com',
    IntranetEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
    StorageClass: 'Standard',
    ResourceGroupId: 'rg-default-id',
    Grant: 'private',
    AccessMonitor: 'Disabled',
    BlockPublicAccess: 'false',
    LogBucket: '',
    CrossRegionReplication: 'Disabled',
    DataRedundancyType: 'LRS',
    SSEAlgorithm: 'None',
    TransferAcceleration: 'Disabled',
  })) {
    expect(text).toContain(`<${name}>${value}</${name}>`);
  }
});

test('GetBucketStat counts objects, versions, markers and parts', async () => {
  const { client, wire } = await startOss();
  const c = client();
  await c.put('a', Buffer.alloc(10));
  await c.putBucketVersioning('photos', 'Enabled');
  await c.put('a', Buffer.alloc(20));
  await c.put('b', Buffer.alloc(5), { headers: { 'x-oss-storage-class': 'IA' } });
  await c.delete('a');
  await c.delete('missing');
  const { uploadId } = await c.initMultipartUpload('m');
  await c.uploadPart('m', uploadId, 1, Buffer.alloc(7), 0, 7);
  const { text } = await wire({ path: '/photos?stat', queries: { stat: null } });
  for (const element of [
    'Storage>35',
    'ObjectCount>3',
    'MultipartUploadCount>1',
    'MultipartPartCount>1',
    'LiveChannelCount>0',
    'DeleteMarkerCount>2',
    'StandardStorage>30',
    'StandardObjectCount>2',
    'InfrequentAccessStorage>5',
    'InfrequentAccessRealStorage>5',
    'InfrequentAccessObjectCount>1',
    'ArchiveStorage>0',
    'DeepColdArchiveObjectCount>0',
  ]) {
    expect(text).toContain(`<${element}</`);
  }
});

test('DescribeRegions knows the one region', async () => {
  const { wire } = await startOss();
  const ask = (region?: string) =>
    wire({ path: `/?regions${region ? `=${region}` : ''}`, bucket: '', queries: { regions: region ?? null } });
  for (const region of [undefined, 'oss-cn-hangzhou']) {
    expect((await ask(region)).text).toContain('<InternetEndpoint>oss-cn-hangzhou.aliyuncs.com</InternetEndpoint>');
  }
  expect((await ask('oss-cn-shanghai')).text).toContain('<RegionInfoList></RegionInfoList>');
});

test('GetBucketStat has the time 0 for a bucket that has nothing to count', async () => {
  const { client, wire } = await startOss();
  const time = async () => {
    const { text } = await wire({ path: '/photos?stat', queries: { stat: null } });
    return /<LastModifiedTime>(\d+)</.exec(text)?.[1];
  };
  expect(await time()).toBe('0');
  await client().put('a', Buffer.alloc(1));
  expect(await time()).not.toBe('0');
});
