// What `npm run reconcile` is given to look at: `oss://bucket/prefix`; and where an inventory of it lies.
import { type ObjectName, objectUri } from '../oss/object-name.js';
import { bucketProblem } from '../rules/values.js';
import type { KeyRange } from '../sweep/selection.js';
import { UserError } from '../terminal/user-error.js';

/** The keys below `oss://bucket/prefix`; those of the whole bucket without a prefix. @throws {UserError} (2) */
export function parseLocation(text: string): KeyRange {
  const [, bucket = '', prefix = ''] = /^oss:\/\/([^/]*)(?:\/(.*))?$/su.exec(text) ?? [];
  const problem = bucketProblem(bucket);
  if (problem === undefined) return { bucket, prefix };
  throw new UserError(`${text}: expected oss://BUCKET/PREFIX: ${problem}`, 2);
}

/** The manifest of an inventory. @throws {UserError} (2) */
export function parseManifest(text: string): ObjectName {
  const { bucket, prefix: key } = parseLocation(text);
  if (/(^|\/)manifest\.json$/.test(key)) return { bucket, key };
  throw new UserError(
    `${text}: expected oss://BUCKET/…/manifest.json, which OSS writes beside the files of an inventory`,
    2,
  );
}

/** As people write it. */
export function locationText({ bucket, prefix }: KeyRange): string {
  return objectUri(bucket, prefix);
}
