// What is known of a bucket: GetBucketInfo, GetBucketLocation, GetBucketStat; and of regions: DescribeRegions.
// https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketinfo
// https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketstat

import { authorize, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { storageClasses } from '../object/labels.js';
import { endpoints } from '../request/endpoints.js';
import { parameter } from '../request/resolve.js';
import type { StoredObject } from '../storage/storage.js';
import { owner, summary } from './bucket.js';

export const bucketInfoOperations = {
  /** What this server does not have is off, as it is for a new bucket; only BlockPublicAccess would be on there. */
  async GetBucketInfo(call) {
    authorize(call, 'oss:GetBucketInfo');
    const bucket = requireBucket(call);
    return xmlReply('BucketInfo', {
      Bucket: {
        ...summary(call, bucket),
        Owner: owner(call),
        AccessControlList: { Grant: bucket.acl },
        Versioning: bucket.versioning,
        AccessMonitor: 'Disabled',
        BlockPublicAccess: false,
        BucketPolicy: { LogBucket: '', LogPrefix: '' },
        Comment: '',
        CrossRegionReplication: 'Disabled',
        DataRedundancyType: bucket.redundancy ?? 'LRS',
        ServerSideEncryptionRule: { SSEAlgorithm: 'None' },
        TransferAcceleration: 'Disabled',
      },
    });
  },

  async GetBucketLocation(call) {
    authorize(call, 'oss:GetBucketLocation');
    requireBucket(call);
    return xmlReply('LocationConstraint', `oss-${call.service.region}`);
  },

  /** As of now; live counts about once an hour, and a bucket that it has not counted has the time 0. */
  async GetBucketStat(call) {
    authorize(call, 'oss:GetBucketStat');
    const { name } = requireBucket(call);
    const { storage, uploads, now } = call.service;
    const versions = storage.keysOfVersions(name).flatMap((key) => storage.versions(name, key));
    const objects = versions.flatMap((version) => (version.deleteMarker ? [] : version));
    const open = uploads.of(name);
    const byClass = storageClasses.map((storageClass) => {
      const element = storageClass === 'IA' ? 'InfrequentAccess' : storageClass;
      const own = objects.filter((object) => (object.storageClass ?? 'Standard') === storageClass);
      const real = storageClass === 'Standard' ? {} : { [`${element}RealStorage`]: sizeOf(own) };
      return { [`${element}Storage`]: sizeOf(own), ...real, [`${element}ObjectCount`]: own.length };
    });
    return xmlReply('BucketStat', {
      Storage: sizeOf(objects),
      ObjectCount: objects.length,
      MultipartUploadCount: open.length,
      MultipartPartCount: open.reduce((sum, { parts }) => sum + parts.size, 0),
      LiveChannelCount: 0,
      LastModifiedTime: versions.length + open.length === 0 ? 0 : Math.floor(now() / 1000),
      DeleteMarkerCount: versions.length - objects.length,
      ...Object.assign({}, ...byClass),
    });
  },

  /** The one region that there is here; none when another one is named. */
  async DescribeRegions(call) {
    authorize(call, 'oss:DescribeRegions');
    const Region = `oss-${call.service.region}`;
    const { ExtranetEndpoint, IntranetEndpoint } = endpoints(call.service.region);
    const region = { Region, InternetEndpoint: ExtranetEndpoint, InternalEndpoint: IntranetEndpoint };
    const named = parameter(call.query, 'regions') ?? '';
    const RegionInfo = named === '' || named === Region ? [region] : [];
    return xmlReply('RegionInfoList', { RegionInfo });
  },
} satisfies OssOperations;

function sizeOf(objects: readonly StoredObject[]): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}
