import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readBlindWatermark } from '../../../../src/local/image/blind-watermark/read.js';
import { encodeBmp } from '../../../../src/local/image/bmp.js';
import { ImageError } from '../../../../src/local/image/error.js';
import { type ImageContext, processImage } from '../../../../src/local/image/pipeline.js';
import { encodeText } from '../../../../src/style/base64url.js';
import { decode, jpegFacts, waves } from '../pictures.js';

const markText = 'Copyrighted by Alibaba Cloud';
const hide = 'blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA';
const context: ImageContext = { readObject: async () => undefined, immBound: true, saving: true };
const run = (source: Buffer, actions: string, given = context) => processImage(source, `image/${actions}`, given);
const refusal = (source: Buffer, actions: string, given = context) =>
  run(source, actions, given).then(
    () => expect.fail('was not refused'),
    (error: unknown) => (error instanceof ImageError ? error : expect.fail(String(error))),
  );
const picture = (width = 400, height = 300): Sharp => waves(width, height);
const jpeg = (width?: number, height?: number) => picture(width, height).jpeg({ quality: 82 }).toBuffer();
async function bmp(): Promise<Buffer> {
  const { data, info } = await picture().raw().toBuffer({ resolveWithObject: true });
  return encodeBmp({ data, width: info.width, height: info.height, channels: 3 });
}

describe('blindwatermark', () => {
  const sources: Record<string, () => Promise<Buffer>> = {
    'image/jpeg': () => jpeg(),
    'image/png': () => picture().png().toBuffer(),
    'image/webp': () => picture().webp({ quality: 90 }).toBuffer(),
    'image/tiff': () => picture().tiff().toBuffer(),
    'image/bmp': bmp,
  };
  it.each(Object.entries(sources))('hides a text in %s, and keeps format and size', async (contentType, source) => {
    const result = await run(await source(), hide);
    expect(result.contentType).toBe(contentType);
    expect(await readBlindWatermark(result.body)).toMatchObject({ text: markText, strength: 'low' });
    if (contentType === 'image/bmp') {
      expect([result.body.readInt32LE(18), Math.abs(result.body.readInt32LE(22))]).toEqual([400, 300]);
    } else expect(await sharp(result.body).metadata()).toMatchObject({ width: 400, height: 300 });
  });

  it('cannot be seen: no value of a PNG changes by more than 12, and 40 dB are kept', async () => {
    const source = await picture().png().toBuffer();
    const [before, after] = [await decode(source), await decode((await run(source, hide)).body)];
    const changes = [...after.data].map((value, i) => Math.abs(value - (before.data[i] ?? 0)));
    expect(changes.reduce((most, change) => Math.max(most, change), 0)).toBeLessThanOrEqual(12);
    const meanSquare = changes.reduce((sum, change) => sum + change * change, 0) / changes.length;
    expect(10 * Math.log10(255 ** 2 / meanSquare)).toBeGreaterThan(40);
  });

  it.each([
    ['', 90],
    [',q_70', 70],
    [',q_95', 95],
    [',q_75/quality,Q_95', 75],
  ])('writes JPEG with the quality of "%s": %i', async (more, quality) => {
    expect(jpegFacts((await run(await jpeg(), `${hide}${more}`)).body).quality).toBe(quality);
  });

  it('leaves the quality of WebP alone', async () => {
    const source = await picture().webp({ quality: 90 }).toBuffer();
    const [low, high] = [await run(source, `${hide},q_70`), await run(source, `${hide},q_100`)];
    expect(low.body.equals(high.body)).toBe(true);
  });

  it.each(['low', 'medium', 'high'])('takes the strength %s', async (strength) => {
    const { body } = await run(await jpeg(), `${hide},s_${strength}`);
    expect(await readBlindWatermark(body)).toMatchObject({ text: markText, strength });
  });

  it('acts last wherever it stands, on what the other actions leave', async () => {
    const { body } = await run(await jpeg(900, 700), `${hide}/resize,w_450/rotate,90`);
    expect(await sharp(body).metadata()).toMatchObject({ width: 350, height: 450 });
    expect(await readBlindWatermark(body)).toMatchObject({ text: markText });
  });

  it('keeps the orientation tag where auto-orient,0 leaves the pixels; the text is read from the turned copy too', async () => {
    const source = await picture().jpeg({ quality: 82 }).withMetadata({ orientation: 6 }).toBuffer();
    const { body } = await run(source, `auto-orient,0/${hide}`);
    expect(await sharp(body).metadata()).toMatchObject({ orientation: 6, width: 400 });
    const upright = await sharp(body).autoOrient().jpeg({ quality: 85 }).toBuffer();
    expect(await readBlindWatermark(upright)).toMatchObject({ text: markText });
  });

  it('keeps alpha', async () => {
    const hole = Buffer.from('<svg width="400" height="300"><circle cx="200" cy="150" r="60"/></svg>');
    const source = await picture()
      .ensureAlpha()
      .composite([{ input: hole, blend: 'dest-out' }])
      .png()
      .toBuffer();
    const [before, after] = [await decode(source), await decode((await run(source, hide)).body)];
    expect(after.channels).toBe(4);
    const alpha = (image: typeof before) => image.data.filter((_, i) => i % 4 === 3);
    expect(Buffer.compare(alpha(after), alpha(before))).toBe(0);
    expect(after.at(200, 150)).toEqual(before.at(200, 150));
  });

  it.each([
    ['greyscale', (image: Sharp) => image.greyscale().png()],
    ['a palette', (image: Sharp) => image.png({ palette: true, colours: 64 })],
    ['16 bits', (image: Sharp) => image.toColourspace('rgb16').png()],
  ])('takes a PNG with %s', async (_, change) => {
    const { body } = await run(await change(picture()).toBuffer(), hide);
    expect(await readBlindWatermark(body)).toMatchObject({ text: markText });
  });
});

describe('blindwatermark refuses', () => {
  const imm = { status: 400, code: 'Imm Client', ec: undefined };

  it.each([
    [199, 300],
    [300, 199],
    [10_001, 200],
  ])('%i × %i pixels', async (width, height) => {
    const source = await picture(8, 8).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
    const message = `InvalidArgument, blindwatermark takes sides of 200 to 10000 pixels; the image is ${width} × ${height}.`;
    expect(await refusal(source, hide)).toMatchObject({ ...imm, message });
  });

  it('an image that another action makes too small', async () => {
    expect(await refusal(await jpeg(), `resize,w_150/${hide}`)).toMatchObject(imm);
  });

  it.each(['gif', 'avif'] as const)('%s', async (format) => {
    const source = await picture(256, 256).toFormat(format, { effort: 1 }).toBuffer();
    const message = `InvalidArgument, blindwatermark takes jpg, png, bmp, webp, tiff, not ${format}.`;
    expect(await refusal(source, hide)).toMatchObject({ ...imm, message });
  });

  it.each(['black', 'white'])('an image that is all %s', async (background) => {
    const source = await sharp({ create: { width: 300, height: 300, channels: 3, background } })
      .png()
      .toBuffer();
    const message = 'InvalidArgument, A text cannot be hidden in an image that is all black or all white.';
    expect(await refusal(source, hide)).toMatchObject({ ...imm, message });
  });

  it('an image that is nearly all white: the text could not be read back', async () => {
    const white = sharp({ create: { width: 300, height: 300, channels: 3, background: 'white' } });
    const dot = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    const source = await white
      .composite([{ input: dot }])
      .jpeg({ quality: 90 })
      .toBuffer();
    expect(await refusal(source, `${hide},s_low`)).toMatchObject({
      ...imm,
      message: expect.stringMatching(/^InvalidArgument, The content cannot be read back from this image/),
    });
  });

  it('more text than the image holds, saying how much it does', async () => {
    const content = encodeText('水'.repeat(235));
    expect(await refusal(await jpeg(), `blindwatermark,content_${content}`)).toMatchObject({
      ...imm,
      message: 'InvalidArgument, An image of 400 × 300 pixels holds at most 704 bytes; the content has 705.',
    });
  });

  it('257 characters, another strength, another quality, a text that is not base64, none', async () => {
    const source = await jpeg();
    for (const [parameters, code] of [
      [`content_${encodeText('a'.repeat(257))}`, 'InvalidArgument'],
      ['content_YQ,s_extreme', 'InvalidArgument'],
      ['content_YQ,q_69', 'InvalidArgument'],
      ['content_YQ,q_101', 'InvalidArgument'],
      ['content_a*b', 'BadRequest'],
      ['s_low', 'MissingArgument'],
    ] as const) {
      expect(await refusal(source, `blindwatermark,${parameters}`), parameters).toMatchObject({ status: 400, code });
    }
  });

  it('a bucket without an IMM project, and a request that does not save', async () => {
    const source = await jpeg();
    expect(await refusal(source, hide, { ...context, immBound: false })).toMatchObject(imm);
    expect(await refusal(source, hide, { ...context, saving: false })).toMatchObject({ code: 'InvalidArgument' });
  });
});
