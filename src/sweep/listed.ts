// A listed source as an upload: what is in a bucket already goes the way of an event. Its version is the listing's ETag
// and Last-Modified, so that making its derivatives costs one look, as for an event.
import type { ListedObject } from '../oss/list.js';
import type { ObjectName } from '../oss/object-name.js';
import type { OssRecord, Upload } from '../pipeline/event.js';

/** The upload that has stored a listed object, as its event would describe it. Of a link, its size is not known. */
export function uploadOf(bucket: string, { key, etag, size, lastModified, symlink }: ListedObject): Upload {
  const event = symlink ? 'ObjectCreated:PutSymlink' : 'ObjectCreated:PutObject';
  const eTag = etag.toUpperCase();
  return {
    kind: 'stored',
    event,
    bucket,
    key,
    size: symlink ? undefined : size,
    etag: eTag,
    time: lastModified,
    record: recordOf(event, bucket, { key, size, eTag }, new Date(lastModified).toISOString()),
  };
}

/**
 * An upload for a source of which nothing is known but its name, as the event of its removal would describe it: with
 * `anyVersion`, or once it is read from the journal, it leads to a look at the source, and to what is right for it.
 */
export function removalOf({ bucket, key }: ObjectName): Upload {
  const event = 'ObjectRemoved:DeleteObject';
  return { kind: 'removed', event, bucket, key, record: recordOf(event, bucket, { key }) };
}

function recordOf(
  eventName: string,
  bucket: string,
  object: OssRecord['oss']['object'],
  eventTime?: string,
): OssRecord {
  return {
    eventName,
    eventSource: 'acs:oss',
    eventTime,
    eventVersion: '1.0',
    oss: { bucket: { name: bucket }, object },
  };
}
