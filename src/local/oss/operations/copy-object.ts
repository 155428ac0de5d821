// CopyObject: PUT with x-oss-copy-source. https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject

import type { IncomingHttpHeaders } from 'node:http';
import { authorize, type OssCall, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument } from '../error.js';
import { forbidsOverwrite, objectHeaders, storedHeaders } from '../object/headers.js';
import { requestedLabels } from '../object/labels.js';
import { requireObject } from '../object/require-object.js';
import { storeObject } from '../object/store.js';
import { versionHeaders, versionOf } from '../object/versioning.js';
import { notModified } from '../request/conditions.js';
import { percentDecode } from '../request/percent.js';
import { checkBucketName, checkKey } from '../request/resolve.js';
import type { ObjectLabels, StoredObject } from '../storage/storage.js';
import { xmlTime } from '../xml.js';

export const copyOperations = {
  async CopyObject(call) {
    const { headers, service } = call;
    const source = copySource(call);
    authorize(call, 'oss:GetObject', source.bucketName, source.key, source.versionId);
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    const from = copiedObject(call, source);
    if (notModified(headers, from, 'x-oss-copy-source-')) return { status: 304 };
    const directive = directiveOf(headers, 'x-oss-metadata-directive');
    const labels = copiedLabels(call, from);
    const replaced = objectHeaders(headers, lasting(from));
    const { 'x-oss-version-id': copied } = versionHeaders(requireBucket(call, source.bucketName), from);
    const origin: Record<string, string> = copied === undefined ? {} : { 'x-oss-copy-source-version-id': copied };
    const body = await service.storage.read(source.bucketName, from.key, from.versionId);
    await call.body(64 * 1024);
    const object = await storeObject(call, {
      body,
      ...(from.crc64 !== undefined && { crc64: BigInt(from.crc64) }),
      headers: directive === 'COPY' ? from.headers : replaced,
      labels,
      event: 'ObjectCreated:CopyObject',
      forbidOverwrite: forbidsOverwrite(headers),
    });
    const result = { ETag: `"${object.etag}"`, LastModified: xmlTime(object.lastModified) };
    return xmlReply('CopyObjectResult', result, { ...storedHeaders(call, object), ...origin });
  },
} satisfies OssOperations;

interface CopySource {
  bucketName: string;
  key: string;
  versionId: string | undefined;
}

/** `/BUCKET/KEY[?versionId=ID]`, the key percent-encoded. */
function copySource(call: OssCall): CopySource {
  const [path = '', query] = String(call.headers['x-oss-copy-source']).split('?', 2);
  const [, versionId] = /^versionId=([^&]+)$/.exec(query ?? '') ?? [];
  if (query !== undefined && versionId === undefined) {
    throw invalidArgument('Behind the key, x-oss-copy-source may have ?versionId=ID and nothing else.');
  }
  const [, bucketName, rawKey] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (bucketName === undefined || rawKey === undefined) {
    throw invalidArgument('x-oss-copy-source must be /BUCKET/KEY with the key percent-encoded.');
  }
  checkBucketName(bucketName);
  const message = 'x-oss-copy-source cannot be percent-decoded.';
  const key = percentDecode(rawKey, (cause) => invalidArgument(message, { cause }));
  checkKey(key);
  return { bucketName, key, versionId };
}

/** @throws ServiceError as requireObject; InvalidArgument for a version that is a delete marker */
function copiedObject(call: OssCall, { bucketName, key, versionId }: CopySource): StoredObject {
  const version =
    versionId === undefined ? undefined : versionOf(call.service.storage.versions(bucketName, key), versionId);
  if (!version?.deleteMarker) return requireObject(call, bucketName, key, versionId);
  // https://www.alibabacloud.com/help/en/oss/support/0016-00000307
  const message = 'The versionId in x-oss-copy-source is that of a delete marker.';
  throw invalidArgument(message, { ec: '0016-00000307' });
}

/**
 * What an object keeps when its metadata is replaced by a request that does not name it, as the live tests of the
 * vendor's SDKs show: its type, and what a client that encrypts has noted.
 */
function lasting(from: StoredObject): Record<string, string> {
  const lasts = ([name]: [string, string]) => /^(?:content-type$|x-oss-meta-client-side-encryption-)/.test(name);
  return Object.fromEntries(Object.entries(from.headers).filter(lasts));
}

/** ACL and storage class are those of the request; so are the tags where it says so. */
function copiedLabels(call: OssCall, from: StoredObject): ObjectLabels {
  const labels = requestedLabels(call);
  const directive = directiveOf(call.headers, 'x-oss-tagging-directive');
  return directive === 'COPY' ? { ...labels, tags: from.tags } : labels;
}

/** @throws ServiceError InvalidArgument */
function directiveOf(headers: IncomingHttpHeaders, name: string): 'COPY' | 'REPLACE' {
  const directive = (headers[name] ?? 'COPY').toString().toUpperCase();
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw invalidArgument(`${name} must be COPY or REPLACE.`, { extra: { ArgumentName: name } });
}
