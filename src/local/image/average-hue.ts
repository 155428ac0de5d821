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
  const value = (pixel: number, channel: number) => data[pixel * channels + (channels < 3 ? 0 : channel)] ?? 0;
  const pixels = Array.from({ length: data.length / channels }, (_, pixel) => pixel);
  const hues = pixels.map((pixel) => hue(value(pixel, 0), value(pixel, 1), value(pixel, 2)));
  const mean = Math.floor(hues.reduce((sum, one) => sum + one, 0) / hues.length);
  const near = pixels.filter((pixel) => Math.abs((hues[pixel] ?? 0) - mean) <= nearDegrees);
  // No pixel is near when two opposite hues share the image.
  const counted = near.length > 0 ? near : pixels;
  const levels = [0, 1, 2].map((channel) =>
    Math.floor(counted.reduce((sum, pixel) => sum + value(pixel, channel), 0) / counted.length),
  );
  return `0x${Buffer.from(levels).toString('hex')}`;
}

// HSV hue in degrees; grey is 0.
function hue(red: number, green: number, blue: number): number {
  const largest = Math.max(red, green, blue);
  const range = largest - Math.min(red, green, blue);
  if (range === 0) return 0;
  if (largest === red) return (60 * ((green - blue) / range) + 360) % 360;
  return largest === green ? 60 * ((blue - red) / range) + 120 : 60 * ((red - green) / range) + 240;
}
