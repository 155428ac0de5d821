// CopyObject: PUT with x-oss-copy-source. https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject

import { authorize, type OssCall, type OssOperations, requireBucket, requireObject, xmlReply } from '../call.js';
import { notModified } from '../conditions.js';
import { invalidArgument, notImplemented, refuse } from '../error.js';
import { checkBucketName, checkKey, percentDecode } from '../resolve.js';
import { contentHeaders, forbidsOverwrite, objectHeaders, storeObject } from '../store.js';
import { xmlTime } from '../xml.js';

export const copyOperations = {
  async CopyObject(call) {
    const { headers, service } = call;
    const source = copySource(call);
    authorize(call, 'oss:GetObject', source.bucketName, source.key);
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    const from = requireObject(call, source.bucketName, source.key);
    if (notModified(headers, from, 'x-oss-copy-source-')) return { status: 304 };
    const directive = (headers['x-oss-metadata-directive'] ?? 'COPY').toString().toUpperCase();
    if (directive !== 'COPY' && directive !== 'REPLACE') {
      throw invalidArgument('x-oss-metadata-directive must be COPY or REPLACE.');
    }
    const replaced = objectHeaders(headers);
    const body = await service.storage.read(source.bucketName, from.key);
    await call.body(64 * 1024);
    const object = await storeObject(call, {
      body,
      ...(from.crc64 !== undefined && { crc64: BigInt(from.crc64) }),
      headers: directive === 'COPY' ? from.headers : replaced,
      event: 'ObjectCreated:CopyObject',
      forbidOverwrite: forbidsOverwrite(headers),
    });
    const result = { ETag: `"${object.etag}"`, LastModified: xmlTime(object.lastModified) };
    return xmlReply('CopyObjectResult', result, contentHeaders(object));
  },
} satisfies OssOperations;

/** `/BUCKET/KEY`, the key percent-encoded. */
function copySource(call: OssCall): { bucketName: string; key: string } {
  const [path = '', version] = String(call.headers['x-oss-copy-source']).split('?', 2);
  if (version !== undefined) throw notImplemented('versionId in x-oss-copy-source');
  const [, bucketName, rawKey] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (bucketName === undefined || rawKey === undefined) {
    throw invalidArgument('x-oss-copy-source must be /BUCKET/KEY with the key percent-encoded.');
  }
  checkBucketName(bucketName);
  const message = 'x-oss-copy-source cannot be percent-decoded.';
  const key = percentDecode(rawKey, (cause) => refuse('InvalidArgument', { message, cause }));
  checkKey(key);
  return { bucketName, key };
}
