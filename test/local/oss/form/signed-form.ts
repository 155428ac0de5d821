// The fields that sign a form, made by ali-oss's own signer.
import OSS from 'ali-oss';
import { accessKey } from '../fixture.js';

/** Fields for a policy with these conditions, which holds for some minutes from now. */
export function signedFields(
  conditions: unknown[] = [],
  { minutes = 10, stsToken }: { minutes?: number; stsToken?: string } = {},
): Record<string, string> {
  const date = new Date();
  const policy = { expiration: new Date(date.getTime() + minutes * 60_000).toISOString(), conditions };
  const stamp = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const client = new OSS({ region: 'oss-cn-hangzhou', authorizationV4: true, ...accessKey });
  return {
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${accessKey.accessKeyId}/${stamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    'x-oss-date': stamp,
    'x-oss-signature': client.signPostObjectPolicyV4(policy, date),
    ...(stsToken !== undefined && { 'x-oss-security-token': stsToken }),
  };
}
