// What `npm run reconcile` is given to look at: `oss://bucket/prefix`.
import { objectUri } from '../oss/object-name.js';
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

/** As people write it. */
export function locationText({ bucket, prefix }: KeyRange): string {
  return objectUri(bucket, prefix);
}
