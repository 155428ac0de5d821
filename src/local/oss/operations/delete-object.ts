// DeleteObject, and DeleteObjects: up to 1,000 keys in one request, one event each. What is not there counts as
// deleted.
// https://www.alibabacloud.com/help/en/oss/developer-reference/deletemultipleobjects

import { encoder, encodingType } from '../answer/listing.js';
import { authorize, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { removeObject } from '../object/remove.js';
import { requestedVersion, versionHeaders } from '../object/versioning.js';
import { readXml } from '../request/body.js';
import { checkKey } from '../request/resolve.js';
import type { Version } from '../storage/storage.js';
import { childText, type XmlContent } from '../xml.js';

const maxKeys = 1000;

export const deleteOperations = {
  async DeleteObject(call) {
    const { bucketName, key, query } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:DeleteObject', bucketName, key, versionId);
    requireBucket(call);
    const removed = await removeObject(call, key, 'ObjectRemoved:DeleteObject', versionId);
    return { status: 204, headers: removed ? versionHeaders(requireBucket(call), removed) : {} };
  },

  async DeleteObjects(call) {
    const root = readXml(await call.body(2 * 1024 * 1024), 'Delete');
    requireBucket(call);
    const text = encoder(call);
    const objects = root.children.filter(({ name }) => name === 'Object');
    if (objects.length === 0 || objects.length > maxKeys) {
      throw refuse('MalformedXML', { message: `There must be 1 to ${maxKeys} objects to delete.` });
    }
    const named = objects.map((object) => {
      const versionId = childText(object, 'VersionId');
      // https://help.aliyun.com/document_detail/601224.html
      if (versionId === '') throw invalidArgument('A VersionId is empty.', { ec: '0016-00000612' });
      // Not trimmed: a key may begin or end with a space.
      const key = object.children.find(({ name }) => name === 'Key')?.text ?? '';
      checkKey(key);
      authorize(call, 'oss:DeleteObject', call.bucketName, key, versionId);
      return { key, versionId };
    });
    const deleted: XmlContent[] = [];
    for (const { key, versionId } of named) {
      const removed = await removeObject(call, key, 'ObjectRemoved:DeleteObjects', versionId);
      deleted.push({ Key: text(key), VersionId: versionId, ...markerIn(removed) });
    }
    const quiet = childText(root, 'Quiet')?.toLowerCase() === 'true';
    return xmlReply('DeleteResult', {
      EncodingType: encodingType(call),
      Deleted: quiet ? [] : deleted,
    });
  },
} satisfies OssOperations;

/** A delete marker that the deletion has made, or that it has removed. */
function markerIn(version: Version | undefined) {
  return version?.deleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: version.versionId };
}
