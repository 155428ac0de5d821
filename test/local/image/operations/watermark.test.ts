// watermark through the embedded OSS, as its users have it: saved by ali-oss, from a named style, with the mark in the
// same bucket.
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { codeOf, startOss } from '../../oss/fixture.js';
import { decode, distance, redColor, whiteColor } from '../pictures.js';

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

async function world() {
  const oss = await startOss();
  const client = oss.client();
  await client.put('albums/photo.png', await plain(200, 100, '#ffffff'));
  await client.put('logos/标志.png', await plain(20, 10, '#ff0000'));
  return { oss, client };
}
const mark = `watermark,image_${b64('logos/标志.png?x-oss-process=image/resize,P_20')},g_nw,x_0,y_0`;

it('is saved into another bucket, from a style and from a named one', async () => {
  const { oss, client } = await world();
  const content = `image/${mark}/watermark,text_${b64('版权所有')},size_20`;
  const put = await oss.wire({
    method: 'PUT',
    path: '/photos?style&styleName=marked',
    queries: { style: null, styleName: 'marked' },
    body: `<Style><Content>${content}</Content></Style>`,
  });
  expect(put.status).toBe(200);
  for (const style of [`image/${mark}`, 'style/marked']) {
    const { res } = await client.processObjectSave('albums/photo.png', 'marked.png', style, 'photos-out');
    expect(res.status).toBe(200);
    const { content } = await oss.client('photos-out').get('marked.png');
    const { at, width } = await decode(content);
    // 20 % of 200 × 100 is 40 × 20: the whole of the mark's proportion.
    expect([width, at(39, 19), at(40, 19), at(39, 20)]).toEqual([200, redColor, whiteColor, whiteColor]);
    const corner = await sharp(content).extract({ left: 110, top: 60, width: 90, height: 40 }).stats();
    expect(corner.channels[0]?.min ?? 255).toBe(style === 'style/marked' ? 0 : 255);
  }
  expect(oss.bugs).toEqual([]);
});

it('is made in a GET, too', async () => {
  const { client } = await world();
  const { content } = await client.get('albums/photo.png', { process: `image/${mark}` });
  expect(distance((await decode(content)).at(5, 5), redColor)).toBe(0);
});

it('answers what is wrong with the mark as a 4xx, with its EC, and stores nothing', async () => {
  const { oss, client } = await world();
  await client.put(
    'clip.gif',
    await sharp(await plain(9, 9, '#00ff00'))
      .gif()
      .toBuffer(),
  );
  for (const [image, status, code, ec] of [
    ['absent.png', 404, 'NoSuchKey', '0040-00000025'],
    ['clip.gif', 400, 'WatermarkError', '0040-00000027'],
    ['logos/标志.png?x-oss-process=image/watermark,text_YQ', 400, 'InvalidArgument', '0040-00000373'],
  ] as const) {
    const answer = await oss.wire({
      method: 'POST',
      path: '/photos/albums/photo.png?x-oss-process',
      key: 'albums/photo.png',
      queries: { 'x-oss-process': null },
      body: `x-oss-process=image/watermark,image_${b64(image)}|sys/saveas,o_${b64('out.png')},b_${b64('photos')}`,
    });
    expect([answer.status, codeOf(answer), answer.headers['x-oss-ec']]).toEqual([status, code, ec]);
  }
  await expect(client.head('out.png')).rejects.toMatchObject({ status: 404 });
  expect(oss.bugs).toEqual([]);
});

it('keeps the size of the image, whatever valid values it is given', async () => {
  const main = await plain(60, 40, '#ffffff');
  const logo = await plain(20, 10, '#ff0000');
  const context = { readObject: async () => logo, immBound: true, saving: true };
  const up = (max: number) => fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max }));
  const options = fc.record(
    {
      t: up(100),
      g: fc.constantFrom('nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se'),
      x: up(4096),
      y: up(4096),
      voffset: fc.integer({ min: -1000, max: 1000 }),
      fill: fc.constantFrom(0, 1),
      padx: up(4096),
      pady: up(4096),
      size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1000 })),
      shadow: up(100),
      rotate: fc.integer({ min: 0, max: 360 }),
      order: fc.constantFrom(0, 1),
      align: fc.constantFrom(0, 1, 2),
      interval: up(1000),
    },
    { requiredKeys: [] },
  );
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 16 })
    .filter((text) => Buffer.byteLength(text) <= 64);
  const process = fc.constantFrom(
    '',
    ...['resize,P_90', 'rotate,33', 'crop,w_3,h_200', 'resize,w_300,limit_0'].map(
      (one) => `?x-oss-process=image/${one}`,
    ),
  );
  const what = fc.oneof(
    words.map((text) => [`text_${b64(text)}`]),
    process.map((one) => [`image_${b64(`logo.png${one}`)}`]),
    fc.tuple(words, process).map(([text, one]) => [`text_${b64(text)}`, `image_${b64(`logo.png${one}`)}`]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(what, options), { minLength: 1, maxLength: 3 }), async (marks) => {
      const actions = marks.map(([named, rest]) =>
        ['watermark', ...named, ...Object.entries(rest).map(([key, value]) => `${key}_${value}`)].join(','),
      );
      const { body } = await processImage(main, `image/${actions.join('/')}`, context);
      expect(await sharp(body).metadata()).toMatchObject({ width: 60, height: 40, channels: 3, format: 'png' });
    }),
    { numRuns: 100 },
  );
});
