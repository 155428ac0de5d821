// A browser's form upload, its policy signed by ali-oss.
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, send, startOss, type TestOss } from '../fixture.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

type Fields = Record<string, string>;

function signedFields(
  conditions: unknown[] = [],
  { minutes = 10, stsToken }: { minutes?: number; stsToken?: string } = {},
): Fields {
  const date = new Date();
  const policy = { expiration: new Date(date.getTime() + minutes * 60_000).toISOString(), conditions };
  const stamp = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  return {
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `autostyle/${stamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    'x-oss-date': stamp,
    'x-oss-signature': oss.client().signPostObjectPolicyV4(policy, date),
    ...(stsToken !== undefined && { 'x-oss-security-token': stsToken }),
  };
}

async function post(fields: Fields, file: string | undefined = 'bytes', fileName = 'orig 名.jpg') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== undefined) form.append('file', new File([file], fileName, { type: 'image/jpeg' }));
  const encoded = new Response(form);
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
  const body = Buffer.from(await encoded.arrayBuffer());
  return await send(oss.port, { method: 'POST', path: '/photos', signed: false, headers, body });
}

test('a signed form stores its file with its metadata', async () => {
  const answer = await post({
    ...signedFields([['starts-with', '$key', 'up/']]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own variable
    key: 'up/${filename}',
    'Content-Type': 'image/jpeg',
    'x-oss-meta-a': '1',
  });
  expect([answer.status, answer.body.length]).toEqual([204, 0]);
  const got = await oss.client().get('up/orig 名.jpg');
  expect(got.content.toString()).toBe('bytes');
  expect(got.res.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-oss-meta-a': '1',
    etag: answer.headers.etag,
  });
  expect(oss.events).toMatchObject([
    { eventName: 'ObjectCreated:PostObject', oss: { object: { key: 'up/orig 名.jpg', size: 5 } } },
  ]);
});

test('success is answered as the form requests', async () => {
  const as = (fields: Fields) => post({ ...signedFields(), key: 'k', ...fields });
  expect((await as({ success_action_status: '200' })).status).toBe(200);
  const created = await as({ success_action_status: '201' });
  expect([created.status, created.text.includes('<Key>k</Key>')]).toEqual([201, true]);
  expect((await as({ success_action_status: '999' })).status).toBe(204);
  const redirected = await as({ success_action_redirect: 'http://127.0.0.1/done?a=1' });
  expect([redirected.status, redirected.headers.location]).toEqual([
    303,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1\/done\?a=1&bucket=photos&key=k&etag=%22/),
  ]);
  expect((await as({ success_action_redirect: 'javascript:alert(1)' })).status).toBe(204);
});

describe('conditions', () => {
  test.each<[string, unknown[], string | undefined]>([
    ['object form', [{ bucket: 'photos' }, { key: 'k' }], undefined],
    ['eq', [['eq', '$key', 'k']], undefined],
    ['in', [['in', '$key', ['j', 'k']]], undefined],
    ['not-in', [['not-in', '$key', ['j']]], undefined],
    ['size', [['content-length-range', 1, 5]], undefined],
    ['another bucket', [{ bucket: 'photos-out' }], 'AccessDenied'],
    ['another key', [['eq', '$key', 'j']], 'AccessDenied'],
    ['another start', [['starts-with', '$key', 'j']], 'AccessDenied'],
    ['not among', [['in', '$key', ['j']]], 'AccessDenied'],
    ['among', [['not-in', '$key', ['k']]], 'AccessDenied'],
    ['a missing field', [['eq', '$x-oss-meta-a', '1']], 'AccessDenied'],
    ['a prototype name', [{ ['__proto__']: 'x' }, ['eq', '$constructor', 'x']], 'AccessDenied'],
    ['too large', [['content-length-range', 1, 4]], 'EntityTooLarge'],
    ['too small', [['content-length-range', 6, 9]], 'EntityTooLarge'],
    ['an unknown operator', [['like', '$key', 'k']], 'InvalidArgument'],
    ['a number', [7], 'InvalidArgument'],
    ['a size of text', [['content-length-range', 'a', 'b']], 'InvalidArgument'],
  ])('%s: %s', async (_, conditions, code) => {
    expect(codeOf(await post({ ...signedFields(conditions), key: 'k' }))).toBe(code);
    expect(oss.events).toHaveLength(code === undefined ? 1 : 0);
    expect(oss.bugs).toEqual([]);
  });
});

test.each<[string, string, () => Fields]>([
  ['no signature', 'AccessDenied', () => ({ key: 'k' })],
  ['an expired policy', 'AccessDenied', () => ({ ...signedFields([], { minutes: -1 }), key: 'k' })],
  [
    'another policy',
    'SignatureDoesNotMatch',
    () => ({ ...signedFields(), key: 'k', policy: signedFields([{ key: 'k' }])['policy'] ?? '' }),
  ],
  ['a token that the key has not', 'InvalidAccessKeyId', () => ({ ...signedFields([], { stsToken: 'x' }), key: 'k' })],
  ['another algorithm', 'InvalidArgument', () => ({ ...signedFields(), key: 'k', 'x-oss-signature-version': 'OSS2' })],
  ['a V1 form', 'InvalidArgument', () => ({ OSSAccessKeyId: 'autostyle', Signature: 'x', policy: 'e30=', key: 'k' })],
  ['a broken credential', 'InvalidArgument', () => ({ ...signedFields(), key: 'k', 'x-oss-credential': 'autostyle' })],
  ['no key', 'InvalidObjectName', () => signedFields()],
  [
    'metadata that cannot be a header',
    'InvalidArgument',
    () => ({ ...signedFields(), key: 'k', 'x-oss-meta-a': 'a\u0000b' }),
  ],
  [
    'metadata out of bounds',
    'MetadataTooLarge',
    () => ({ ...signedFields(), key: 'k', 'x-oss-meta-a': 'a'.repeat(9000) }),
  ],
])('%s: %s', async (_, code, fields) => {
  expect(codeOf(await post(fields()))).toBe(code);
  expect(oss.events).toEqual([]);
  expect(oss.bugs).toEqual([]);
});

test.each([
  ['no type', {}, 'x'],
  ['another type', { 'content-type': 'text/plain' }, 'x'],
  ['no boundary', { 'content-type': 'multipart/form-data' }, 'x'],
  ['nothing', { 'content-type': 'multipart/form-data; boundary=b' }, ''],
  ['garbage', { 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\nnonsense'],
  [
    'a part without end',
    { 'content-type': 'multipart/form-data; boundary=b' },
    '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx',
  ],
])('a form that is none: %s', async (_, headers, body) => {
  const answer = await send(oss.port, { method: 'POST', path: '/photos', signed: false, headers, body });
  expect([codeOf(answer), answer.status]).toEqual(['MalformedPOSTRequest', 400]);
  expect(oss.bugs).toEqual([]);
});

test('a form without a file', async () => {
  const fields = new FormData();
  for (const [name, value] of Object.entries({ ...signedFields(), key: 'k' })) fields.append(name, value);
  const form = new Response(fields);
  const headers = { 'content-type': form.headers.get('content-type') ?? '' };
  const answer = await send(oss.port, {
    method: 'POST',
    path: '/photos',
    signed: false,
    headers,
    body: Buffer.from(await form.arrayBuffer()),
  });
  expect(codeOf(answer)).toBe('InvalidArgument');
});
