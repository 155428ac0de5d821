// Temporary keys as upload services get and use them: ali-oss's STS class, then ali-oss with stsToken.
import STS from 'ali-oss/lib/sts.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessKey, account, codeOf, send, startOss, type TestOss } from '../oss/fixture.js';
import { signedForm } from '../oss/form/signed-form.js';
import { roleArn, rpcParameters, sendAcs3, sendRpc, signedRpc } from './client.js';

const inPolicy = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:GetObject', 'oss:AbortMultipartUpload'],
      Resource: ['acs:oss:*:*:photos/in/*'],
    },
    { Effect: 'Allow', Action: 'oss:ListObjects', Resource: 'acs:oss:*:*:photos' },
    { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/in/secret/*' },
  ],
};

const stsOf = ({ port }: TestOss, secret = accessKey.accessKeySecret) =>
  new STS({ accessKeyId: accessKey.accessKeyId, accessKeySecret: secret, endpoint: `http://127.0.0.1:${port}` });

async function keysFor(oss: TestOss, policy?: object) {
  const { credentials } = await stsOf(oss).assumeRole(roleArn, policy, 900, 'alice');
  return {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    stsToken: credentials.SecurityToken,
  };
}

test('ali-oss assumes a role, and its temporary keys work where their policy allows', async () => {
  const oss = await startOss();
  const { credentials } = await stsOf(oss).assumeRole(roleArn, inPolicy, 900);
  expect(credentials.AccessKeyId).toMatch(/^STS\./);
  const left = Date.parse(credentials.Expiration) - Date.now();
  expect(credentials.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(left > 880_000 && left <= 900_000).toBe(true);

  const client = oss.client('photos', await keysFor(oss, inPolicy));
  const large = Buffer.alloc(250_000, 'x');
  await client.put('in/a.txt', Buffer.from('a'));
  await client.multipartUpload('in/large', large, { partSize: 100 * 1024 });
  expect((await client.get('in/large')).content.equals(large)).toBe(true);
  expect((await client.list({})).objects.map(({ name }) => name)).toEqual(['in/a.txt', 'in/large']);

  const denied = { status: 403, code: 'AccessDenied', ecCode: '0003-00000301' };
  await expect(client.put('out/a.txt', Buffer.from('a'))).rejects.toMatchObject(denied);
  await expect(client.put('in/secret/a', Buffer.from('a'))).rejects.toMatchObject(denied);
  await expect(client.initMultipartUpload('out/large')).rejects.toMatchObject(denied);
  await expect(client.copy('in/b.txt', '/photos-out/c.txt')).rejects.toMatchObject(denied);
  await expect(client.delete('in/a.txt')).rejects.toMatchObject(denied);
  await client.putSymlink('in/link', 'in/secret/a');
  await expect(client.get('in/link')).rejects.toMatchObject(denied);
  await expect(client.listBuckets()).rejects.toMatchObject(denied);
  await expect(client.useBucket('photos-out').put('in/a.txt', Buffer.from('a'))).rejects.toMatchObject(denied);
  expect(new Set(oss.events.map(({ oss: { object } }) => object.key))).toEqual(
    new Set(['in/a.txt', 'in/large', 'in/link']),
  );
  expect(oss.events[0]?.userIdentity.principalId).toMatch(/^3\d{17}:alice$/);
  expect(oss.bugs).toEqual([]);
});

test('without a policy the keys may do everything', async () => {
  const oss = await startOss();
  const client = oss.client('photos', await keysFor(oss));
  await client.put('anywhere', Buffer.from('a'));
  await client.delete('anywhere');
  expect((await client.listBuckets()).buckets?.map(({ name }) => name)).toEqual(['photos', 'photos-out']);
});

describe('header, presigned URL and form take the keys until they expire, and only with their token', () => {
  async function ways(change: { stsToken?: string } = {}, minutes = 0) {
    let now = Date.now();
    const oss = await startOss({ now: () => now });
    const as = { ...(await keysFor(oss, inPolicy)), ...change };
    const client = oss.client('photos', as);
    const url = new URL(await client.signatureUrlV4('PUT', 3_600, {}, 'in/url'));
    now += minutes * 60_000;
    const header = await oss.wire({
      method: 'PUT',
      path: '/photos/in/header',
      key: 'in/header',
      as,
      at: now,
      body: 'x',
    });
    const query = await send(oss.port, {
      method: 'PUT',
      path: `/photos${url.pathname}${url.search}`,
      body: 'x',
      signed: false,
    });
    const form = await oss.wire(signedForm('in/form', { as, at: now }));
    return [header, query, form].map((answer) => codeOf(answer) ?? answer.status);
  }

  test.each<[string, { stsToken?: string }, number, (string | number)[]]>([
    ['in time', {}, 14, [200, 200, 204]],
    ['expired', {}, 15, ['SecurityTokenExpired', 'SecurityTokenExpired', 'SecurityTokenExpired']],
    ['another token', { stsToken: 'x' }, 0, ['InvalidSecurityToken', 'InvalidSecurityToken', 'InvalidSecurityToken']],
  ])('%s', async (_, change, minutes, expected) => {
    expect(await ways(change, minutes)).toEqual(expected);
  });
});

test('ali-oss shows the code, the message and the request id of a refusal', async () => {
  const oss = await startOss();
  await expect(stsOf(oss, 'wrong').assumeRole(roleArn)).rejects.toMatchObject({
    status: 400,
    code: 'SignatureDoesNotMatch',
    message: expect.stringContaining('server string to sign is:POST&%2F&'),
    requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
  });
  const conditional = { Version: '1', Statement: [{ ...inPolicy.Statement[0], Condition: { IpAddress: {} } }] };
  await expect(stsOf(oss).assumeRole(roleArn, conditional)).rejects.toMatchObject({
    status: 501,
    code: 'NotImplemented',
  });
});

describe('on the wire', () => {
  const now = Date.UTC(2026, 10, 23, 12);

  test('JSON, in the shape of the API reference', async () => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('POST', rpcParameters(now)));
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8');
    expect(JSON.parse(answer.text)).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      AssumedRoleUser: {
        Arn: `acs:ram::${account.accountId}:role/uploader/alice`,
        AssumedRoleId: expect.stringMatching(/^\d{18}:alice$/),
      },
      Credentials: {
        SecurityToken: expect.any(String),
        Expiration: '2026-11-23T13:00:00Z',
        AccessKeySecret: expect.any(String),
        AccessKeyId: expect.stringMatching(/^STS\./),
      },
    });
  });

  test('XML unless Format says JSON, with GET as well', async () => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('GET', rpcParameters(now, { Format: undefined })), 'GET');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml;charset=utf-8']);
    expect(answer.text).toMatch(/<AssumeRoleResponse><RequestId>.*<Expiration>2026-11-23T13:00:00Z<\/Expiration>/);
    const refused = await sendRpc(port, signedRpc('GET', rpcParameters(now, { Format: 'xml', RoleArn: 'x' })), 'GET');
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(`<HostId>127.0.0.1:${port}</HostId><Code>InvalidParameter.RoleArn</Code>`);
  });

  test('ACS3, in JSON', async () => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendAcs3(port, now);
    expect([answer.status, JSON.parse(answer.text).Credentials.Expiration]).toEqual([200, '2026-11-23T13:00:00Z']);
  });

  test.each<[string, number, string]>([
    ['GetCallerIdentity', 501, 'NotImplemented'],
    ['AssumeRoleWithSAML', 501, 'NotImplemented'],
    ['constructor', 404, 'InvalidAction.NotFound'],
  ])('the action %s is refused', async (Action, status, code) => {
    const { port } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('POST', rpcParameters(now, { Action })));
    expect([answer.status, JSON.parse(answer.text).Code]).toEqual([status, code]);
  });

  test('a body of more than 64 KB is not read', async () => {
    const { port, bugs } = await startOss({ now: () => now });
    const answer = await sendRpc(port, signedRpc('POST', rpcParameters(now, { Policy: 'x'.repeat(70_000) })));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'EntityTooLarge']);
    expect(bugs).toEqual([]);
  });

  test('whatever the parameters are, it is refused in its shape or granted', async () => {
    const { port, bugs } = await startOss({ now: () => now });
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'aZ09 +%&=<>"\'{}\0\n\u007f目😀'), maxLength: 12 }),
      fc.constantFrom('', '0', '900', '{}', '[]', 'null', roleArn),
    );
    const names = ['Action', 'RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy', 'ExternalId', '__proto__'];
    const change = fc.dictionary(fc.constantFrom(...names), text);
    await fc.assert(
      fc.asyncProperty(change, fc.boolean(), fc.boolean(), async (given, json, signed) => {
        const parameters = { ...rpcParameters(now, { Format: json ? 'JSON' : undefined }), ...given };
        const body = signed ? signedRpc('POST', parameters) : new URLSearchParams(given).toString();
        const answer = await sendRpc(port, body);
        expect(answer.status).not.toBe(500);
        if (signed && json)
          expect(JSON.parse(answer.text)).toHaveProperty(answer.status === 200 ? 'Credentials' : 'Code');
        else
          expect(answer.text).toMatch(
            /^<\?xml [^>]*>\n<(?:Error|AssumeRoleResponse)>.*<\/(?:Error|AssumeRoleResponse)>\n$/s,
          );
      }),
      { numRuns: 40 },
    );
    expect(bugs).toEqual([]);
  });

  test('what is OSS’s stays OSS’s', async () => {
    const { port, wire } = await startOss({ now: () => now });
    expect((await wire({ path: '/', bucket: '', at: now })).text).toContain('ListAllMyBucketsResult');
    expect(codeOf(await send(port, { path: '/', signed: false }))).toBe('AccessDenied');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const toBucket = await send(port, {
      method: 'POST',
      path: '/photos/',
      headers: form,
      body: 'Action=x',
      signed: false,
    });
    expect(toBucket.headers['x-oss-request-id']).toBeDefined();
  });
});
