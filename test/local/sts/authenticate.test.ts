// Who is refused before anything is asked: unsigned, unknown, too late, twice.
import { describe, expect, test } from 'vitest';
import { authenticate, type Nonces } from '../../../src/local/sts/authenticate.js';
import { send, startOss } from '../oss/fixture.js';
import { type Parameters, rpcParameters, sendAcs3, sendRpc, signedRpc } from './client.js';

const now = Date.UTC(2026, 10, 23, 12);
const minutes = (count: number) => new Date(now + count * 60_000).toISOString();

describe('an RPC request', () => {
  test.each<[string, Parameters, number, string]>([
    ['with milliseconds', { Timestamp: minutes(0) }, 200, ''],
    ['15 minutes late', { Timestamp: minutes(-15) }, 200, ''],
    ['15 minutes early', { Timestamp: minutes(15) }, 200, ''],
    ['16 minutes late', { Timestamp: minutes(-16) }, 400, 'InvalidTimeStamp.Expired'],
    ['16 minutes early', { Timestamp: minutes(16) }, 400, 'InvalidTimeStamp.Expired'],
    ['with another time', { Timestamp: 'Mon, 23 Nov 2026 12:00:00 GMT' }, 400, 'InvalidTimeStamp.Format'],
    ['in the thirteenth month', { Timestamp: '2026-13-23T12:00:00Z' }, 400, 'InvalidTimeStamp.Format'],
    ['without a time', { Timestamp: undefined }, 400, 'MissingTimestamp'],
    ['without a nonce', { SignatureNonce: undefined }, 400, 'MissingSignatureNonce'],
    ['without an action, as a form', { Action: undefined }, 400, 'MissingAction'],
    ['without a key', { AccessKeyId: undefined }, 400, 'MissingAccessKeyId'],
    ['of an unknown key', { AccessKeyId: 'nobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['with an empty signature', { Signature: '' }, 400, 'MissingSignature'],
    ['with another signature', { Signature: 'bm9uZQ==' }, 400, 'SignatureDoesNotMatch'],
    ['with another method', { SignatureMethod: 'HMAC-SHA256' }, 501, 'NotImplemented'],
    ['with another signature version', { SignatureVersion: '2.0' }, 501, 'NotImplemented'],
    ['of another API version', { Version: '2014-05-26' }, 400, 'InvalidVersion'],
  ])('%s: %j', async (_, change, status, code) => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('POST', rpcParameters(now, change)));
    expect([answer.status, JSON.parse(answer.text).Code ?? '']).toEqual([status, code]);
  });

  test('is refused when it comes again, when a parameter is there twice, and in another format', async () => {
    const { port } = await startOss({ now: () => now });
    const text = signedRpc('POST', rpcParameters(now));
    const codes: unknown[] = [];
    for (const body of [text, text, `${text}&RoleArn=x`, text.replace('Format=JSON', 'Format=YAML')]) {
      const answer = await sendRpc(port, body);
      codes.push(/"Code":"([^"]*)"|<Code>([^<]*)/.exec(answer.text)?.slice(1).find(Boolean));
    }
    expect(codes).toEqual([undefined, 'SignatureNonceUsed', 'InvalidParameter', 'InvalidParameter.Format']);
  });

  test('may have the headers of the other kind', async () => {
    const { port } = await startOss({ now: () => now });
    const path = `/?${signedRpc('GET', rpcParameters(now))}`;
    const headers = { 'x-acs-action': 'AssumeRole', 'x-acs-version': '2015-04-01' };
    expect((await send(port, { path, headers, signed: false })).status).toBe(200);
  });

  test('is signed with its method', async () => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('POST', rpcParameters(now)), 'GET');
    expect(JSON.parse(answer.text).Code).toBe('SignatureDoesNotMatch');
  });
});

describe('an ACS3 request', () => {
  test.each<[string, Parameters, number, string]>([
    ['with another action', { 'x-acs-action': 'GetCallerIdentity' }, 400, 'SignatureDoesNotMatch'],
    ['with a further header of the kind', { 'x-acs-extra': '1' }, 400, 'IncompleteSignature'],
    ['with another hash', { 'x-acs-content-sha256': '0'.repeat(64) }, 400, 'IncompleteSignature'],
    ['without a nonce', { 'x-acs-signature-nonce': undefined }, 400, 'Missingx-acs-signature-nonce'],
    ['without a signature', { authorization: undefined }, 400, 'MissingAction'],
    ['with another scheme', { authorization: 'ACS3-RSA-SHA256 Credential=x' }, 501, 'NotImplemented'],
    ['with half a signature', { authorization: 'ACS3-HMAC-SHA256 Credential=autostyle' }, 400, 'MissingSignedHeaders'],
  ])('%s: %j', async (_, change, status, code) => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendAcs3(port, now, change);
    expect([answer.status, JSON.parse(answer.text).Code]).toEqual([status, code]);
  });

  test('too late', async () => {
    const { port } = await startOss({ now: () => now });
    expect(JSON.parse((await sendAcs3(port, now - 16 * 60_000)).text).Code).toBe('InvalidTimeStamp.Expired');
  });
});

test('nonces are kept as long as their requests could come again, and in a bounded number', () => {
  const nonces: Nonces = new Map();
  const keys = new Map([['autostyle', { secret: 'autostyle-secret' }]]);
  const call = (at: number) => {
    const form = new Map(new URLSearchParams(signedRpc('POST', rpcParameters(at))));
    authenticate({ method: 'POST', headers: {}, query: new Map(), form, body: Buffer.alloc(0) }, keys, nonces, at);
  };
  call(now);
  call(now + 15 * 60_000);
  expect(nonces.size).toBe(2);
  call(now + 15 * 60_000 + 1);
  expect(nonces.size).toBe(2);
  for (let n = 0; n < 10_000; n += 1) nonces.set(`n${n}`, now + 3_600_000);
  call(now + 20 * 60_000);
  expect(nonces.size).toBe(10_000);
});
