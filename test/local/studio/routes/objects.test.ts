// The addresses that the studio signs, used as its page uses them; its lists against what was stored.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../../src/local/cloud.js';
import { localClient } from '../../../../src/local/samples/objects.js';
import { type StudioCaller, startStudio, studioCaller } from '../../../support/studio.js';
import { send } from '../../oss/fixture.js';

let cloud: LocalCloud;
let studio: StudioCaller;
const call = (name: string, body: unknown) => studio.call(`POST ${name}`, body);

beforeAll(async () => {
  cloud = await startStudio({ triggers: false });
  studio = await studioCaller(cloud);
});
afterAll(() => cloud?.close());

describe('POST sign', () => {
  const keys = [
    'a.jpg',
    'a b+c.jpg',
    '100%25?#&=.jpg',
    'a//b',
    '目录/🦉.jpg',
    'it\'s "(quoted)"!*.jpg',
    'a\tb',
    '~-_.',
  ];

  it.each(keys)('%j can be put, read, processed and deleted', async (key) => {
    const body = randomBytes(16);
    const sent = async (method: string, more: object, content?: Buffer) => {
      const { answer } = await call('sign', { method, bucket: 'photos', key, ...more });
      const headers = content === undefined ? {} : { 'content-type': 'image/x-mine; a=1' };
      const wire = { method, path: answer.url, headers, signed: false };
      return send(cloud.port, content === undefined ? wire : { ...wire, body: content });
    };
    expect((await sent('PUT', { contentType: 'image/x-mine; a=1' }, body)).status).toBe(200);
    expect((await localClient(cloud.url, 'photos').get(key)).content).toEqual(body);
    const { status, body: read, headers } = await sent('GET', {});
    expect([status, read, headers['content-type']]).toEqual([200, body, 'image/x-mine; a=1']);
    const processed = await sent('GET', { query: { 'x-oss-process': 'image/resize,w_10' } });
    // It is no image: what matters is that the request was understood, and accepted as signed.
    expect(processed.text).toContain('0040-00000005');
    expect((await sent('GET', { query: { acl: '' } })).text).toContain('<Grant>default</Grant>');
    expect((await sent('DELETE', {})).status).toBe(204);
  });

  it('an address is good for one method and one object', async () => {
    const { answer } = await call('sign', { method: 'GET', bucket: 'photos', key: 'a.jpg' });
    for (const path of [answer.url.replace('a.jpg', 'b.jpg'), `${answer.url}&acl`]) {
      expect((await send(cloud.port, { path, headers: {}, signed: false })).status).toBe(403);
    }
    expect((await send(cloud.port, { method: 'DELETE', path: answer.url, headers: {}, signed: false })).status).toBe(
      403,
    );
  });

  it.each([
    [{ method: 'POST', bucket: 'photos', key: 'a' }, 'method: '],
    [{ method: 'GET', bucket: 'ph', key: 'a' }, 'bucket: '],
    [{ method: 'GET', bucket: 'photos', key: '' }, 'key: '],
    [{ method: 'PUT', bucket: 'photos', key: 'a', contentType: 'a\r\nb: c' }, 'contentType: '],
    [{ method: 'GET', bucket: 'photos', key: 'a', query: { a: 1 } }, 'query.a: '],
    ['text', 'body: '],
    [null, 'body: '],
  ])('refuses %j', async (body, at) => {
    const { status, answer } = await call('sign', body);
    expect([status, answer.code, answer.message]).toEqual([400, 'invalid', expect.stringMatching(`^${at}`)]);
  });
});

describe('GET buckets', () => {
  it('names all buckets, and the prefixes that rules listen to', async () => {
    expect((await studio.call('GET buckets')).answer).toEqual([
      { name: 'photos', listens: ['avatars/', 'gallery/'] },
      { name: 'photos-journal', listens: [] },
      { name: 'photos-out', listens: [] },
    ]);
  });
});

describe('POST objects', () => {
  beforeAll(async () => {
    const client = localClient(cloud.url, 'photos-out');
    for (const key of ['a.jpg', 'b/1.jpg', 'b/2.jpg', 'c/d/e.jpg', '目/录.jpg'])
      await client.put(key, Buffer.from(key));
  });

  it('lists keys that XML cannot hold', async () => {
    const keys = ['odd/\u0000.jpg', 'odd/\u0001<img>\r\n.jpg', 'odd/ b .jpg', 'odd/%41+&.jpg', 'odd/\ufffe'];
    for (const key of keys) {
      const { answer } = await call('sign', { method: 'PUT', bucket: 'photos', key });
      expect((await send(cloud.port, { method: 'PUT', path: answer.url, headers: {}, signed: false })).status).toBe(
        200,
      );
    }
    const { answer } = await call('objects', { bucket: 'photos', prefix: 'odd/' });
    expect(answer.objects.map(({ key }: { key: string }) => key).sort()).toEqual(keys.toSorted());
  });

  it('lists folders and objects, a page at a time', async () => {
    const { answer } = await call('objects', { bucket: 'photos-out' });
    expect(answer).toEqual({
      folders: ['b/', 'c/', '目/'],
      objects: [{ key: 'a.jpg', size: 5, etag: expect.stringMatching(/^[0-9A-F]{32}$/), time: expect.any(String) }],
    });
    expect((await call('objects', { bucket: 'photos-out', prefix: '目/' })).answer.objects).toHaveLength(1);
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = (await call('objects', { bucket: 'photos-out', folders: false, most: 2, after })).answer;
      seen.push(...page.objects.map(({ key }: { key: string }) => key));
      after = page.next;
      if (after === undefined) break;
    }
    expect(seen).toEqual(['a.jpg', 'b/1.jpg', 'b/2.jpg', 'c/d/e.jpg', '目/录.jpg']);
  });

  it('says that there is no such bucket', async () => {
    const { status, answer } = await call('objects', { bucket: 'nowhere' });
    expect([status, answer]).toEqual([404, { code: 'unknown', message: 'There is no bucket nowhere.' }]);
    for (const bucket of ['PHOTOS', 'a/b', '..', '-a-', 'a'.repeat(64)]) {
      expect(await call('objects', { bucket })).toMatchObject({ status: 400, answer: { code: 'invalid' } });
    }
  });
});
