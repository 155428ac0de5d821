// average-hue: the average colour of the pixels whose hue is near the mean hue.
// OSS describes the idea only (https://help.aliyun.com/zh/oss/user-guide/faq-2); the 45° fit its one published example to within one level.
import sharp from 'sharp';
import { decodeBmp } from './bmp.js';
import { isDamaged } from './render.js';
import { damagedError, maxSourcePixels, type Source } from './source.js';

const nearDegrees = 45;
// Larger images are scaled into this square first: an average does not need 250 million pixels.
const side = 1024;

/** `0xRRGGBB`. @throws {ImageError} 400 when the source is damaged */
export async function averageHue(source: Source): Promise<string> {
  try {
    const { bytes, bmp } = source;
    const pixels = bmp === undefined ? undefined : decodeBmp(bytes, bmp);
    const image =
      pixels === undefined
        ? sharp(bytes, { limitInputPixels: maxSourcePixels, failOn: 'error' })
        : sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: pixels.channels } });
    const data = await image
      .flatten({ background: '#ffffff' })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return average(data.data, data.info.channels);
  } catch (error) {
    throw (await isDamaged(source, false)) ? damagedError(source.format, error) : error;
  }
}

function average(data: Buffer, channels: number): string {
  const count = data.length / channels;
  const colour = (i: number): [number, number, number] => {
    const red = data[i * channels] ?? 0;
    return channels < 3 ? [red, red, red] : [red, data[i * channels + 1] ?? 0, data[i * channels + 2] ?? 0];
  };
  let sumOfHues = 0;
  for (let i = 0; i < count; i += 1) sumOfHues += hue(...colour(i));
  const mean = sumOfHues / count;
  const sum = [0, 0, 0];
  let near = 0;
  for (let i = 0; i < count; i += 1) {
    const rgb = colour(i);
    if (Math.abs(hue(...rgb) - mean) > nearDegrees) continue;
    near += 1;
    for (const [channel, value] of rgb.entries()) sum[channel] = (sum[channel] ?? 0) + value;
  }
  // No pixel is near when two opposite hues share the image.
  if (near === 0) {
    near = count;
    for (let i = 0; i < count; i += 1)
      for (const [channel, value] of colour(i).entries()) sum[channel] = (sum[channel] ?? 0) + value;
  }
  return `0x${sum
    .map((total) =>
      Math.floor(total / near)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

// HSV hue in degrees; grey is 0.
function hue(red: number, green: number, blue: number): number {
  const largest = Math.max(red, green, blue);
  const range = largest - Math.min(red, green, blue);
  if (range === 0) return 0;
  if (largest === red) return (60 * ((green - blue) / range) + 360) % 360;
  return largest === green ? 60 * ((blue - red) / range) + 120 : 60 * ((red - green) / range) + 240;
}
