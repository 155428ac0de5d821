// PutSymlink and GetSymlink. The target's key is percent-encoded in its header and need not exist.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putsymlink

import { authorize, type OssOperations, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { forbidsOverwrite, objectHeaders } from '../object/headers.js';
import { requestedLabels } from '../object/labels.js';
import { requireVersion } from '../object/require-object.js';
import { storeObject } from '../object/store.js';
import { requestedVersion, versionHeaders } from '../object/versioning.js';
import { etagOf } from '../request/body.js';
import { encode, percentDecode } from '../request/percent.js';
import { checkKey } from '../request/resolve.js';

export const symlinkOperations = {
  async PutSymlink(call) {
    const { headers } = call;
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    const symlinkTarget = decodeTarget(String(headers['x-oss-symlink-target'] ?? ''));
    await call.body(64 * 1024);
    const object = await storeObject(call, {
      body: Buffer.alloc(0),
      etag: etagOf(Buffer.from(symlinkTarget)),
      headers: objectHeaders(headers, {}),
      labels: requestedLabels(call),
      type: 'Symlink',
      symlinkTarget,
      event: 'ObjectCreated:PutSymlink',
      forbidOverwrite: forbidsOverwrite(headers),
    });
    return { status: 200, headers: { ETag: `"${object.etag}"`, ...versionHeaders(requireBucket(call), object) } };
  },

  async GetSymlink(call) {
    const { bucketName, key, query } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:GetObject', bucketName, key, versionId);
    const object = requireVersion(call, bucketName, key, versionId);
    if (object.symlinkTarget === undefined) throw refuse('NotSymlink', { extra: { Key: key } });
    return {
      status: 200,
      headers: {
        ETag: `"${object.etag}"`,
        'Last-Modified': new Date(object.lastModified).toUTCString(),
        'x-oss-symlink-target': encode(object.symlinkTarget),
        ...versionHeaders(requireBucket(call), object),
      },
    };
  },
} satisfies OssOperations;

function decodeTarget(raw: string): string {
  const message = 'x-oss-symlink-target must be a key, percent-encoded.';
  const refusal = (cause: unknown) => invalidArgument(message, { cause });
  const key = percentDecode(raw, refusal);
  try {
    checkKey(key);
  } catch (cause) {
    throw refusal(cause);
  }
  return key;
}
