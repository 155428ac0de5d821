// PutObject and AppendObject: the body becomes the object, or its end.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putobject
// https://www.alibabacloud.com/help/en/oss/developer-reference/appendobject

import { authorize, numberParameter, type OssCall, type OssOperations, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { crc64 } from '../object/crc64.js';
import { forbidsOverwrite, objectHeaders, storedHeaders } from '../object/headers.js';
import { requestedLabels } from '../object/labels.js';
import { type ObjectToStore, storeObject } from '../object/store.js';
import { contentMd5 } from '../request/body.js';
import { parameter } from '../request/resolve.js';
import type { StoredObject } from '../storage/storage.js';

export const putOperations = {
  async PutObject(call) {
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    if (call.headers['content-length'] === undefined && call.headers['transfer-encoding'] === undefined)
      throw refuse('MissingContentLength');
    const headers = objectHeaders(call.headers);
    const labels = requestedLabels(call);
    const body = await call.body();
    const forbidOverwrite = forbidsOverwrite(call.headers);
    const event = 'ObjectCreated:PutObject';
    const object = await storeObject(call, { body, headers, labels, event, forbidOverwrite });
    return { status: 200, headers: { ...storedHeaders(call, object), 'Content-MD5': contentMd5(object.etag) } };
  },

  async AppendObject(call) {
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    if (parameter(call.query, 'position') === undefined) {
      throw invalidArgument('The position parameter is missing.', { ec: '0016-00000501' });
    }
    const position = numberParameter(call, 'position', 0, 0, Number.MAX_SAFE_INTEGER);
    const headers = objectHeaders(call.headers);
    const labels = requestedLabels(call);
    const added = await call.body();
    const object = await append(call, { position, added, headers, labels });
    return {
      status: 200,
      headers: { ...storedHeaders(call, object), 'x-oss-next-append-position': String(object.size) },
    };
  },
} satisfies OssOperations;

interface Append extends Pick<ObjectToStore, 'headers' | 'labels'> {
  position: number;
  added: Buffer;
}

/** Stores an object and what is added to it; once more from the start where its bytes are others in the end. */
async function append(call: OssCall, what: Append): Promise<StoredObject> {
  const { bucketName, key, service } = call;
  const { position, added, headers, labels } = what;
  const before = service.storage.object(bucketName, key);
  checkPosition(before, position);
  if (position + added.length > service.maxObjectSize) throw refuse('EntityTooLarge');
  const previous = before ? await service.storage.read(bucketName, key, before.versionId) : Buffer.alloc(0);
  const replaced = new Error('the object has been replaced by one that is as long');
  try {
    return await storeObject(call, {
      body: Buffer.concat([previous, added]),
      ...(before?.crc64 !== undefined && { crc64: crc64(added, BigInt(before.crc64)) }),
      headers,
      labels,
      type: 'Appendable',
      continues: true,
      event: 'ObjectCreated:AppendObject',
      position,
      check: (existing) => {
        checkPosition(existing, position);
        if (existing?.etag !== before?.etag) throw replaced;
      },
    });
  } catch (error) {
    if (error === replaced) return append(call, what);
    throw error;
  }
}

/** @throws ServiceError ObjectNotAppendable, PositionNotEqualToLength */
function checkPosition(existing: StoredObject | undefined, position: number): void {
  if (existing && existing.type !== 'Appendable') throw refuse('ObjectNotAppendable');
  const length = existing?.size ?? 0;
  const headers = { 'x-oss-next-append-position': String(length) };
  if (position !== length) throw refuse('PositionNotEqualToLength', { headers });
}
