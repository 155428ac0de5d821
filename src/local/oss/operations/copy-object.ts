// CopyObject: PUT with x-oss-copy-source. https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject

import { md5 } from '../body.js';
import { authorize, type Call, type Operation, requireBucket, requireObject } from '../call.js';
import { notModified } from '../conditions.js';
import { notImplemented, refuse } from '../error.js';
import { checkBucketName, checkKey, percentDecode } from '../resolve.js';
import { forbidsOverwrite, objectHeaders, storeObject } from '../store.js';
import { toXml } from '../xml.js';

export const copyObject: Operation = async (call) => {
  const { bucketName, key, headers, service } = call;
  const source = copySource(call);
  authorize(call, 'oss:GetObject', source.bucketName, source.key);
  authorize(call, 'oss:PutObject', bucketName, key);
  requireBucket(call);
  const from = requireObject(call, source.bucketName, source.key);
  if (notModified(headers, from, 'x-oss-copy-source-')) return { status: 304 };
  const directive = (headers['x-oss-metadata-directive'] ?? 'COPY').toString().toUpperCase();
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw refuse('InvalidArgument', { message: 'x-oss-metadata-directive must be COPY or REPLACE.' });
  }
  const replaced = { 'content-type': 'application/octet-stream', ...objectHeaders(headers) };
  const body = await service.storage.read(source.bucketName, from.key);
  await call.body(64 * 1024);
  const object = await storeObject(call, {
    bucketName,
    key,
    body,
    etag: md5(body).toString('hex').toUpperCase(),
    headers: directive === 'COPY' ? from.headers : replaced,
    event: 'ObjectCreated:CopyObject',
    forbidOverwrite: forbidsOverwrite(headers),
  });
  const lastModified = new Date(object.lastModified).toISOString();
  return {
    status: 200,
    body: toXml([
      'CopyObjectResult',
      [
        ['ETag', `"${object.etag}"`],
        ['LastModified', lastModified],
      ],
    ]),
  };
};

/** `/BUCKET/KEY`, the key percent-encoded. */
function copySource(call: Call): { bucketName: string; key: string } {
  const [path = '', version] = String(call.headers['x-oss-copy-source']).split('?', 2);
  if (version !== undefined) throw notImplemented('versionId in x-oss-copy-source');
  const [, bucketName, rawKey] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (bucketName === undefined || rawKey === undefined) {
    throw refuse('InvalidArgument', { message: 'x-oss-copy-source must be /BUCKET/KEY with the key percent-encoded.' });
  }
  checkBucketName(bucketName);
  const key = decodeSource(rawKey);
  checkKey(key);
  return { bucketName, key };
}

function decodeSource(raw: string): string {
  try {
    return percentDecode(raw);
  } catch (cause) {
    throw refuse('InvalidArgument', { message: 'x-oss-copy-source cannot be percent-decoded.', cause });
  }
}
