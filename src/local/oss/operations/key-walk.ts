// The walk over the keys of a bucket that its listings share.

import { compareKeys } from '../../../rules/key-order.js';
import { commonPrefix } from '../answer/listing.js';
import { placeOf } from '../storage/key-place.js';

/** Where a walk begins, and what it makes one. */
export interface KeyWalk {
  prefix: string;
  delimiter: string;
  /** The walk begins behind it, or with `inclusive` at it. */
  marker: string;
  inclusive?: boolean;
}

/** A key, or the common prefix of some. */
export type Listed = { key: string } | { prefix: string };

/** Takes time for what it yields, however many keys lie before it or under a common prefix. */
export function* walkKeys(keys: readonly string[], walk: KeyWalk): Generator<Listed> {
  const { prefix, delimiter, marker, inclusive = false } = walk;
  const isBefore = (key: string) => {
    const place = compareKeys(key, marker);
    return place < 0 || (place === 0 && !inclusive) || compareKeys(key, prefix) < 0;
  };
  for (let at = placeOf(keys, isBefore); at < keys.length; ) {
    const key = keys[at] ?? '';
    if (!key.startsWith(prefix)) return;
    const group = commonPrefix(key, prefix, delimiter);
    if (group === undefined) yield { key };
    // A page that ended in a common prefix goes on behind everything under it.
    else if (group !== marker) yield { prefix: group };
    at = group === undefined ? at + 1 : placeOf(keys, (one) => one.startsWith(group), at);
  }
}
