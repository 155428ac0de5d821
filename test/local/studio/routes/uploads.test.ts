// What the studio says of uploads: why a rule takes one, what is there of it, its event run again; and the samples.
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../../src/local/cloud.js';
import { localClient } from '../../../../src/local/samples/objects.js';
import { type StudioCaller, startStudio, studioCaller } from '../../../support/studio.js';
import { send } from '../../oss/fixture.js';

let cloud: LocalCloud;
let studio: StudioCaller;
const call = (line: string, body?: unknown) => studio.call(line, body);

beforeAll(async () => {
  cloud = await startStudio();
  studio = await studioCaller(cloud);
});
afterAll(() => cloud?.close());

/** The entries of the activity until now. */
async function entries(): Promise<Record<string, unknown>[]> {
  const abort = new AbortController();
  const headers = { 'x-studio-token': studio.token };
  const response = await fetch(`${cloud.url}/-/api/events?after=0`, { headers, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.endsWith('}\n')) text += (await reader?.read())?.value ?? '';
  abort.abort();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

describe('POST explain', () => {
  it('names the rule, its targets, and what keeps the others from it', async () => {
    const { status, answer } = await call('POST explain', { bucket: 'photos', key: 'avatars/a.jpg', size: 1_000 });
    expect(status).toBe(200);
    expect(answer.rules).toEqual([{ name: 'avatars', path: 'rules[0]' }]);
    expect(answer.outputs.map(({ target }: { target: string }) => target)).toEqual([
      'oss://photos-out/avatars/a.jpg.128.webp',
      'oss://photos-out/square/avatars/a.jpg',
    ]);
    expect(answer.others).toEqual([
      {
        rule: 'gallery',
        path: 'rules[1]',
        condition: 'prefix',
        why: 'prefix: the key does not start with gallery/',
      },
    ]);
  });

  it.each([
    [{ key: 'avatars/raw/a.jpg' }, 'no-rule'],
    [{ key: 'avatars/a.jpg', size: 0 }, 'empty'],
    [{ key: 'avatars/', size: 0 }, 'folder'],
    [{ key: 'avatars/a.jpg', event: 'ObjectCreated:UploadPart' }, 'not-an-upload'],
  ])('%j is skipped: %s', async (upload, reason) => {
    const { answer } = await call('POST explain', { bucket: 'photos', ...upload });
    expect([answer.skipped, answer.outputs]).toEqual([reason, []]);
  });

  it.each([{ size: -1 }, { event: 'x' }, { key: 'x'.repeat(1_024) }, { time: 'now' }])('refuses %j', async (wrong) => {
    const { status } = await call('POST explain', { bucket: 'photos', key: 'a', ...wrong });
    expect(status).toBe(400);
  });
});

describe('an upload that fails', () => {
  const name = { bucket: 'photos', key: 'avatars/broken.jpg' };

  it('is looked at, run again, and is well once its bytes are', async () => {
    const client = localClient(cloud.url, 'photos');
    await client.put(name.key, Buffer.from('no image'));
    await cloud.idle();
    const failed = (await call('POST look', name)).answer;
    expect([failed.well, failed.look.bytes]).toEqual([false, 8]);
    expect(failed.derivatives).toMatchObject([
      { state: 'missing', records: [{ kind: 'permanent', code: 'BadRequest', outlived: false }] },
      { state: 'missing', records: [{ kind: 'permanent', code: 'BadRequest', outlived: false }] },
    ]);
    const jpeg = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer();
    await client.put(name.key, jpeg);
    await cloud.idle();
    expect((await call('POST look', name)).answer.derivatives).toMatchObject([{ state: 'saved' }, { state: 'saved' }]);
  });

  it('has its event run again, which the page hears of', async () => {
    const out = localClient(cloud.url, 'photos-out');
    await call('POST sign', { method: 'DELETE', bucket: 'photos-out', key: 'square/avatars/broken.jpg' }).then(
      ({ answer }) => send(cloud.port, { method: 'DELETE', path: answer.url, headers: {}, signed: false }),
    );
    const { answer } = await call('POST run-again', name);
    await cloud.idle();
    expect((await out.head('square/avatars/broken.jpg')).status).toBe(200);
    const objects = (await entries()).filter(({ kind }) => kind === 'object');
    expect(objects.filter(({ again }) => again)).toEqual([
      expect.objectContaining({ ...name, event: 'ObjectCreated:PutObject', requests: [answer.request] }),
    ]);
    expect(objects.filter(({ byFunction }) => byFunction).map(({ bucket }) => bucket)).toContain('photos-out');
    expect(objects.filter(({ bucket, byFunction }) => bucket === 'photos' && byFunction)).toEqual([]);
  });

  it('is run again as a removal where it is gone', async () => {
    await call('POST run-again', { bucket: 'photos', key: 'avatars/never.jpg' });
    await cloud.idle();
    expect((await entries()).filter(({ again }) => again).at(-1)).toMatchObject({
      event: 'ObjectRemoved:DeleteObject',
      key: 'avatars/never.jpg',
    });
  });

  it('says that there is no such bucket', async () => {
    const { status, answer } = await call('POST run-again', { bucket: 'nowhere', key: 'a' });
    expect([status, answer.code]).toEqual([404, 'unknown']);
  });
});

describe('the samples', () => {
  it('are uploaded under any key', async () => {
    const { answer } = await call('GET samples');
    expect(answer).toHaveLength(8);
    expect(answer).toContainEqual({ photo: 'logo.png', key: 'avatars/logo.png' });
    const put = { photo: 'logo.png', bucket: 'photos', key: 'elsewhere/my logo.png' };
    expect((await call('POST sample', put)).status).toBe(200);
    const { content, res } = await localClient(cloud.url, 'photos').get('elsewhere/my logo.png');
    expect(res.headers['content-type']).toBe('image/png');
    expect(await sharp(content).metadata()).toMatchObject({ width: 800, height: 800, format: 'png' });
  });

  it.each([
    [{ photo: '../logo.png', bucket: 'photos', key: 'a' }, 400],
    [{ photo: 'logo.png', bucket: 'nowhere', key: 'a' }, 404],
  ])('%j: %i', async (body, status) => {
    expect((await call('POST sample', body)).status).toBe(status);
  });
});
