// The function's own client against a verifier that shares nothing with it: whatever a style, a key, a header or a tag
// holds, the signatures of the relay's GET and PUT are accepted, and all of it arrives.
import { array, assert, asyncProperty, constantFrom, stringMatching, tuple } from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createOss, type Oss } from '../../../src/oss/client.js';
import { createConnection } from '../../../src/oss/connection.js';
import { resolveEndpoint } from '../../../src/oss/endpoint.js';
import { relayOf } from '../../../src/rules/relay.js';
import { parseTemplate } from '../../../src/rules/template.js';
import { accessKey, account, codeOf, startOss, type TestOss } from './fixture.js';

const picture = Buffer.from('not looked at');
const styles: string[] = [];
let server: TestOss;
let oss: Oss;
let etag: string;

beforeEach(async () => {
  styles.length = 0;
  server = await startOss({
    async processImage(_, style) {
      styles.push(style);
      return { body: picture, contentType: 'image/webp' };
    },
  });
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const { region } = account;
  oss = createOss({
    endpoint: resolveEndpoint({ region, override: `http://127.0.0.1:${server.port}` }),
    region,
    credentials: accessKey,
    connection,
    deadline: Date.now() + 60_000,
    sleep: async () => {},
  });
});

const named = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, text]) => {
    const parsed = parseTemplate(text);
    if ('issues' in parsed) throw new RangeError(text);
    return { name, value: parsed.template };
  });

async function store(key: string): Promise<void> {
  const { res } = await server.client().put(key, Buffer.from('source'));
  etag = (res.headers['etag'] ?? '').replaceAll('"', '');
}

const relay = (style: string, key: string, headers = {}, tags = {}, value = (): string => '') => {
  const asked = relayOf(style, named(headers), named(tags)) ?? { headers: [], tags: [], format: undefined };
  const target = { bucket: 'photos-out', key };
  return oss.relayObject({ bucket: 'photos', key, style, target, relay: asked, value, etag });
};

test.each([
  'image/watermark,text_5rC05Y2w+/4=,size_30/format,webp',
  'image/resize,w_100/rotate,90/format,avif',
  'style/A.b_c-1',
])('style %s', async (style) => {
  await server.wire({
    method: 'PUT',
    path: '/photos?style&styleName=A.b_c-1',
    queries: { style: null, styleName: 'A.b_c-1' },
    body: '<Style><Content>image/flip,1</Content></Style>',
  });
  await store('a.jpg');
  expect(await relay(style, 'a.jpg')).toMatchObject({ bytes: picture.length, httpStatus: 200, attempts: 1 });
  expect(styles).toEqual([style.startsWith('style/') ? 'image/flip,1' : style]);
  const { content, res } = await server.client('photos-out').get('a.jpg');
  expect([content.toString(), res.headers['content-type']]).toEqual(['not looked at', 'image/webp']);
});

test('any style, key and value', async () => {
  const style = stringMatching(/^image\/[A-Za-z0-9_.~,/=:*!+-]{1,40}$/);
  const part = constantFrom('a', ' ', '+', '%2F', '"', '照', '🦉', '&', '=', '?', '#', '~', "'", '(', '*', '\\', '\t');
  const key = array(part, { minLength: 1, maxLength: 8 }).map((parts) => `k${parts.join('')}`);
  const value = array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  await assert(
    asyncProperty(tuple(style, key, value), async ([wanted, name, filled]) => {
      await store(name);
      const headers = { 'content-disposition': "inline; filename*=UTF-8''{file}", 'x-oss-meta-of': '{key}' };
      await relay(wanted, name, headers, { 'a b': '{key}', ' -': 'x+y=z' }, () => filled);
      expect(styles.at(-1)).toBe(wanted);
      const { res, meta } = await server.client('photos-out').head(name);
      expect(decodeURIComponent(meta?.['of'] ?? '')).toBe(filled);
      const file = /^inline; filename\*=UTF-8''([\x21-\x7e]*)$/.exec(res.headers['content-disposition'] ?? '')?.[1];
      expect(decodeURIComponent(file ?? '')).toBe(filled);
      const { tag } = await server.client('photos-out').getObjectTagging(name);
      expect(tag).toEqual({ 'a b': filled.replace(/[^\p{L}\p{N} +\-=._:/]/gu, '_'), ' -': 'x+y=z' });
    }),
    { numRuns: 40 },
  );
  expect(server.bugs).toEqual([]);
});

test('tags need oss:PutObjectTagging, headers and AVIF do not', async () => {
  const may = (action: string) => action === 'oss:GetObject' || action === 'oss:PutObject';
  await store('a.jpg');
  server.oss.keys.set(accessKey.accessKeyId, { secret: accessKey.accessKeySecret, may });
  await relay('image/format,avif', 'a.jpg', { 'cache-control': 'no-cache' });
  const refused = relay('image/flip,1', 'a.jpg', {}, { a: 'b' });
  await expect(refused).rejects.toMatchObject({ kind: 'setup', code: 'AccessDenied' });
});

test('a body that is not that of its Content-MD5 is refused, and so are headers beyond OSS’s limits', async () => {
  const put = (headers: Record<string, string>) =>
    server.wire({ method: 'PUT', path: '/photos-out/a', bucket: 'photos-out', key: 'a', headers, body: picture });
  for (const md5 of ['XrY7u+Ae7tCTyyK7j1rNww==', 'x']) {
    expect(codeOf(await put({ 'content-md5': md5 }))).toBe('InvalidDigest');
  }
  expect(codeOf(await put({ 'x-oss-meta-a': 'x'.repeat(8_190) }))).toBe('MetadataTooLarge');
  expect((await put({ 'x-oss-meta-a': 'x'.repeat(8_180) })).status).toBe(200);
  const tags = Array.from({ length: 11 }, (_, n) => `k${n}=v`);
  expect(codeOf(await put({ 'x-oss-tagging': tags.join('&') }))).toBe('InvalidTag');
  expect((await put({ 'x-oss-tagging': tags.slice(1).join('&') })).status).toBe(200);
});
