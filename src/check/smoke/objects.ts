// The objects of a trial on the embedded OSS: the photo, with the event that tells of it, the images of watermarks, and
// the targets.
import { needsOf } from '../../deploy/policy/style-needs.js';
import { localClient } from '../../local/samples/objects.js';
import { photoOf } from '../../local/samples/photo-of.js';
import type { ObjectName } from '../../oss/object-name.js';
import type { ObjectDetails } from '../../remote/object-details.js';
import { objectHeader } from '../../rules/header-limits.js';
import type { Rule } from '../../rules/rule.js';
import { uploadFor } from '../rules/example-uploads.js';
import type { SmokeUpload } from './upload.js';

/** Uploads the photo, and gives the event that tells of it. */
export async function put(rule: Rule, { bucket, key, body }: SmokeUpload, url: string): Promise<Buffer> {
  const { res } = await localClient(url, bucket).put(key, body);
  const { record } = uploadFor(rule, bucket, key, body.length);
  const object = { ...record.oss.object, eTag: (res.headers['etag'] ?? '').replaceAll('"', '') };
  const eventTime = new Date().toISOString();
  return Buffer.from(JSON.stringify({ events: [{ ...record, eventTime, oss: { ...record.oss, object } }] }));
}

/** The images that its watermarks put on the photo. */
export async function putImages({ outputs }: Rule, { bucket, key }: SmokeUpload, url: string): Promise<void> {
  const keys = new Set(outputs.flatMap(({ style }) => needsOf(style).images));
  keys.delete(key);
  if (keys.size === 0) return;
  const image = await photoOf('png', { min: 1, max: 500_000 });
  if (image === undefined) return;
  for (const one of keys) await localClient(url, bucket).put(one, image);
}

/** Whether there is such an object, and not an empty one. */
export async function isThere({ bucket, key }: ObjectName, url: string): Promise<boolean> {
  return localClient(url, bucket)
    .get(key)
    .then(
      ({ content }) => content.length > 0,
      () => false,
    );
}

/** The headers and tags of what was saved, as ali-oss reads them. */
export function detailsAt(url: string): ObjectDetails {
  return {
    async headers({ bucket, key }) {
      const { res } = await localClient(url, bucket).head(key);
      return new Map(Object.entries(res.headers).filter(([name]) => objectHeader.test(name)));
    },
    async tags({ bucket, key }) {
      const { tag } = await localClient(url, bucket).getObjectTagging(key);
      return new Map(Object.entries(tag));
    },
  };
}
