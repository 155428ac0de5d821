// Chance that is the same everywhere and for ever: the recorder's own generator, so that no library's release moves it.

export interface Draw {
  /** [0, 1) */
  readonly fraction: () => number;
  /** 0 to n - 1 */
  readonly below: (n: number) => number;
  readonly oneOf: <T>(list: readonly T[]) => T;
  /** True in so many cases of a hundred. */
  readonly percent: (share: number) => boolean;
  /** So many hexadecimal digits. */
  readonly hex: (digits: number) => string;
}

/** The draws of a seed, by the generator that is known as mulberry32. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(fraction() * n);
  return {
    fraction,
    below,
    oneOf: (list) => list[below(list.length)] as (typeof list)[number],
    percent: (share) => fraction() * 100 < share,
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16).toUpperCase()).join(''),
  };
}
