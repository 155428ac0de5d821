// Signs as Go SDK 3 and ossutil 1 do: signature V4 over Date, without x-oss-date. Written from their requests, with
// node:crypto alone.
import { createHash, createHmac } from 'node:crypto';
import { accessKey, type Wire } from '../fixture.js';

/** The headers of such a request; Date and the day of its scope are `at`'s, unless they are given. */
export function dateSignedHeaders(wire: Wire, given: { date?: string; day?: string } = {}): Record<string, string> {
  const { method = 'GET', bucket = 'photos', key = '', additionalHeaders = [], queries = {} } = wire;
  const { accessKeyId, accessKeySecret, stsToken } = { stsToken: undefined, ...(wire.as ?? accessKey) };
  const time = new Date(wire.at ?? Date.now());
  const { date = time.toUTCString(), day = time.toISOString().slice(0, 10).replaceAll('-', '') } = given;
  const headers: Record<string, string> = {
    'user-agent': 'aliyun-sdk-go/v3.0.2',
    ...wire.headers,
    date,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    ...(stsToken !== undefined && { 'x-oss-security-token': stsToken }),
  };
  const additional = additionalHeaders.filter((name) => name in headers).sort();
  const signed = Object.keys(headers)
    .filter((name) => /^(x-oss-.*|content-type|content-md5)$/.test(name) || additional.includes(name))
    .sort();
  const canonical = [
    method,
    `/${bucket}/${escaped(key).replaceAll('%2F', '/')}`,
    Object.keys(queries)
      .sort()
      .map((name) => escaped(name) + (queries[name] ? `=${escaped(queries[name])}` : ''))
      .join('&'),
    ...signed.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    additional.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = `${day}/cn-hangzhou/oss/aliyun_v4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  let signature: Buffer = Buffer.from(`aliyun_v4${accessKeySecret}`);
  for (const part of [...scope.split('/'), `OSS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`]) {
    signature = createHmac('sha256', signature).update(part).digest();
  }
  const names = additional.length > 0 ? `,AdditionalHeaders=${additional.join(';')}` : '';
  const authorization = `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}${names},Signature=${signature.toString('hex')}`;
  return { ...headers, authorization };
}

function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[\w.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
