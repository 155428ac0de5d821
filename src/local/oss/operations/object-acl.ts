// PutObjectAcl and GetObjectAcl: who may read or write an object, over what its bucket says.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectacl

import { authorize, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument } from '../error.js';
import { requestedAcl } from '../object/labels.js';
import { requireLabelled } from '../object/require-object.js';
import { requestedVersion, versionHeaders } from '../object/versioning.js';
import { owner } from './bucket.js';

export const objectAclOperations = {
  async PutObjectAcl(call) {
    const { bucketName, key, query, headers, service } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:PutObjectAcl', bucketName, key, versionId);
    const acl = requestedAcl(headers);
    if (acl === undefined) throw invalidArgument('The header x-oss-object-acl is missing.');
    await call.body(64 * 1024);
    const object = requireLabelled(call, versionId);
    service.storage.describe(bucketName, { ...object, acl: acl === 'default' ? undefined : acl });
    return { status: 200, headers: versionHeaders(requireBucket(call), object) };
  },

  async GetObjectAcl(call) {
    const { bucketName, key, query } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:GetObjectAcl', bucketName, key, versionId);
    const object = requireLabelled(call, versionId);
    const content = { Owner: owner(call), AccessControlList: { Grant: object.acl ?? 'default' } };
    return xmlReply('AccessControlPolicy', content, versionHeaders(requireBucket(call), object));
  },
} satisfies OssOperations;
