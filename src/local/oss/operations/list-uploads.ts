// ListParts and ListMultipartUploads: what has been uploaded and is not yet an object.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listparts

import { compareKeys } from '../../../rules/key-order.js';
import { commonPrefix, encoder, encodingType } from '../answer/listing.js';
import { authorize, numberParameter, type OssOperations, requireBucket, requireUpload, xmlReply } from '../call.js';
import { type MultipartUpload, maxPartNumber, partsInOrder } from '../object/uploads.js';
import { parameter } from '../request/resolve.js';
import type { Bucket } from '../storage/storage.js';
import { xmlTime } from '../xml.js';

/** What is listed: an upload, or the common prefix of some. */
interface Item {
  key: string;
  upload?: MultipartUpload;
}

export const listUploadsOperations = {
  async ListParts(call) {
    authorize(call, 'oss:ListParts');
    const upload = requireUpload(call);
    const text = encoder(call);
    const limit = numberParameter(call, 'max-parts', 1000, 1, 1000);
    const marker = numberParameter(call, 'part-number-marker', 0, 0, maxPartNumber);
    const rest = partsInOrder(upload).filter(({ number }) => number > marker);
    const page = rest.slice(0, limit);
    return xmlReply('ListPartsResult', {
      Bucket: call.bucketName,
      EncodingType: encodingType(call),
      Key: text(call.key),
      UploadId: upload.id,
      ...classOf(upload, requireBucket(call)),
      ...clientEncryption(upload),
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
    const bucket = requireBucket(call);
    const text = encoder(call);
    const value = (name: string) => parameter(query, name) ?? '';
    const [prefix, delimiter] = [value('prefix'), value('delimiter')];
    const [keyMarker, idMarker] = [value('key-marker'), value('upload-id-marker')];
    const limit = numberParameter(call, 'max-uploads', 1000, 1, 1000);
    const items: Item[] = [];
    for (const upload of service.uploads.of(bucketName)) {
      const { key, id } = upload;
      const place = compareKeys(key, keyMarker);
      if (!key.startsWith(prefix) || place < 0 || (place === 0 && (idMarker === '' || id <= idMarker))) continue;
      const group = commonPrefix(key, prefix, delimiter);
      if (group === undefined) items.push({ key, upload });
      else if (group !== keyMarker && group !== items.at(-1)?.key) items.push({ key: group });
    }
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return xmlReply('ListMultipartUploadsResult', {
      Bucket: bucketName,
      EncodingType: encodingType(call),
      KeyMarker: text(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: text(last?.key ?? ''),
      NextUploadIdMarker: last?.upload?.id ?? '',
      Delimiter: text(delimiter),
      Prefix: text(prefix),
      MaxUploads: limit,
      IsTruncated: items.length > limit,
      Upload: page.flatMap(({ key, upload }) => {
        if (upload === undefined) return [];
        const own = { ...classOf(upload, bucket), Initiated: xmlTime(upload.initiated) };
        return { Key: text(key), UploadId: upload.id, ...own };
      }),
      CommonPrefixes: page.flatMap(({ key, upload }) => (upload ? [] : { Prefix: text(key) })),
    });
  },
} satisfies OssOperations;

function classOf({ labels }: MultipartUpload, bucket: Bucket) {
  return { StorageClass: labels.storageClass ?? bucket.storageClass ?? 'Standard' };
}

/**
 * What a client that encrypts has noted as metadata, which it needs to go on with an upload. The vendor's SDKs read it
 * from these elements.
 */
function clientEncryption({ headers }: MultipartUpload): Record<string, string> {
  const noted = Object.entries(clientEncryptionElements).flatMap(([name, element]) => {
    const value = headers[`x-oss-meta-client-side-encryption-${name}`];
    return value === undefined ? [] : [[element, value] as const];
  });
  return Object.fromEntries(noted);
}

const clientEncryptionElements = {
  key: 'ClientEncryptionKey',
  start: 'ClientEncryptionStart',
  'cek-alg': 'ClientEncryptionCekAlg',
  'wrap-alg': 'ClientEncryptionWrapAlg',
  'data-size': 'ClientEncryptionDataSize',
  'part-size': 'ClientEncryptionPartSize',
};
