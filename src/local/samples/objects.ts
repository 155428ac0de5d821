// The sample photos as objects: under the keys that events/*.json and the shipped rules speak of.
import OSS, { type Client } from 'ali-oss';
import { localAccount } from '../cloud.js';
import { type SamplePhoto, samplePhotos } from '../samples.js';

/** An object to upload, and the photo in it. */
export interface SampleObject {
  readonly key: string;
  readonly photo: SamplePhoto;
}

/** Where each photo belongs; a photo can stand under several keys. */
const placed: readonly (readonly [photo: string, key: string])[] = [
  ['balloons.jpg', 'avatars/balloons.jpg'],
  ['oranges.jpg', 'avatars/oranges.jpg'],
  ['logo.png', 'avatars/logo.png'],
  ['mountain-lake.jpg', 'gallery/mountain-lake.jpg'],
  ['northern-lights.jpg', 'gallery/northern-lights.jpg'],
  ['sea-sunset.jpg', 'gallery/sea-sunset.jpg'],
  ['sunflower.webp', 'gallery/sunflower.webp'],
  ['dunes.jpg', 'gallery/dunes.jpg'],
];

/** The keys of events/odd-keys.json. */
const odd: readonly string[] = [
  'avatars/a b.jpg',
  'avatars/1+1=2.jpg',
  'avatars/100%25.jpg',
  'avatars/what?.jpg',
  'avatars/#1&2.jpg',
  'avatars//double.jpg',
  `avatars/it's "quoted".jpg`,
  'avatars/目录/照片.jpg',
  'avatars/🦉.jpg',
];

/** The sample objects; only those under `keys` when given, which saves making the others. */
export async function sampleObjects(keys?: ReadonlySet<string>): Promise<SampleObject[]> {
  const places = [
    ...placed,
    ...(keys === undefined ? [] : odd.map((key): readonly [string, string] => ['balloons.jpg', key])),
  ].filter(([, key]) => keys?.has(key) ?? true);
  const names = new Set(places.map(([name]) => name));
  const photos = new Map((await samplePhotos(names)).map((photo) => [photo.key, photo]));
  return places.flatMap(([name, key]) => {
    const photo = photos.get(name);
    return photo === undefined ? [] : [{ key, photo }];
  });
}

/** Whether OSS would make a bucket of this name. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name);
}

/** A real OSS client for a bucket of the embedded OSS. */
export function localClient(url: string, bucket: string): Client {
  const { region, accessKeyId, accessKeySecret } = localAccount;
  return new OSS({
    region: `oss-${region}`,
    endpoint: url,
    accessKeyId,
    accessKeySecret,
    authorizationV4: true,
    bucket,
  });
}

/** Uploads objects over HTTP. */
export async function upload(url: string, bucket: string, objects: readonly SampleObject[]): Promise<void> {
  const client = localClient(url, bucket);
  for (const { key, photo } of objects) await client.put(key, photo.body, { mime: photo.contentType });
}
