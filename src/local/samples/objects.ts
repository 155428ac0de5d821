// The sample photos as objects: under the keys that events/*.json and the shipped rules speak of.
import OSS, { type Client } from 'ali-oss';
import { localAccount } from '../account.js';
import { type SamplePhoto, samplePhotos } from '../samples.js';

/** An object to upload, and the photo in it. */
export interface SampleObject {
  readonly key: string;
  readonly photo: SamplePhoto;
}

/** Under which key a photo belongs; a photo can stand under several. */
export type PhotoPlace = readonly [photo: string, key: string];

/** The samples, each under a key that the shipped rules take. */
export const samplePlaces: readonly PhotoPlace[] = [
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
  const oddPlaces = odd.map((key): PhotoPlace => ['balloons.jpg', key]);
  return photosAt(
    keys === undefined ? samplePlaces : [...samplePlaces, ...oddPlaces].filter(([, key]) => keys.has(key)),
  );
}

/** The photos under these keys. */
export async function photosAt(wanted: readonly PhotoPlace[]): Promise<SampleObject[]> {
  const made = await samplePhotos(new Set(wanted.map(([name]) => name)));
  return wanted.flatMap(([name, key]) => made.filter((photo) => photo.key === name).map((photo) => ({ key, photo })));
}

/** A real OSS client for a bucket of the embedded OSS. */
export function localClient(url: string, bucket: string): Client {
  const { region, accessKeyId, accessKeySecret } = localAccount;
  const account = { region: `oss-${region}`, accessKeyId, accessKeySecret };
  return new OSS({ ...account, endpoint: url, authorizationV4: true, bucket });
}

/** Uploads objects over HTTP. */
export async function upload(url: string, bucket: string, objects: readonly SampleObject[]): Promise<void> {
  const client = localClient(url, bucket);
  for (const { key, photo } of objects) await client.put(key, photo.body, { mime: photo.contentType });
}
