// Rows of pixels as numbers, for the edits that sharp does not do as OSS does. Colours count by their alpha, so that
// what is transparent gives its colour to nothing (a choice: OSS publishes nothing on it).

/** Grey, grey and alpha, RGB, or RGBA. */
export type Channels = 1 | 2 | 3 | 4;

/** Adds `weight` times the row of bytes at `start` to `sums`, colours times alpha. */
export function addRow(sums: Float64Array, bytes: Uint8Array, start: number, channels: Channels, weight: number): void {
  const length = sums.length;
  if (channels % 2 === 1) {
    for (let i = 0; i < length; i += 1) sums[i] = (sums[i] as number) + (bytes[start + i] as number) * weight;
    return;
  }
  for (let i = 0; i < length; i += channels) {
    const last = i + channels - 1;
    const alpha = (bytes[start + last] as number) * weight;
    for (let c = i; c < last; c += 1) sums[c] = (sums[c] as number) + (bytes[start + c] as number) * alpha;
    sums[last] = (sums[last] as number) + alpha;
  }
}

/** Stores sums whose weights come to `total` as bytes from `start` on, clamped; a half is rounded to the even level. */
export function storeRow(
  sums: Float64Array,
  total: number,
  bytes: Uint8ClampedArray,
  start: number,
  channels: Channels,
): void {
  const length = sums.length;
  if (channels % 2 === 1) {
    for (let i = 0; i < length; i += 1) bytes[start + i] = (sums[i] as number) / total;
    return;
  }
  for (let i = 0; i < length; i += channels) {
    const last = i + channels - 1;
    const alpha = sums[last] as number;
    for (let c = i; c < last; c += 1) bytes[start + c] = alpha > 0 ? (sums[c] as number) / alpha : 0;
    bytes[start + last] = alpha / total;
  }
}
