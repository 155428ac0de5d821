// DeleteObject, and DeleteObjects: up to 1,000 keys in one request, one event each. What is not there counts as
// deleted.
// https://www.alibabacloud.com/help/en/oss/developer-reference/deletemultipleobjects

import { readXml } from '../body.js';
import { authorize, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { notImplemented, refuse } from '../error.js';
import { encoder, encodingType } from '../listing.js';
import { checkKey } from '../resolve.js';
import { removeObject } from '../store.js';
import { childText } from '../xml.js';

const maxKeys = 1000;

export const deleteOperations = {
  async DeleteObject(call) {
    authorize(call, 'oss:DeleteObject');
    requireBucket(call);
    await removeObject(call, call.key, 'ObjectRemoved:DeleteObject');
    return { status: 204 };
  },

  async DeleteObjects(call) {
    const root = readXml(await call.body(2 * 1024 * 1024), 'Delete');
    requireBucket(call);
    const text = encoder(call);
    const objects = root.children.filter(({ name }) => name === 'Object');
    if (objects.length === 0 || objects.length > maxKeys) {
      throw refuse('MalformedXML', { message: `There must be 1 to ${maxKeys} objects to delete.` });
    }
    const keys = objects.map((object) => {
      if (childText(object, 'VersionId')) throw notImplemented('VersionId in DeleteObjects');
      // Not trimmed: a key may begin or end with a space.
      const key = object.children.find(({ name }) => name === 'Key')?.text ?? '';
      checkKey(key);
      authorize(call, 'oss:DeleteObject', call.bucketName, key);
      return key;
    });
    for (const key of keys) await removeObject(call, key, 'ObjectRemoved:DeleteObjects');
    const quiet = childText(root, 'Quiet')?.toLowerCase() === 'true';
    return xmlReply('DeleteResult', {
      EncodingType: encodingType(call),
      Deleted: quiet ? [] : keys.map((key) => ({ Key: text(key) })),
    });
  },
} satisfies OssOperations;
