// average-hue: the average colour of the pixels whose hue is near the mean hue.
// OSS describes the idea only (https://help.aliyun.com/zh/oss/user-guide/faq-2); 45° around a mean in whole degrees
// gives its one published answer.
import { isDamaged, openImage } from './render.js';
import { damagedError, type Source } from './source.js';

const nearDegrees = 45;
// Larger images are scaled into this square first: an average does not need 250 million pixels.
const side = 1024;

/** `0xRRGGBB`. @throws {ImageError} 400 when the source is damaged */
export async function averageHue(source: Source): Promise<string> {
  try {
    const { data, info } = await openImage(source, false)
      .flatten({ background: '#ffffff' })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return average(data, info.channels);
  } catch (error) {
    throw (await isDamaged(source, false)) ? damagedError(source.format, error) : error;
  }
}

function average(data: Buffer, channels: number): string {
  // Grey is one channel, or two with alpha.
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const hues = new Float64Array(data.length / channels);
  let sum = 0;
  for (let pixel = 0, at = 0; pixel < hues.length; pixel++, at += channels) {
    const one = hue(data[at] ?? 0, data[at + green] ?? 0, data[at + blue] ?? 0);
    hues[pixel] = one;
    sum += one;
  }
  const mean = Math.floor(sum / hues.length);
  const isNear = (one: number) => Math.abs(one - mean) <= nearDegrees;
  // No pixel is near when two opposite hues share the image.
  const isAny = hues.some(isNear);
  let [count, reds, greens, blues] = [0, 0, 0, 0];
  for (let pixel = 0, at = 0; pixel < hues.length; pixel++, at += channels) {
    if (isAny && !isNear(hues[pixel] ?? 0)) continue;
    count++;
    reds += data[at] ?? 0;
    greens += data[at + green] ?? 0;
    blues += data[at + blue] ?? 0;
  }
  return `0x${Buffer.from([reds, greens, blues].map((total) => Math.floor(total / count))).toString('hex')}`;
}

// HSV hue in degrees; grey is 0.
function hue(red: number, green: number, blue: number): number {
  const largest = Math.max(red, green, blue);
  const range = largest - Math.min(red, green, blue);
  if (range === 0) return 0;
  if (largest === red) return (60 * ((green - blue) / range) + 360) % 360;
  return largest === green ? 60 * ((blue - red) / range) + 120 : 60 * ((red - green) / range) + 240;
}
