// ProcessObject over the wire: what is saved, what is answered, and what is refused.
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } })
  .jpeg()
  .toBuffer();
const b64 = (text: string) => Buffer.from(text).toString('base64');
const url = (text: string) => Buffer.from(text).toString('base64url');

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
  await oss.client().put('p.jpg', photo);
  oss.events.length = 0;
});

const post = (
  body: string,
  key = 'p.jpg',
  more: { bucket?: string; as?: { accessKeyId: string; accessKeySecret: string } } = {},
) => {
  const { bucket = 'photos' } = more;
  const path = `/${bucket}/${encodeURIComponent(key)}?x-oss-process`;
  return oss.wire({ method: 'POST', path, key, queries: { 'x-oss-process': null }, body, ...more });
};

test('the result is saved and described as OSS describes it', async () => {
  const answer = await post(
    `x-oss-process=image/resize,w_100/format,png|sys/saveas,o_${url('t/p.png')},b_${url('photos-out')}`,
  );
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.text).toContain('"status": "OK"');
  const saved = await oss.client('photos-out').get('t/p.png');
  expect(JSON.parse(answer.text)).toEqual({
    bucket: 'photos-out',
    fileSize: saved.content.length,
    object: 't/p.png',
    status: 'OK',
  });
  expect(await sharp(saved.content).metadata()).toMatchObject({ format: 'png', width: 100, height: 75 });
  expect(saved.res.headers['content-type']).toBe('image/png');
  expect(oss.events).toMatchObject([
    {
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: 'photos-out' }, object: { key: 't/p.png', size: saved.content.length } },
    },
  ]);
});

test('without b_ the source bucket is the target and the answer names none', async () => {
  const answer = await post(`x-oss-process=image/resize,w_100|sys/saveas,o_${url('small.jpg')}`);
  expect(JSON.parse(answer.text)).toMatchObject({ bucket: '', object: 'small.jpg', status: 'OK' });
  expect(await sharp((await oss.client().get('small.jpg')).content).metadata()).toMatchObject({
    format: 'jpeg',
    width: 100,
  });
});

test('the text of a watermark may be in standard base64, as a test of ali-oss has it', async () => {
  const marked = (text: string) => post(`x-oss-process=image/watermark,size_20,text_${text}`);
  const [standard, urlSafe] = [await marked('5Zu+'), await marked('5Zu-')];
  expect([standard.status, urlSafe.status]).toEqual([200, 200]);
  expect(standard.body.equals(urlSafe.body)).toBe(true);
});

test('AVIF and HEIC are for GET only, unless the service is told otherwise', async () => {
  const asked = `image/resize,w_20/format,avif|sys/saveas,o_${url('a.avif')},b_${url('photos-out')}`;
  for (const body of [asked, asked.replace('avif|', 'heic|'), 'image/format,avif']) {
    const refused = await post(`x-oss-process=${body}`);
    expect([refused.status, codeOf(refused), refused.headers['x-oss-ec']]).toEqual([
      400,
      'BadRequest',
      '0040-00000015',
    ]);
  }
  expect(oss.events).toEqual([]);
  const path = '/photos/p.jpg?x-oss-process=image%2Fformat%2Cavif';
  const got = await oss.wire({ path, key: 'p.jpg', queries: { 'x-oss-process': 'image/format,avif' } });
  expect([got.status, got.headers['content-type']]).toEqual([200, 'image/avif']);

  oss = await startOss({ avifByPost: true });
  await oss.client().put('p.jpg', photo);
  expect((await post(`x-oss-process=${asked}`)).status).toBe(200);
  expect((await oss.client('photos-out').head('a.avif')).res.headers).toMatchObject({ 'content-type': 'image/avif' });
});

test('without saveas the image itself comes back and nothing is stored', async () => {
  const answer = await post('x-oss-process=image/resize,w_100');
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/jpeg']);
  expect((await sharp(answer.body).metadata()).width).toBe(100);
  expect(oss.events).toEqual([]);
});

test.each([
  ['url-safe, no padding', url],
  ['standard, padded', b64],
  ['standard, no padding', (text: string) => b64(text).replace(/=+$/, '')],
])('a target key whose base64 has + and / arrives intact: %s, raw and encoded body', async (_, write) => {
  for (const key of ['目录/照片.jpg', '🎉 a+b%20&c?d#e.jpg']) {
    for (const encode of [encodeURIComponent, (text: string) => text]) {
      const answer = await post(
        `x-oss-process=${encode(`image/resize,w_10|sys/saveas,o_${write(key)},b_${write('photos-out')}`)}`,
      );
      expect(JSON.parse(answer.text)).toMatchObject({ object: key, status: 'OK' });
      expect((await oss.client('photos-out').head(key)).status).toBe(200);
    }
  }
});

test('ali-oss processObjectSave', async () => {
  const saved = await oss.client().processObjectSave('p.jpg', '目录/照片.jpg', 'image/resize,w_50', 'photos-out');
  expect(saved.status).toBe(200);
  expect((await sharp((await oss.client('photos-out').get('目录/照片.jpg')).content).metadata()).width).toBe(50);
});

test('named styles belong to the bucket of the source; pipes run one after the other', async () => {
  const styled = { method: 'PUT', path: '/photos?style&styleName=half', queries: { style: null, styleName: 'half' } };
  expect((await oss.wire({ ...styled, body: '<Style><Content>image/resize,p_50</Content></Style>' })).status).toBe(200);
  await post(`x-oss-process=style/half|image/crop,w_20,h_10|sys/saveas,o_${url('s.jpg')}`);
  expect(await sharp((await oss.client().get('s.jpg')).content).metadata()).toMatchObject({ width: 20, height: 10 });
  await oss.client('photos-out').put('p.jpg', photo);
  const elsewhere = await post('x-oss-process=style/half', 'p.jpg', { bucket: 'photos-out' });
  expect([elsewhere.status, codeOf(elsewhere)]).toEqual([404, 'NoSuchStyle']);
});

test('the bytes are those that the source had when the call arrived', async () => {
  const other = await startOss({
    processImage: async (source) => {
      await other.client().put('p.txt', Buffer.from('new'));
      return { body: source, contentType: 'text/plain' };
    },
  });
  await other.client().put('p.txt', Buffer.from('old'));
  await other.client().processObjectSave('p.txt', 'out.txt', 'image/resize,w_1');
  expect((await other.client().get('out.txt')).content.toString()).toBe('old');
});

describe('refused', () => {
  test.each([
    ['', 'p.jpg', 'InvalidRequest', 400],
    ['x-oss-process=', 'p.jpg', 'InvalidRequest', 400],
    ['x-oss-process=image/resize,w_1|saveas,o_dGVzdA', 'p.jpg', 'InvalidArgument', 400],
    ['x-oss-process=image/slim,1', 'p.jpg', 'InvalidArgument', 400],
    ['x-oss-process=image/resize,w_0|sys/saveas,o_dGVzdA', 'p.jpg', 'InvalidArgument', 400],
    [`x-oss-process=image/resize,w_1|sys/saveas,o_dGVzdA,b_${url('no-such-bucket')}`, 'p.jpg', 'NoSuchBucket', 404],
    ['x-oss-process=image/resize,w_1|sys/saveas,o_dGVzdA', 'gone.jpg', 'NoSuchKey', 404],
    ['x-oss-process=style/none|sys/saveas,o_dGVzdA', 'p.jpg', 'NoSuchStyle', 404],
    ['x-oss-process=video/convert,f_mp4', 'p.jpg', 'NotImplemented', 501],
    [`x-oss-process=${'x'.repeat(70_000)}`, 'p.jpg', 'EntityTooLarge', 400],
  ])('%.80s on %s: %s', async (body, key, code, status) => {
    const answer = await post(body, key);
    expect([codeOf(answer), answer.status]).toEqual([code, status]);
    expect(answer.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/);
    expect(oss.events).toEqual([]);
    expect(oss.bugs).toEqual([]);
  });

  test('a missing target bucket is named in the words of OSS', async () => {
    const answer = await post(`x-oss-process=image/resize,w_1|sys/saveas,o_dGVzdA,b_${url('no-such-bucket')}`);
    expect(answer.text).toContain('The specified bucket does not exist.');
  });

  test('saveas in a GET', async () => {
    const process = 'image/resize,w_1|sys/saveas,o_dGVzdA';
    await expect(oss.client().get('p.jpg', { process })).rejects.toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
    expect(oss.events).toEqual([]);
  });

  test('what is no image', async () => {
    await oss.client().put('p.txt', Buffer.from('no image at all'));
    const answer = await post('x-oss-process=image/resize,w_1|sys/saveas,o_dGVzdA', 'p.txt');
    expect(answer.status).toBe(400);
    expect(answer.headers['x-oss-ec']).toMatch(/^0040-/);
  });

  test.each([
    ['oss:PostProcessTask', 'photos', 'p.jpg'],
    ['oss:GetObject', 'photos', 'p.jpg'],
    ['oss:PutObject', 'photos-out', 't.jpg'],
  ])('a key without %s', async (missing, bucketName, keyName) => {
    const checked: string[] = [];
    const may = (action: string, bucket?: string, key?: string) => {
      checked.push(`${action} ${bucket}/${key}`);
      return action !== missing;
    };
    oss.oss.keys.set('limited', { secret: 's', may });
    const body = `x-oss-process=image/resize,w_1|sys/saveas,o_${url('t.jpg')},b_${url('photos-out')}`;
    const answer = await post(body, 'p.jpg', { as: { accessKeyId: 'limited', accessKeySecret: 's' } });
    expect([codeOf(answer), answer.status]).toEqual(['AccessDenied', 403]);
    expect(checked.at(-1)).toBe(`${missing} ${bucketName}/${keyName}`);
    expect(oss.events).toEqual([]);
  });
});
