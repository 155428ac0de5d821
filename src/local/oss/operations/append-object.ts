// AppendObject: https://www.alibabacloud.com/help/en/oss/developer-reference/appendobject

import { md5 } from '../body.js';
import { authorize, numberParameter, type Operation, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { parameter } from '../resolve.js';
import type { StoredObject } from '../storage/storage.js';
import { objectHeaders, storeObject } from '../store.js';

export const appendObject: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  requireBucket(call);
  if (parameter(call.query, 'position') === undefined) {
    throw refuse('InvalidArgument', { message: 'The position parameter is missing.', ec: '0016-00000501' });
  }
  const position = numberParameter(call, 'position', 0, 0, Number.MAX_SAFE_INTEGER);
  const added = await call.body();
  const fits = (existing: StoredObject | undefined) => {
    if (existing && existing.type !== 'Appendable') throw refuse('ObjectNotAppendable');
    const length = existing?.size ?? 0;
    if (position !== length)
      throw refuse('PositionNotEqualToLength', { extra: { 'x-oss-next-append-position': String(length) } });
  };
  const existing = service.storage.object(bucketName, key);
  fits(existing);
  const former = existing ? await service.storage.read(bucketName, key) : Buffer.alloc(0);
  const body = Buffer.concat([former, added]);
  if (body.length > service.maxObjectSize) throw refuse('EntityTooLarge');
  const object = await storeObject(call, {
    bucketName,
    key,
    body,
    etag: md5(body).toString('hex').toUpperCase(),
    headers: existing?.headers ?? { 'content-type': 'application/octet-stream', ...objectHeaders(call.headers) },
    type: 'Appendable',
    event: 'ObjectCreated:AppendObject',
    position,
    unless: fits,
  });
  return { status: 200, headers: { ETag: `"${object.etag}"`, 'x-oss-next-append-position': String(object.size) } };
};
