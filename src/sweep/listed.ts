// A listed source as an upload: what is in a bucket already goes the way of an event. Its version is the listing's ETag
// and Last-Modified, so that making its derivatives costs one look, as for an event.
import type { ListedObject } from '../oss/list.js';
import type { Upload } from '../pipeline/event.js';

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
    record: {
      eventName: event,
      eventSource: 'acs:oss',
      eventTime: new Date(lastModified).toISOString(),
      eventVersion: '1.0',
      oss: { bucket: { name: bucket }, object: { key, size, eTag } },
    },
  };
}
