// Addresses of OSS that work without anything else for a while: signature V4 in the query, by the code that verifies
// it. Not by ali-oss, which leaves the bucket out of addresses at an IP.
// https://help.aliyun.com/en/oss/developer-reference/add-signatures-to-urls
import { localAccount } from '../account.js';
import { algorithm, canonicalRequest, signature, stringToSign } from '../oss/caller/signature.js';
import { encode, encodeKey } from '../oss/request/percent.js';

export interface SignedRequest {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  /** The header that the request will have. */
  readonly contentType?: string | undefined;
  /** Of the query: `x-oss-process` and other sub-resources. */
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** Path and query of the request. @param seconds how long it works @param now epoch ms */
export function signedAddress(
  { method, bucket, key, contentType, query: own = {} }: SignedRequest,
  seconds: number,
  now: number,
): string {
  const { region, accessKeyId, accessKeySecret } = localAccount;
  const timestamp = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = { date: timestamp.slice(0, 8), region };
  const query: [string, string][] = [
    ...Object.entries(own),
    ['x-oss-credential', `${accessKeyId}/${scope.date}/${region}/oss/aliyun_v4_request`],
    ['x-oss-date', timestamp],
    ['x-oss-expires', String(seconds)],
    ['x-oss-signature-version', algorithm],
  ];
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  const canonical = canonicalRequest(method, { bucket, key, query }, headers, []);
  const proof = signature(accessKeySecret, scope, stringToSign(timestamp, scope, canonical));
  const text = [...query, ['x-oss-signature', proof] as const].map(([name, value]) => {
    return value === '' ? encode(name) : `${encode(name)}=${encode(value)}`;
  });
  return `/${bucket}/${encodeKey(key)}?${text.join('&')}`;
}
