// The search in sorted keys.

/** The place of the first key that is not `before`, from `start`; no key behind it is. */
export function placeOf(keys: readonly string[], before: (key: string) => boolean, start = 0): number {
  let [low, high] = [start, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(keys[middle] ?? '')) low = middle + 1;
    else high = middle;
  }
  return low;
}
