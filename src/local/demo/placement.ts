// Where photos of a folder are uploaded: under their own paths where a rule takes those, else below the prefix of the
// first rule that then takes them.
import { asksFor, takesSize } from '../../rules/conditions.js';
import { isKey } from '../../rules/oss-limits.js';
import type { Rule } from '../../rules/rule.js';

/** A photo of the user's. */
export interface OwnPhoto {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

export type Placed = OwnPhoto & { readonly bucket: string; readonly key: string };

export interface Placement {
  readonly placed: readonly Placed[];
  /** Photos that are not uploaded, and why. */
  readonly left: readonly { readonly photo: OwnPhoto; readonly why: string }[];
}

/** OSS takes no larger object in one request: https://help.aliyun.com/en/oss/developer-reference/putobject */
const largest = 5 * 1024 ** 3;

export function placePhotos(photos: readonly OwnPhoto[], rules: readonly Rule[]): Placement {
  const placed: Placed[] = [];
  const left: Placement['left'][number][] = [];
  const taken = new Set<string>();
  // Those that keep their paths come first, so that no other takes their keys.
  const byPath = photos.filter((photo) => placeOf(photo, rules, ['']) !== undefined);
  for (const photo of [...byPath, ...photos.filter((photo) => !byPath.includes(photo))]) {
    const place = placeOf(photo, rules, ['']) ?? placeOf(photo, rules);
    const id = place && `${place.bucket}/${place.key}`;
    if (photo.size > largest) left.push({ photo, why: 'larger than the 5 GB that OSS takes in one request' });
    else if (place === undefined || id === undefined) left.push({ photo, why: 'no rule takes it' });
    else if (taken.has(id)) left.push({ photo, why: `another photo has the key ${place.key}` });
    else {
      taken.add(id);
      placed.push({ ...photo, ...place });
    }
  }
  return { placed, left };
}

/** Where the first rule takes the photo below one of these prefixes; default: below the rule's own. */
function placeOf({ path, size }: OwnPhoto, rules: readonly Rule[], below?: readonly string[]) {
  for (const rule of rules.filter((one) => takesSize(one, size))) {
    for (const prefix of below ?? rule.when.prefixes) {
      const key = prefix + path;
      const bucket = rule.when.buckets.find((one) => asksFor(rule, one, key));
      if (bucket !== undefined && isKey(key)) return { bucket, key };
    }
  }
  return undefined;
}
