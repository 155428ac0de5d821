// ProcessObject: POST ?x-oss-process with `x-oss-process=STYLE|sys/saveas,…` in the body. OSS saves the result itself.
// https://www.alibabacloud.com/help/en/oss/developer-reference/processobject
// Assumed, for want of a document: the result's Content-Type comes from its format, nothing else is inherited from the
// source, and the save is reported as ObjectCreated:PutObject (OSS checks oss:PutObject on the target).

import { authorize, type OssOperations, requireBucket } from '../call.js';
import { notImplemented } from '../error.js';
import { parseProcess, processObject, processOfBody } from '../object/process.js';
import { requireObject } from '../object/require-object.js';
import { storeObject } from '../object/store.js';
import { versionHeaders } from '../object/versioning.js';

const maxBody = 64 * 1024;

export const processOperations = {
  async ProcessObject(call) {
    const { bucketName } = call;
    // Documented for Put, Copy and Post only: whether a save honours it is not known.
    if (call.headers['x-oss-forbid-overwrite'] !== undefined)
      throw notImplemented('x-oss-forbid-overwrite on ProcessObject');
    authorize(call, 'oss:PostProcessTask');
    authorize(call, 'oss:GetObject');
    requireBucket(call);
    const { pipes, saveas } = parseProcess(processOfBody(await call.body(maxBody)));
    const target = saveas && { bucketName: saveas.bucket ?? bucketName, key: saveas.key };
    if (target) {
      requireBucket(call, target.bucketName);
      authorize(call, 'oss:PutObject', target.bucketName, target.key);
    }
    const object = requireObject(call);
    const { body, contentType } = await processObject(call, { bucketName, object }, pipes, saveas !== undefined);
    if (!saveas || !target) return { status: 200, headers: { 'Content-Type': contentType }, body };
    const headers = { 'content-type': contentType };
    const saved = await storeObject(call, { ...target, body, headers, event: 'ObjectCreated:PutObject' });
    const answer = { bucket: saveas.bucket ?? '', fileSize: saved.size, object: saved.key, status: 'OK' };
    const version = versionHeaders(requireBucket(call, target.bucketName), saved);
    const answerHeaders = { 'Content-Type': 'application/json', ...version };
    return { status: 200, headers: answerHeaders, body: JSON.stringify(answer, null, 4) };
  },
} satisfies OssOperations;
