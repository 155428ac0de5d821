// The address of Function Compute and the signature of FC 2.0, both by @alicloud/fc2. The signature is over method,
// path, date, content headers and x-fc-* headers; the query is not signed.
import { createHash } from 'node:crypto';
import Client from '@alicloud/fc2';
import type { Credentials } from '../oss/sign.js';
import { FunctionComputeError } from './error.js';

export interface Fc2Options {
  readonly accountId: string;
  readonly region: string;
  /** Default `https://ACCOUNT.REGION.fc.aliyuncs.com`. */
  readonly endpoint?: string | undefined;
  readonly credentials: Credentials;
}

/** Of the API: the first part of every path. */
export const apiVersion = '2023-03-30';

/** @throws FunctionComputeError for a temporary access key without its token */
export function fc2Client({ accountId, region, endpoint, credentials }: Fc2Options): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  if (accessKeyId.startsWith('STS') && securityToken === undefined) {
    throw new FunctionComputeError('a temporary access key (STS…) needs its security token', {
      code: 'NoSecurityToken',
    });
  }
  const config = { accessKeyID: accessKeyId, accessKeySecret, region, secure: true, endpoint, securityToken };
  const client = new Client(accountId, config);
  client.version = apiVersion;
  // fc2 keeps it only beside a key id that starts with STS; STS issues others, such as TMP.
  client.securityToken = securityToken;
  return client;
}

/** fc2's common headers, the given ones, and the signature over them and the path, which has the version. */
export function signFc2(
  client: Client,
  method: string,
  path: string,
  given: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): Record<string, string> {
  // Without the host: fc2 drops its port. The signature does not cover it.
  const { host: _, ...common } = client.buildHeaders();
  const headers: Record<string, string> = { ...common, ...given };
  if (body !== undefined) {
    // Of the hexadecimal digits, as fc2 has always sent it.
    headers['content-md5'] = Buffer.from(createHash('md5').update(body).digest('hex')).toString('base64');
  }
  const { accessKeyID, accessKeySecret } = client;
  return { ...headers, authorization: Client.getSignature(accessKeyID, accessKeySecret, method, path, headers) };
}
