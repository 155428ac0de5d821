// Forms that are signed, by ali-oss's own signer.
import OSS from 'ali-oss';
import { accessKey, type Wire } from '../fixture.js';
import { fieldParts, formBody } from './form-body.js';

interface Options {
  /** How long the policy holds; default 10. */
  minutes?: number;
  /** Whose key; default: the fixture's. */
  as?: NonNullable<Wire['as']>;
  /** Signing time in ms; default: now. */
  at?: number;
}

/** Fields for a policy with these conditions. */
export function signedFields(
  conditions: unknown[] = [],
  { minutes = 10, as = accessKey, at = Date.now() }: Options = {},
): Record<string, string> {
  const policy = { expiration: new Date(at + minutes * 60_000).toISOString(), conditions };
  const date = new Date(at);
  const stamp = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const { stsToken, ...key } = { stsToken: undefined, ...as };
  const client = new OSS({ region: 'oss-cn-hangzhou', authorizationV4: true, ...key });
  return {
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${key.accessKeyId}/${stamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    'x-oss-date': stamp,
    'x-oss-signature': client.signPostObjectPolicyV4(policy, date),
    ...(stsToken !== undefined && { 'x-oss-security-token': stsToken }),
  };
}

/** The upload of a small file to a key of photos. */
export function signedForm(key: string, options?: Options): Wire {
  const fields = { ...signedFields([['eq', '$key', key]], options), key };
  const body = formBody([...fieldParts(fields), { name: 'file', value: 'x' }]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return { method: 'POST', path: '/photos', headers, body, signed: false };
}
