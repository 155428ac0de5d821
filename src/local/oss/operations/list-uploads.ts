// ListParts and ListMultipartUploads: what has been uploaded and is not yet an object.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listparts

import { authorize, numberParameter, type OssOperations, requireBucket, requireUpload, xmlReply } from '../call.js';
import { parameter } from '../resolve.js';
import { type MultipartUpload, maxPartNumber, partsInOrder } from '../uploads.js';
import { xmlTime } from '../xml.js';

export const listUploadsOperations = {
  async ListParts(call) {
    authorize(call, 'oss:ListParts');
    const upload = requireUpload(call);
    const limit = numberParameter(call, 'max-parts', 1000, 1, 1000);
    const marker = numberParameter(call, 'part-number-marker', 0, 0, maxPartNumber);
    const rest = partsInOrder(upload).filter(({ number }) => number > marker);
    const page = rest.slice(0, limit);
    return xmlReply('ListPartsResult', {
      Bucket: call.bucketName,
      Key: call.key,
      UploadId: upload.id,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? marker,
      MaxParts: limit,
      IsTruncated: rest.length > limit,
      Part: page.map(({ number, modified, etag, crc64, body }) => ({
        PartNumber: number,
        LastModified: xmlTime(modified),
        ETag: `"${etag}"`,
        Size: body.length,
        HashCrc64ecma: String(crc64),
      })),
    });
  },

  async ListMultipartUploads(call) {
    const { bucketName, query, service } = call;
    authorize(call, 'oss:ListMultipartUploads');
    requireBucket(call);
    const prefix = parameter(query, 'prefix') ?? '';
    const limit = numberParameter(call, 'max-uploads', 1000, 1, 1000);
    const keyMarker = parameter(query, 'key-marker') ?? '';
    const idMarker = parameter(query, 'upload-id-marker') ?? '';
    const behind = ({ key, id }: MultipartUpload) =>
      key > keyMarker || (key === keyMarker && idMarker !== '' && id > idMarker);
    const rest = service.uploads.of(bucketName).filter((upload) => upload.key.startsWith(prefix) && behind(upload));
    const page = rest.slice(0, limit);
    return xmlReply('ListMultipartUploadsResult', {
      Bucket: bucketName,
      KeyMarker: keyMarker,
      UploadIdMarker: idMarker,
      NextKeyMarker: page.at(-1)?.key ?? '',
      NextUploadIdMarker: page.at(-1)?.id ?? '',
      MaxUploads: limit,
      IsTruncated: rest.length > limit,
      Upload: page.map(({ key, id, initiated }) => ({
        Key: key,
        UploadId: id,
        Initiated: xmlTime(initiated),
      })),
    });
  },
} satisfies OssOperations;
