// The sample photographs of the demo, the tests and `npm start`: computed, the same on every run, in the formats and
// with the EXIF tags of real uploads. Two are stored turned, as cameras do, and stand upright unless auto-orient,0
// leaves them.
import sharp from 'sharp';
import { balloons } from './samples/balloons.js';
import { dunes } from './samples/dunes.js';
import { logo } from './samples/logo.js';
import { mountainLake } from './samples/mountain-lake.js';
import { randomFrom } from './samples/noise.js';
import { northernLights } from './samples/northern-lights.js';
import { oranges } from './samples/oranges.js';
import { paint, type Scene } from './samples/paint.js';
import { seaSunset } from './samples/sea-sunset.js';
import { sunflower } from './samples/sunflower.js';

export interface SamplePhoto {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** As stored: with orientation 6 or 8 the upright picture is `height` wide and `width` high. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, when it is not 1. */
  readonly orientation?: number | undefined;
}

/** Width and height are those of the upright picture. */
type Photo = readonly [
  key: string,
  scene: () => Scene,
  width: number,
  height: number,
  taken: string,
  orientation?: 6 | 8,
];

const photos: readonly Photo[] = [
  ['mountain-lake.jpg', mountainLake, 1600, 1200, '2024:05:04 05:41:20'],
  ['sea-sunset.jpg', seaSunset, 1600, 1067, '2024:06:21 20:58:03'],
  ['dunes.jpg', dunes, 1600, 1200, '2024:02:11 09:12:44'],
  ['northern-lights.jpg', northernLights, 1500, 1000, '2024:01:16 23:30:10'],
  ['oranges.jpg', oranges, 1200, 1600, '2024:11:02 12:05:31', 6],
  ['balloons.jpg', balloons, 1200, 1600, '2024:09:14 06:22:57', 8],
  ['sunflower.webp', sunflower, 1600, 1200, '2024:07:30 15:47:12'],
];
const logoKey = 'logo.png';
const logoSide = 800;
// Pictures are computed at this part of their size and enlarged: the softness of a lens, in a sixth of the time.
const detail = 0.4;
const grainSide = 256;

/**
 * The samples, made anew: eight files in a few seconds on one core, or only those of `keys`, which takes a part of it.
 * Keys are plain names; rename them as you like.
 */
export async function samplePhotos(keys?: ReadonlySet<string>): Promise<SamplePhoto[]> {
  const wanted = (key: string) => keys?.has(key) ?? true;
  const taken = await Promise.all(photos.filter(([key]) => wanted(key)).map(take));
  return wanted(logoKey) ? [...taken, await takeLogo()] : taken;
}

async function takeLogo(): Promise<SamplePhoto> {
  const raw = { width: logoSide, height: logoSide, channels: 4 } as const;
  const body = await sharp(logo(logoSide), { raw }).png().toBuffer();
  return { key: logoKey, body, contentType: 'image/png', width: logoSide, height: logoSide };
}

async function take([key, scene, width, height, taken, orientation]: Photo): Promise<SamplePhoto> {
  const small = { width: Math.round(width * detail), height: Math.round(height * detail) };
  const grainSize = { width: grainSide, height: grainSide, channels: 3 } as const;
  const developed = await sharp(paint(scene(), small.width, small.height), { raw: { ...small, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: grain(key.length), raw: grainSize, tile: true, blend: 'soft-light' }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const film = sharp(developed, { raw: { width, height, channels: 3 } });
  const turned = orientation === undefined ? film : film.rotate(orientation === 6 ? 270 : 90);
  const withExif = turned.withMetadata({
    orientation,
    exif: {
      IFD0: { Make: 'oss-autostyle', Model: 'Sample Camera 1', DateTime: taken, Software: 'oss-autostyle samples' },
      IFD2: {
        DateTimeOriginal: taken,
        FNumber: '28/10',
        ExposureTime: '1/250',
        ISOSpeedRatings: '200',
        FocalLength: '35/1',
      },
    },
  });
  const webp = key.endsWith('.webp');
  const body = await (webp ? withExif.webp({ quality: 86 }) : withExif.jpeg({ quality: 90 })).toBuffer();
  const stored = orientation === undefined ? { width, height } : { width: height, height: width };
  return { key, body, contentType: webp ? 'image/webp' : 'image/jpeg', ...stored, orientation };
}

// Film grain: mid-grey with noise, laid on as soft light.
function grain(seed: number): Buffer {
  const random = randomFrom(seed);
  const tile = Buffer.allocUnsafe(grainSide * grainSide * 3);
  for (let i = 0; i < tile.length; i += 3) {
    const level = 127 + 22 * (random() + random() + random() - 1.5);
    tile.fill(level, i, i + 3);
  }
  return tile;
}
