// Builds the record that OSS puts into `events[]` for one change of one object.
// Fields: https://help.aliyun.com/zh/functioncompute/fc/user-guide/native-oss-triggers and the notification schema.
// `ruleId` belongs to the trigger that passes the record on, which adds it. The key is literal, never URL-encoded.

/** The changes that OSS reports, as `eventName` has them. */
export type EventName =
  | `ObjectCreated:${'PutObject' | 'PostObject' | 'CopyObject' | 'CompleteMultipartUpload' | 'AppendObject' | 'PutSymlink' | 'InitiateMultipartUpload' | 'UploadPart'}`
  | `ObjectRemoved:${'DeleteObject' | 'DeleteObjects' | 'AbortMultipartUpload'}`;

/**
 * What happened to which object, and for whom. `size` is the object's size now, `previousSize` the one before; `time`
 * in ms.
 */
export interface Change {
  name: EventName;
  bucket: string;
  key: string;
  size: number;
  previousSize: number;
  etag: string;
  position?: number | undefined;
  time: number;
  region: string;
  accountId: string;
  principalId: string;
  requestId: string;
  sourceAddress: string;
}

/** One element of `events[]`. */
export type EventRecord = ReturnType<typeof eventRecord>;

/** The record of a change. */
export function eventRecord(change: Change) {
  const { bucket, region, accountId } = change;
  return {
    eventName: change.name,
    eventSource: 'acs:oss',
    eventTime: new Date(change.time).toISOString(),
    eventVersion: '1.0',
    oss: {
      bucket: {
        arn: `acs:oss:${region}:${accountId}:${bucket}`,
        name: bucket,
        ownerIdentity: accountId,
        virtualBucket: '',
      },
      object: {
        deltaSize: change.size - change.previousSize,
        eTag: change.etag,
        key: change.key,
        size: change.size,
        position: change.position,
      },
      ossSchemaVersion: '1.0',
    },
    region,
    requestParameters: { sourceIPAddress: change.sourceAddress },
    responseElements: { requestId: change.requestId },
    userIdentity: { principalId: change.principalId },
  };
}
