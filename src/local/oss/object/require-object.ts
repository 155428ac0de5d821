// Which object, and which version of it, a request works on: it is there, or the refusal says what is missing.

import { authorize, type OssCall, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import type { StoredObject, Version } from '../storage/storage.js';
import { versionHeaders, versionOf } from './versioning.js';

/**
 * A version of an object, by default the newest; of a symlink itself.
 * @throws ServiceError NoSuchBucket; NoSuchKey, NoSuchVersion; MethodNotAllowed for a version that is a delete marker
 */
export function requireVersion(
  call: OssCall,
  bucketName = call.bucketName,
  key = call.key,
  versionId?: string,
): StoredObject {
  const version = findVersion(call, bucketName, key, versionId);
  if (!version?.deleteMarker) return version ?? refuseMissing(key, versionId);
  const headers = versionHeaders(requireBucket(call, bucketName), version);
  if (versionId === undefined) throw refuse('NoSuchKey', { extra: { Key: key }, headers });
  throw refuse('MethodNotAllowed', {
    extra: { ResourceType: 'DeleteMarker', Key: key, VersionId: versionId },
    headers,
  });
}

/**
 * The version whose ACL or tags a request means.
 * @throws ServiceError as requireVersion, but NoSuchKey for every delete marker, which has neither
 */
export function requireLabelled(call: OssCall, versionId: string | undefined): StoredObject {
  const { bucketName, key } = call;
  const version = findVersion(call, bucketName, key, versionId);
  if (!version?.deleteMarker) return version ?? refuseMissing(key, versionId);
  throw refuse('NoSuchKey', { extra: { Key: key }, headers: versionHeaders(requireBucket(call), version) });
}

function findVersion(call: OssCall, bucketName: string, key: string, versionId?: string): Version | undefined {
  requireBucket(call, bucketName);
  return versionOf(call.service.storage.versions(bucketName, key), versionId);
}

function refuseMissing(key: string, versionId: string | undefined): never {
  if (versionId === undefined) throw refuse('NoSuchKey', { extra: { Key: key } });
  throw refuse('NoSuchVersion', { extra: { Key: key, VersionId: versionId } });
}

/**
 * The object under a key, or one version of it, to be read; through a symlink if it is one, to the newest version of
 * its target, which the caller must be allowed to read too.
 * @throws ServiceError as requireVersion; AccessDenied, SymlinkTargetNotExist, InvalidTargetType
 */
export function requireObject(
  call: OssCall,
  bucketName = call.bucketName,
  key = call.key,
  versionId?: string,
): StoredObject {
  const object = requireVersion(call, bucketName, key, versionId);
  if (object.symlinkTarget === undefined) return object;
  authorize(call, 'oss:GetObject', bucketName, object.symlinkTarget);
  const target = call.service.storage.object(bucketName, object.symlinkTarget);
  if (!target) throw refuse('SymlinkTargetNotExist', { extra: { Key: key } });
  if (target.symlinkTarget !== undefined) throw refuse('InvalidTargetType', { extra: { Key: key } });
  return target;
}
