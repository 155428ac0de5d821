// The sample photographs of the demo, the tests and `npm start`: computed, the same on every run, in the formats and with the EXIF tags of
// real uploads. Two are stored turned, as cameras do, and stand upright only with auto-orient,1.
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
  readonly orientation?: number;
  readonly description: string;
}

interface Photo {
  readonly key: string;
  readonly scene: () => Scene;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  readonly orientation?: 6 | 8;
  readonly taken: string;
  readonly description: string;
}

const photoSpecs: readonly Photo[] = [
  {
    key: 'mountain-lake.jpg',
    scene: mountainLake,
    width: 1600,
    height: 1200,
    taken: '2024:05:04 05:41:20',
    description: 'A mountain lake at dawn',
  },
  {
    key: 'sea-sunset.jpg',
    scene: seaSunset,
    width: 1600,
    height: 1067,
    taken: '2024:06:21 20:58:03',
    description: 'A sail before the setting sun',
  },
  {
    key: 'dunes.jpg',
    scene: dunes,
    width: 1600,
    height: 1200,
    taken: '2024:02:11 09:12:44',
    description: 'Dunes in the morning',
  },
  {
    key: 'northern-lights.jpg',
    scene: northernLights,
    width: 1500,
    height: 1000,
    taken: '2024:01:16 23:30:10',
    description: 'Northern lights over firs',
  },
  {
    key: 'oranges.jpg',
    scene: oranges,
    width: 1200,
    height: 1600,
    orientation: 6,
    taken: '2024:11:02 12:05:31',
    description: 'Oranges on a table, stored turned (orientation 6)',
  },
  {
    key: 'balloons.jpg',
    scene: balloons,
    width: 1200,
    height: 1600,
    orientation: 8,
    taken: '2024:09:14 06:22:57',
    description: 'Balloons in the mist, stored turned (orientation 8)',
  },
  {
    key: 'sunflower.webp',
    scene: sunflower,
    width: 1600,
    height: 1200,
    taken: '2024:07:30 15:47:12',
    description: 'A sunflower, WebP',
  },
];
const logoKey = 'logo.png';
const logoSide = 800;
// Pictures are computed at this part of their size and enlarged: the softness of a lens, in a sixth of the time.
const detail = 0.4;
const grainSide = 256;

/**
 * The samples, made anew: eight files in a few seconds on one core, or only those of `keys`, which takes a part of it. Keys are plain names;
 * rename them as you like.
 */
export async function samplePhotos(keys?: ReadonlySet<string>): Promise<SamplePhoto[]> {
  const wanted = (key: string) => keys?.has(key) ?? true;
  const photos = await Promise.all(photoSpecs.filter(({ key }) => wanted(key)).map(take));
  return wanted(logoKey) ? [...photos, await takeLogo()] : photos;
}

async function takeLogo(): Promise<SamplePhoto> {
  const badge = sharp(logo(logoSide), { raw: { width: logoSide, height: logoSide, channels: 4 } });
  return {
    key: logoKey,
    body: await badge.png().toBuffer(),
    contentType: 'image/png',
    width: logoSide,
    height: logoSide,
    description: 'A badge with a soft edge, PNG with alpha',
  };
}

async function take({ key, scene, width, height, orientation, taken, description }: Photo): Promise<SamplePhoto> {
  const small = { width: Math.round(width * detail), height: Math.round(height * detail) };
  const pixels = paint(scene(), small.width, small.height);
  const developed = await sharp(pixels, { raw: { ...small, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([
      {
        input: grain(key.length),
        raw: { width: grainSide, height: grainSide, channels: 3 },
        tile: true,
        blend: 'soft-light',
      },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  const film = sharp(developed, { raw: { width, height, channels: 3 } });
  const turned = orientation === undefined ? film : film.rotate(orientation === 6 ? 270 : 90);
  const exif = turned.withMetadata({
    ...(orientation === undefined ? {} : { orientation }),
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
  const body = await (webp ? exif.webp({ quality: 86 }) : exif.jpeg({ quality: 90 })).toBuffer();
  const stored = orientation === undefined ? { width, height } : { width: height, height: width };
  return {
    key,
    body,
    contentType: webp ? 'image/webp' : 'image/jpeg',
    ...stored,
    ...(orientation === undefined ? {} : { orientation }),
    description,
  };
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
