// ListParts and ListMultipartUploads: what has been uploaded and not yet been put together.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listparts

import { authorize, numberParameter, type Operation, requireBucket, requireUpload } from '../call.js';
import { parameter } from '../resolve.js';
import type { Upload } from '../uploads.js';
import { toXml, type XmlNode } from '../xml.js';

const maxPartNumber = 10_000;

export const listParts: Operation = async (call) => {
  const { bucketName, key } = call;
  authorize(call, 'oss:ListParts', bucketName, key);
  const upload = requireUpload(call);
  const limit = numberParameter(call, 'max-parts', 1000, 1, 1000);
  const marker = numberParameter(call, 'part-number-marker', 0, 0, maxPartNumber);
  const rest = [...upload.parts].sort(([a], [b]) => a - b).filter(([number]) => number > marker);
  const page = rest.slice(0, limit);
  const nodes: XmlNode[] = [
    ['Bucket', bucketName],
    ['Key', key],
    ['UploadId', upload.id],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.[0] ?? marker],
    ['MaxParts', limit],
    ['IsTruncated', rest.length > limit],
    ...page.map(([number, part]): XmlNode => {
      const modified = new Date(part.modified).toISOString();
      return [
        'Part',
        [
          ['PartNumber', number],
          ['LastModified', modified],
          ['ETag', `"${part.etag}"`],
          ['Size', part.body.length],
        ],
      ];
    }),
  ];
  return { status: 200, body: toXml(['ListPartsResult', nodes]) };
};

export const listMultipartUploads: Operation = async (call) => {
  const { bucketName, query, service } = call;
  authorize(call, 'oss:ListMultipartUploads', bucketName);
  requireBucket(call);
  const prefix = parameter(query, 'prefix') ?? '';
  const limit = numberParameter(call, 'max-uploads', 1000, 1, 1000);
  const keyMarker = parameter(query, 'key-marker') ?? '';
  const idMarker = parameter(query, 'upload-id-marker') ?? '';
  const behind = ({ key, id }: Upload) => key > keyMarker || (key === keyMarker && idMarker !== '' && id > idMarker);
  const rest = service.uploads.of(bucketName).filter((upload) => upload.key.startsWith(prefix) && behind(upload));
  const page = rest.slice(0, limit);
  const nodes: XmlNode[] = [
    ['Bucket', bucketName],
    ['KeyMarker', keyMarker],
    ['UploadIdMarker', idMarker],
    ['NextKeyMarker', page.at(-1)?.key ?? ''],
    ['NextUploadIdMarker', page.at(-1)?.id ?? ''],
    ['MaxUploads', limit],
    ['IsTruncated', rest.length > limit],
    ...page.map(({ key, id, initiated }): XmlNode => {
      return [
        'Upload',
        [
          ['Key', key],
          ['UploadId', id],
          ['Initiated', new Date(initiated).toISOString()],
        ],
      ];
    }),
  ];
  return { status: 200, body: toXml(['ListMultipartUploadsResult', nodes]) };
};
