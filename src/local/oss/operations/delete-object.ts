// DeleteObject: 204 whether the object was there or not.

import { authorize, type Operation, requireBucket } from '../call.js';
import { removeObject } from '../store.js';

export const deleteObject: Operation = async (call) => {
  authorize(call, 'oss:DeleteObject', call.bucketName, call.key);
  requireBucket(call);
  await removeObject(call, call.key, 'ObjectRemoved:DeleteObject');
  return { status: 204 };
};
