// Form uploads as browsers, curl, mini-programs and the vendor's samples send them, their policies signed by ali-oss.
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Answer, accessKey, codeOf, send, startOss, type TestOss } from '../fixture.js';
import { fieldParts, formBody, type PartToSend } from '../form/form-body.js';
import { signedFields } from '../form/signed-form.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

type Fields = Record<string, string>;

const photo: PartToSend = { name: 'file', value: 'bytes', fileName: 'orig 名.jpg', type: 'image/jpeg' };

/** Sends these parts as they stand. */
async function sendParts(parts: readonly PartToSend[], headers: Fields = {}, path = '/photos') {
  const body = formBody(parts);
  const type = { 'content-type': 'multipart/form-data; boundary=b' };
  return await send(oss.port, { method: 'POST', path, signed: false, headers: { ...type, ...headers }, body });
}

const post = (fields: Fields, file = photo) => sendParts([...fieldParts(fields), file]);

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

test.each<[string, unknown[], string | undefined]>([
  ['that hold', [{ bucket: 'photos' }, ['eq', '$key', 'k'], ['content-length-range', 1, 5]], undefined],
  ['of another bucket', [{ bucket: 'photos-out' }], 'AccessDenied'],
  ['of another key', [['starts-with', '$key', 'j']], 'AccessDenied'],
  ['of smaller files', [['content-length-range', 1, 4]], 'EntityTooLarge'],
  ['of larger files', [['content-length-range', 6, 9]], 'EntityTooSmall'],
  ['that are none', [['like', '$key', 'k']], 'InvalidPolicyDocument'],
])('conditions %s: %s', async (_, conditions, code) => {
  expect(codeOf(await post({ ...signedFields(conditions), key: 'k' }))).toBe(code);
  expect(oss.events).toHaveLength(code === undefined ? 1 : 0);
  expect(oss.bugs).toEqual([]);
});

test.each<[string, string, () => Fields]>([
  ['no signature', 'AccessDenied', () => ({ key: 'k' })],
  ['an expired policy', 'AccessDenied', () => ({ ...signedFields([], { minutes: -1 }), key: 'k' })],
  [
    'another policy',
    'SignatureDoesNotMatch',
    () => ({ ...signedFields(), key: 'k', policy: signedFields([{ key: 'k' }])['policy'] ?? '' }),
  ],
  [
    'a token that the key has not',
    'InvalidAccessKeyId',
    () => ({ ...signedFields([], { as: { ...accessKey, stsToken: 'x' } }), key: 'k' }),
  ],
  ['another algorithm', 'InvalidArgument', () => ({ ...signedFields(), key: 'k', 'x-oss-signature-version': 'OSS2' })],
  ['a V1 form', 'AccessDenied', () => ({ ...oss.client().calculatePostSignature({ conditions: [] }), key: 'k' })],
  ['a broken credential', 'InvalidArgument', () => ({ ...signedFields(), key: 'k', 'x-oss-credential': 'autostyle' })],
  ['no key', 'MalformedPOSTRequest', () => signedFields()],
  ['an empty key', 'InvalidObjectName', () => ({ ...signedFields(), key: '' })],
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

const codeAndEc = (answer: Answer) => [codeOf(answer), /<EC>([^<]*)</.exec(answer.text)?.[1]].filter(Boolean).join(' ');

describe('the file is the last field', () => {
  const key: PartToSend = { name: 'key', value: 'k' };
  const rest = () => fieldParts(signedFields());
  test.each<[string, string, () => PartToSend[]]>([
    ['first of all', 'MalformedPOSTRequest 0006-00000104', () => [photo, key, ...rest()]],
    ['before the key', 'MalformedPOSTRequest 0006-00000104', () => [...rest(), photo, key]],
    ['before the policy', 'MalformedPOSTRequest 0006-00000104', () => [key, photo, ...rest()]],
    [
      'before the signature',
      'MalformedPOSTRequest 0006-00000104',
      () => [key, ...rest().slice(0, -1), photo, ...rest().slice(-1)],
    ],
    ['absent', 'MalformedPOSTRequest 0006-00000104', () => [key, ...rest()]],
    ['there twice', 'IncorrectNumberOfFilesInPOSTRequest', () => [key, ...rest(), photo, photo]],
    ['without a key', 'MalformedPOSTRequest 0006-00000104', () => [...rest(), photo]],
    ['without a signature', 'AccessDenied 0003-00000001', () => [key, photo, { name: 'submit', value: 'x' }]],
    ['without a policy', 'InvalidArgument 0002-00000702', () => [key, ...rest().slice(1), photo]],
  ])('or it is refused: %s', async (_, expected, parts) => {
    expect(codeAndEc(await sendParts(parts()))).toBe(expected);
    expect(oss.events).toEqual([]);
  });

  test('but for fields that are ignored', async () => {
    const behind = [
      { name: 'submit', value: 'Upload to OSS' },
      { name: 'callback', value: 'x' },
      { name: 'key', value: 'j' },
    ];
    expect((await sendParts([key, ...rest(), photo, ...behind])).status).toBe(204);
    expect((await oss.client().get('k')).content.toString()).toBe('bytes');
    expect(oss.events).toHaveLength(1);
  });
});

describe('the type of the object', () => {
  test.each<[string, Fields, PartToSend, string]>([
    ['x-oss-content-type', { 'x-oss-content-type': 'a/a', 'Content-Type': 'c/c' }, { ...photo, type: 'b/b' }, 'a/a'],
    [
      'the type of the file',
      { 'Content-Type': 'c/c' },
      { ...photo, type: 'text/plain; charset=UTF-8' },
      'text/plain; charset=UTF-8',
    ],
    ['the field Content-Type', { 'Content-Type': 'c/c' }, { name: 'file', value: 'x' }, 'c/c'],
    ['none', {}, { name: 'file', value: 'x' }, 'application/octet-stream'],
  ])('is by precedence %s', async (_, fields, file, type) => {
    expect((await post({ ...signedFields(), key: 'k', ...fields }, file)).status).toBe(204);
    expect((await oss.client().head('k')).res.headers).toMatchObject({ 'content-type': type });
  });

  test('is what a condition on Content-Type is about when there is no such field', async () => {
    const fields = () => ({ ...signedFields([['in', '$content-type', ['image/jpeg']]]), key: 'k' });
    expect((await post(fields())).status).toBe(204);
    expect(codeAndEc(await post(fields(), { ...photo, type: 'text/html' }))).toBe('AccessDenied 0006-00000227');
  });
});

describe('a field that this server does not honour is refused by name', () => {
  const unknown = ['x:my_var', 'acl', 'OSSAccessKeyId', '__proto__'];
  const unsupported = [
    ...['callback', 'callback-var', 'x-oss-callback', 'x-oss-traffic-limit', 'x-oss-server-side-encryption'],
    ...['x-oss-server-side-encryption-key-id', 'x-oss-server-side-data-encryption'],
  ];
  test.each([...unknown, ...unsupported])('%s', async (name) => {
    const answer = await sendParts([...fieldParts({ ...signedFields(), key: 'k' }), { name, value: 'x' }, photo]);
    expect([codeOf(answer), answer.status]).toEqual(['NotImplemented', 501]);
    expect(answer.text).toContain(name.toLowerCase());
    expect(oss.events).toEqual([]);
  });

  test.each(unsupported)('%s, if the policy has it too', async (name) => {
    const fields = signedFields([['starts-with', `$${name}`, '']]);
    expect(codeOf(await post({ ...fields, key: 'k', [name]: 'x' }))).toBe('NotImplemented');
  });

  test('but a field that only the policy asks for has no effect', async () => {
    expect((await post({ ...signedFields([{ A: 'a' }]), key: 'k', A: 'a' })).status).toBe(204);
    expect(codeOf(await post({ ...signedFields([{ A: 'a' }]), key: 'k', A: 'b' }))).toBe('AccessDenied');
  });
});

test('ACL, tags and storage class are fields as they are headers', async () => {
  const labels = { 'x-oss-object-acl': 'public-read', 'x-oss-tagging': 'a=b', 'x-oss-storage-class': 'IA' };
  expect((await post({ ...signedFields(), key: 'k', ...labels })).status).toBe(204);
  expect((await oss.client().getACL('k')).acl).toBe('public-read');
  expect((await oss.client().getObjectTagging('k')).tag).toEqual({ a: 'b' });
  expect((await oss.client().head('k')).res.headers).toMatchObject({ 'x-oss-storage-class': 'IA' });
  const answer = await post({ ...signedFields(), key: 'j', 'x-oss-storage-class': 'Cheap' });
  expect(codeOf(answer)).toBe('InvalidArgument');
});

test('a policy is about the key before its variables are filled in', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own variable
  const key = 'up/${filename}';
  expect((await post({ ...signedFields([['eq', '$key', key]]), key })).status).toBe(204);
  expect((await oss.client().head('up/orig 名.jpg')).status).toBe(200);
});

test('the sizes of the policy bound the file', async () => {
  const fields = (min: number, max: number) => ({ ...signedFields([['content-length-range', min, max]]), key: 'k' });
  expect(codeAndEc(await post(fields(1, 4)))).toBe('EntityTooLarge 0006-00000003');
  expect(codeAndEc(await post(fields(6, 9)))).toBe('EntityTooSmall 0006-00000004');
  expect((await post(fields(5, 5))).status).toBe(204);
});

test('a form that is too large for the server is refused, and the connection can be used on', async () => {
  const small = await startOss({ maxObjectSize: 1024 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const sockets = new Set<unknown>();
  const send = (value: Buffer) =>
    new Promise<number | undefined>((resolve, reject) => {
      const body = formBody([...fieldParts({ ...signedFields(), key: 'k' }), { ...photo, value }]);
      const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': body.length };
      const options = { host: '127.0.0.1', port: small.port, method: 'POST', path: '/photos', headers, agent };
      const outgoing = request(options, (response) => response.resume().on('end', () => resolve(response.statusCode)));
      outgoing.on('socket', (socket) => sockets.add(socket));
      outgoing.on('error', reject).end(body);
    });
  expect(await send(Buffer.alloc(5_000_000))).toBe(400);
  expect(await send(Buffer.alloc(1024))).toBe(204);
  expect(sockets.size).toBe(1);
  expect(small.bugs).toEqual([]);
});

test('Content-MD5 is that of the whole body', async () => {
  const parts = [...fieldParts({ ...signedFields(), key: 'k' }), photo];
  const digest = createHash('md5').update(formBody(parts)).digest('base64');
  expect(codeOf(await sendParts(parts, { 'content-md5': createHash('md5').digest('base64') }))).toBe('InvalidDigest');
  expect((await sendParts(parts, { 'content-md5': digest })).status).toBe(204);
});

test('a form may only be used from its date on, for seven days', async () => {
  const day = 24 * 60 * 60 * 1000;
  const later = await startOss({ now: () => Date.now() + 7 * day + 1000 });
  const earlier = await startOss({ now: () => Date.now() - 16 * 60 * 1000 });
  const fields = { ...signedFields([], { minutes: 30 * 24 * 60 }), key: 'k' };
  for (const { port } of [later, earlier]) {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const body = formBody([...fieldParts(fields), photo]);
    expect(codeOf(await send(port, { method: 'POST', path: '/photos', signed: false, headers, body }))).toBe(
      'AccessDenied',
    );
  }
});

test('anybody may post to a bucket that is open to all, unless the form is half signed', async () => {
  oss.oss.createBucket('photos', 'public-read-write');
  expect((await post({ key: 'k' })).status).toBe(204);
  const { policy = '' } = signedFields();
  expect(codeOf(await post({ key: 'k', policy }))).toBe('InvalidArgument');
});

describe('the form of', () => {
  const url = () => `http://127.0.0.1:${oss.port}/photos`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own variable
  const key = 'up/${filename}';

  test('a page: FormData with a File', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ key, ...signedFields(), success_action_status: '200' }))
      form.append(name, value);
    form.append('file', new File(['bytes'], '照片 "1".jpg', { type: 'image/jpeg' }));
    expect((await fetch(url(), { method: 'POST', body: form })).status).toBe(200);
    expect((await oss.client().head('up/照片 %221%22.jpg')).res.headers).toMatchObject({
      'content-type': 'image/jpeg',
    });
  });

  test.skipIf(spawnSync('curl', ['--version']).error)('curl -F', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'form-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, '照片.jpg'), Buffer.alloc(3_000_000, 7));
    const fields = Object.entries({ key, ...signedFields() }).flatMap(([name, value]) => [
      '--form-string',
      `${name}=${value}`,
    ]);
    const file = ['-F', `file=@${join(directory, '照片.jpg')}`];
    const { stdout } = await promisify(execFile)('curl', ['-sS', '-w', '%{http_code}', ...fields, ...file, url()]);
    expect(stdout).toBe('204');
    expect((await oss.client().head('up/照片.jpg')).res.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '3000000',
    });
  });

  test('a mini-program: wx.uploadFile with formData', async () => {
    const fields = { name: 'tmp_1.jpg', key, ...signedFields(), success_action_status: '200' };
    expect((await post(fields, { ...photo, fileName: 'tmp_1.jpg' })).status).toBe(200);
    expect((await oss.client().head('up/tmp_1.jpg')).status).toBe(200);
  });

  test('the vendor’s samples: text without a file name, every field in the policy', async () => {
    const { policy: _, 'x-oss-signature': __, ...signed } = signedFields();
    const conditions = [
      { bucket: 'photos' },
      ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
      ['content-length-range', 1, 1024],
      ['eq', '$success_action_status', '200'],
      ['in', '$content-type', ['image/jpg', 'text/plain']],
      ['not-in', '$cache-control', ['no-cache']],
    ];
    const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'max-age=30', success_action_status: '200' };
    const fields = { key: 'k', ...headers, ...signedFields(conditions) };
    expect((await post(fields, { name: 'file', value: 'hi oss' })).status).toBe(200);
    expect((await oss.client().head('k')).res.headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'max-age=30',
    });
  });
});
