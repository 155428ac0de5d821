// Twenty photograph-like images of 800×600 and more, made from the sample photographs: other crops, mirrors, exposures,
// and hard ones (dark, faint, busy, grainy, blurred, colourless). And how they are marked, saved and compared.
import sharp, { type Sharp } from 'sharp';
import { embed } from '../../../../src/local/image/blind-watermark/embed.js';
import type { Strength } from '../../../../src/local/image/blind-watermark/frame.js';
import { samplePhotos } from '../../../../src/local/samples.js';

export interface Photograph {
  readonly name: string;
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

type Window = readonly [left: number, top: number, width: number, height: number];
const variants: readonly (readonly [name: string, window: Window, change?: (image: Sharp) => Sharp])[] = [
  ['mountain-lake.jpg', [0, 0, 800, 600]],
  ['mountain-lake.jpg', [800, 600, 800, 600], (image) => image.flop()],
  ['mountain-lake.jpg', [400, 300, 900, 700], (image) => image.linear(0.35, 4)],
  ['sea-sunset.jpg', [0, 0, 1000, 640]],
  ['sea-sunset.jpg', [500, 400, 800, 600], (image) => image.flip()],
  ['sea-sunset.jpg', [700, 100, 801, 603], (image) => image.linear(1.4, -20)],
  ['dunes.jpg', [0, 500, 800, 600]],
  ['dunes.jpg', [700, 300, 800, 800], (image) => image.linear(0.25, 110)],
  ['dunes.jpg', [100, 100, 1200, 900], (image) => image.sharpen({ sigma: 1.5 })],
  ['northern-lights.jpg', [0, 0, 800, 600]],
  ['northern-lights.jpg', [600, 350, 900, 650]],
  ['northern-lights.jpg', [200, 200, 800, 600], (image) => image.linear(0.6, 0)],
  ['oranges.jpg', [0, 0, 800, 600]],
  ['oranges.jpg', [700, 500, 850, 650], (image) => image.linear(1.2, 10)],
  ['oranges.jpg', [300, 200, 800, 600], (image) => image.modulate({ saturation: 0 })],
  ['balloons.jpg', [0, 0, 1600, 1200], (image) => image.resize(800, 600)],
  ['balloons.jpg', [500, 300, 800, 600], (image) => image.blur(3)],
  ['sunflower.webp', [0, 0, 1600, 1200], (image) => image.resize(800, 600).sharpen({ sigma: 1 })],
  ['sunflower.webp', [400, 300, 800, 600]],
  ['sunflower.webp', [600, 0, 1000, 1000], (image) => image.modulate({ saturation: 1.8 })],
];

/** The twenty, or the first of them, decoded. */
export async function photographs(count = variants.length): Promise<Photograph[]> {
  const wanted = variants.slice(0, count);
  const stored = new Map((await samplePhotos(new Set(wanted.map(([key]) => key)))).map(({ key, body }) => [key, body]));
  const asIs = (image: Sharp) => image;
  return Promise.all(
    wanted.map(async ([key, [left, top, width, height], change = asIs], i) => {
      const cut = await sharp(stored.get(key))
        .extract({ left, top, width, height })
        .png({ compressionLevel: 0 })
        .toBuffer();
      const { data, info } = await change(sharp(cut)).raw().toBuffer({ resolveWithObject: true });
      if (info.channels !== 3) throw new Error(`${key} has ${info.channels} channels`);
      return { name: `${i + 1} ${key}`, data, width: info.width, height: info.height, channels: 3 as const };
    }),
  );
}

export const markText = 'Copyrighted by Alibaba Cloud';

export const open = ({ data, width, height, channels }: Photograph) =>
  sharp(data, { raw: { width, height, channels } });

/** A copy with the mark in it. */
export async function marked(original: Photograph, text = markText, strength: Strength = 'low'): Promise<Photograph> {
  const copy = { ...original, data: Buffer.from(original.data) };
  await embed(copy, text, strength);
  return copy;
}
/** As the pipeline saves it. */
export const saved = (image: Photograph) => open(image).jpeg({ quality: 90 }).toBuffer();

/** Peak signal to noise, in dB, of the colours and of luminance (BT.601). */
export function psnr({ data: a }: Photograph, { data: b }: Photograph): { rgb: number; luminance: number } {
  const weights = [0.299, 0.587, 0.114];
  let [colours, luminance] = [0, 0];
  for (let i = 0; i < a.length; i += 3) {
    let sum = 0;
    for (const [c, weight] of weights.entries()) {
      const change = (b[i + c] ?? 0) - (a[i + c] ?? 0);
      colours += change * change;
      sum += change * weight;
    }
    luminance += sum * sum;
  }
  const decibel = (meanSquare: number) => 10 * Math.log10(255 ** 2 / meanSquare);
  return { rgb: decibel(colours / a.length), luminance: decibel(luminance / (a.length / 3)) };
}
