// What the page asks about uploads beside what it sees happen: why a rule takes one, what is there of it, that the
// function runs its event again; and the sample photos.
import { maxLength, maxValue, minValue, number, object, optional, pipe, regex, string } from 'valibot';
import { photosAt, type SampleObject, samplePlaces, upload } from '../../samples/objects.js';
import { type StudioRoutes, withBody } from '../call.js';
import { fromOss } from '../from-oss.js';
import { listObjects } from '../list-objects.js';
import type { ListedSample } from '../listed.js';
import { StudioMistake } from '../mistake.js';
import { bucketName, objectKey, objectName } from '../object-name.js';
import type { StudioTools } from '../tools.js';

const trial = object({
  bucket: bucketName,
  key: objectKey,
  event: optional(pipe(string(), regex(/^Object(?:Created|Removed):[A-Za-z]{1,64}$/))),
  size: optional(pipe(number(), minValue(0))),
  etag: optional(pipe(string(), maxLength(128))),
  /** As far as a Date goes. */
  time: optional(pipe(number(), minValue(0), maxValue(8.64e15))),
});

const sample = object({ photo: pipe(string(), maxLength(64)), bucket: bucketName, key: objectKey });

/** An object as it is now; undefined fields: it is not there. */
export interface ObjectNow {
  readonly bucket: string;
  readonly key: string;
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
}

export interface UploadRoutesOptions {
  /** Of the embedded cloud. */
  readonly url: string;
  readonly tools: Pick<StudioTools, 'explain' | 'look'>;
  /** Has the function run an event about this object; returns the request id. */
  readonly runAgain: (object: ObjectNow) => string;
}

export function uploadRoutes({ url, tools, runAgain }: UploadRoutesOptions): StudioRoutes {
  const made = new Map<string, Promise<SampleObject[]>>();
  const makePhoto = (photo: string) => {
    const making = made.get(photo) ?? photosAt([[photo, photo]]);
    made.set(photo, making);
    return making;
  };
  return {
    'POST explain': withBody(trial, (tried) => tools.explain(tried)),
    'POST look': withBody(objectName, (name) => tools.look(name, url)),
    'POST run-again': withBody(objectName, async ({ bucket, key }) => {
      // By a list, since a HEAD cannot name a key with a segment that is `.` or `..`.
      const { objects } = await listObjects(url, { bucket, prefix: key, folders: false, most: 1 });
      const [found] = objects.filter((one) => one.key === key);
      return { request: runAgain({ bucket, key, size: found?.size, etag: found?.etag }) };
    }),
    'GET samples': async (): Promise<readonly ListedSample[]> => samplePlaces.map(([photo, key]) => ({ photo, key })),
    'POST sample': withBody(sample, async ({ photo, bucket, key }) => {
      if (!samplePlaces.some(([name]) => name === photo))
        throw new StudioMistake('invalid', 'There is no such sample.');
      const photos = await makePhoto(photo);
      await fromOss(
        bucket,
        upload(
          url,
          bucket,
          photos.map((one) => ({ ...one, key })),
        ),
      );
      return {};
    }),
  };
}
