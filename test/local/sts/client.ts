// Requests of STS for the raw wire, signed by the tests themselves with node:crypto.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { type Answer, accessKey, account, send } from '../oss/fixture.js';

export const roleArn = `acs:ram::${account.accountId}:role/uploader`;

/** Parameters; undefined leaves one out. */
export type Parameters = Record<string, string | undefined>;

/** An AssumeRole that succeeds, as it goes to be signed. */
export function rpcParameters(at: number, more: Parameters = {}): Parameters {
  return {
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    AccessKeyId: accessKey.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: new Date(at).toISOString().replace(/\.\d{3}/, ''),
    RoleArn: roleArn,
    RoleSessionName: 'alice',
    ...more,
  };
}

/** The parameters with their signature, as text for a query or a form. */
export function signedRpc(method: string, given: Parameters, secret = accessKey.accessKeySecret): string {
  const pairs = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const query = canonical(pairs);
  const text = `${method}&%2F&${escaped(query)}`;
  const signature = createHmac('sha1', `${secret}&`).update(text).digest('base64');
  return given['Signature'] === undefined ? `${query}&Signature=${escaped(signature)}` : query;
}

/** Sends parameters as a form, or with GET in the query. */
export function sendRpc(port: number, text: string, method = 'POST'): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return method === 'GET'
    ? send(port, { path: `/?${text}`, signed: false })
    : send(port, { method, path: '/', headers, body: text, signed: false });
}

/** Sends an AssumeRole signed with ACS3, its parameters in the query, as the newer SDKs do. */
export function sendAcs3(port: number, at: number, change: Parameters = {}, query: Parameters = {}): Promise<Answer> {
  const parameters = canonical(
    Object.entries({ RoleArn: roleArn, RoleSessionName: 'alice', ...query }) as [string, string][],
  );
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    'x-acs-action': 'AssumeRole',
    'x-acs-content-sha256': hash(''),
    'x-acs-date': new Date(at).toISOString().replace(/\.\d{3}/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2015-04-01',
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const text = `ACS3-HMAC-SHA256\n${hash(['POST', '/', parameters, lines, names.join(';'), hash('')].join('\n'))}`;
  const signature = createHmac('sha256', accessKey.accessKeySecret).update(text).digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKey.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const sent = Object.entries({ ...headers, authorization, ...change }).filter(([, value]) => value !== undefined);
  return send(port, {
    method: 'POST',
    path: `/?${parameters}`,
    headers: Object.fromEntries(sent) as Record<string, string>,
    signed: false,
  });
}

function canonical(pairs: [string, string][]): string {
  return pairs
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
