// PutObject and AppendObject: the body becomes the object, or its end.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putobject
// https://www.alibabacloud.com/help/en/oss/developer-reference/appendobject

import { authorize, numberParameter, type OssOperations, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { crc64 } from '../object/crc64.js';
import { requestedLabels } from '../object/labels.js';
import { forbidsOverwrite, objectHeaders, storedHeaders, storeObject } from '../object/store.js';
import { md5 } from '../request/body.js';
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
    return { status: 200, headers: { ...storedHeaders(call, object), 'Content-MD5': md5(body).toString('base64') } };
  },

  async AppendObject(call) {
    const { bucketName, key, service } = call;
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    if (parameter(call.query, 'position') === undefined) {
      throw invalidArgument('The position parameter is missing.', { ec: '0016-00000501' });
    }
    const position = numberParameter(call, 'position', 0, 0, Number.MAX_SAFE_INTEGER);
    const labels = requestedLabels(call);
    const added = await call.body();
    const check = (existing: StoredObject | undefined) => {
      if (existing && existing.type !== 'Appendable') throw refuse('ObjectNotAppendable');
      const length = existing?.size ?? 0;
      const headers = { 'x-oss-next-append-position': String(length) };
      if (position !== length) throw refuse('PositionNotEqualToLength', { headers });
    };
    const existing = service.storage.object(bucketName, key);
    check(existing);
    const previous = existing ? await service.storage.read(bucketName, key, existing.versionId) : Buffer.alloc(0);
    const body = Buffer.concat([previous, added]);
    if (body.length > service.maxObjectSize) throw refuse('EntityTooLarge');
    const { acl, tags, storageClass } = existing ?? labels;
    const object = await storeObject(call, {
      body,
      ...(existing?.crc64 !== undefined && { crc64: crc64(added, BigInt(existing.crc64)) }),
      headers: existing?.headers ?? objectHeaders(call.headers),
      labels: { acl, tags, storageClass },
      type: 'Appendable',
      // An object that is appended to stays one version:
      // https://help.aliyun.com/zh/oss/developer-reference/appendobject
      replaces: true,
      event: 'ObjectCreated:AppendObject',
      position,
      check,
    });
    return {
      status: 200,
      headers: { ...storedHeaders(call, object), 'x-oss-next-append-position': String(object.size) },
    };
  },
} satisfies OssOperations;
