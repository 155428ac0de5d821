// PutSymlink and GetSymlink. The target's key is percent-encoded in its header and need not exist.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putsymlink

import { md5 } from '../body.js';
import { authorize, type Operation, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { checkKey, percentDecode } from '../resolve.js';
import { encode } from '../signature.js';
import { forbidsOverwrite, objectHeaders, storeObject } from '../store.js';

export const putSymlink: Operation = async (call) => {
  const { bucketName, key, headers } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  requireBucket(call);
  const target = decodeTarget(String(headers['x-oss-symlink-target'] ?? ''));
  await call.body(64 * 1024);
  const object = await storeObject(call, {
    bucketName,
    key,
    body: Buffer.alloc(0),
    etag: md5(Buffer.from(target)).toString('hex').toUpperCase(),
    headers: objectHeaders(headers),
    type: 'Symlink',
    symlinkTarget: target,
    event: 'ObjectCreated:PutSymlink',
    forbidOverwrite: forbidsOverwrite(headers),
  });
  return { status: 200, headers: { ETag: `"${object.etag}"` } };
};

export const getSymlink: Operation = async (call) => {
  const { bucketName, key } = call;
  authorize(call, 'oss:GetObject', bucketName, key);
  requireBucket(call);
  const object = call.service.storage.object(bucketName, key);
  if (!object) throw refuse('NoSuchKey', { extra: { Key: key } });
  if (object.symlinkTarget === undefined) throw refuse('NotSymlink', { extra: { Key: key } });
  return {
    status: 200,
    headers: {
      ETag: `"${object.etag}"`,
      'Last-Modified': new Date(object.lastModified).toUTCString(),
      'x-oss-symlink-target': encode(object.symlinkTarget),
    },
  };
};

function decodeTarget(raw: string): string {
  try {
    const key = percentDecode(raw);
    checkKey(key);
    return key;
  } catch (cause) {
    throw refuse('InvalidArgument', { message: 'x-oss-symlink-target must be a key, percent-encoded.', cause });
  }
}
