// PutObject: the body becomes the object. https://www.alibabacloud.com/help/en/oss/developer-reference/putobject

import { md5 } from '../body.js';
import { authorize, type Operation, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { forbidsOverwrite, objectHeaders, storeObject } from '../store.js';

export const putObject: Operation = async (call) => {
  const { bucketName, key, headers } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  requireBucket(call);
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    throw refuse('MissingContentLength');
  const kept = { 'content-type': 'application/octet-stream', ...objectHeaders(headers) };
  const body = await call.body();
  const digest = md5(body);
  const object = await storeObject(call, {
    bucketName,
    key,
    body,
    etag: digest.toString('hex').toUpperCase(),
    headers: kept,
    event: 'ObjectCreated:PutObject',
    forbidOverwrite: forbidsOverwrite(headers),
  });
  return { status: 200, headers: { ETag: `"${object.etag}"`, 'Content-MD5': digest.toString('base64') } };
};
