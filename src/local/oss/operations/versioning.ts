// PutBucketVersioning and GetBucketVersioning.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketversioning

import { authorize, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { malformedXml } from '../error.js';
import { readXml } from '../request/body.js';
import { childText } from '../xml.js';

export const versioningOperations = {
  async PutBucketVersioning(call) {
    authorize(call, 'oss:PutBucketVersioning');
    requireBucket(call);
    const versioning = childText(readXml(await call.body(64 * 1024), 'VersioningConfiguration'), 'Status');
    if (versioning !== 'Enabled' && versioning !== 'Suspended') {
      throw malformedXml('Status must be Enabled or Suspended');
    }
    call.service.storage.saveBucket({ ...requireBucket(call), versioning });
    return { status: 200 };
  },

  async GetBucketVersioning(call) {
    authorize(call, 'oss:GetBucketVersioning');
    return xmlReply('VersioningConfiguration', { Status: requireBucket(call).versioning });
  },
} satisfies OssOperations;
