// How a code bit lives in the image: spread-transform dither modulation (Chen and Wornell, 2001). Each bit owns a
// random set of coefficients; the sum of these, each with a random sign, is moved to the nearest point of one of two
// interleaved combs, one for 0 and one for 1. The image itself is no noise then, and the error of later compression
// averages out over the set.

import { blockSize } from './dct.js';
import type { Strength } from './frame.js';
import { permutation, random32 } from './random.js';

/** Coefficients in an order that only the seed decides, each with a sign, and the shift of each bit's comb. */
export interface Carrier {
  /** Where the coefficients lie in the plane. */
  readonly places: Uint32Array;
  /** +1 or −1. */
  readonly signs: Int8Array;
  readonly seed: number;
}

// Column and row frequency within a block: high enough to be fine-grained, low enough to outlive compression and
// reduction.
const frequencies = pairs(({ u, v }) => u + v >= 2 && u * u + v * v <= 20);
function pairs(wanted: (pair: { u: number; v: number }) => boolean): readonly (readonly [u: number, v: number])[] {
  return Array.from({ length: blockSize * blockSize }, (_, i) => ({ u: i % blockSize, v: i >> 3 }))
    .filter(wanted)
    .map(({ u, v }) => [u, v]);
}
// The part of all coefficients that carries the header.
const headerPart = 1 / 8;
const patternSeed = 0x0b11d;

/** The mean square change of a coefficient. */
const energy: Readonly<Record<Strength, number>> = { low: 4, medium: 8, high: 16 };
// The most that one coefficient is changed, as a multiple of the root of that: where few places can take a bit's
// change, the bit becomes weaker rather than the change visible.
const maxShift = 5;

const known = new Map<number, { header: Carrier; payload: Carrier }>();

/** The carriers of header and payload on a plane of this side. */
export function carriersFor(side: number): { readonly header: Carrier; readonly payload: Carrier } {
  const made = known.get(side) ?? makeCarriers(side);
  known.set(side, made);
  return made;
}

function makeCarriers(side: number): { header: Carrier; payload: Carrier } {
  const perRow = side / blockSize;
  const total = perRow * perRow * frequencies.length;
  const order = permutation(total, patternSeed);
  const places = order.map((i) => {
    const [u = 0, v = 0] = frequencies[i % frequencies.length] ?? [];
    const block = Math.floor(i / frequencies.length);
    return (Math.floor(block / perRow) * blockSize + v) * side + (block % perRow) * blockSize + u;
  });
  const next = random32(patternSeed + 1);
  const signs = Int8Array.from({ length: total }, () => (next() >>> 31 === 0 ? 1 : -1));
  const split = Math.floor(total * headerPart);
  return {
    header: { places: places.subarray(0, split), signs: signs.subarray(0, split), seed: patternSeed + 2 },
    payload: { places: places.subarray(split), signs: signs.subarray(split), seed: patternSeed + 3 },
  };
}

/** The sum of each bit's coefficients, as a step of the unit length would see it: as noisy as one coefficient is. */
export function project(coefficients: Float32Array, { places, signs }: Carrier, bits: number): Float32Array {
  const sums = new Float32Array(bits);
  for (let i = 0, bit = 0; i < places.length; i += 1) {
    sums[bit] = (sums[bit] ?? 0) + (coefficients[places[i] ?? 0] ?? 0) * (signs[i] ?? 0);
    bit = bit + 1 === bits ? 0 : bit + 1;
  }
  for (let bit = 0; bit < bits; bit += 1) sums[bit] = (sums[bit] ?? 0) / Math.sqrt(sizeOf(bit, bits, places.length));
  return sums;
}

/** What the sums tell of their bits: 1 is surely 0, −1 surely 1. `gain`: how the contrast has changed since. */
export function soften(sums: Float32Array, carrier: Carrier, strength: Strength, gain: number): Float32Array {
  const shift = shifts(carrier);
  return sums.map((sum, bit) => {
    const step = gain * stepOf(bit, sums.length, carrier, strength);
    return Math.cos(2 * Math.PI * (sum / step - shift()));
  });
}

/**
 * Changes coefficients so that their sums hold these bits. `weights` (one for each point of the plane) set how to share
 * a bit's change among its coefficients.
 */
export function modulate(
  coefficients: Float32Array,
  weights: Float32Array,
  carrier: Carrier,
  bits: Uint8Array,
  strength: Strength,
): void {
  const { places, signs } = carrier;
  const sums = project(coefficients, carrier, bits.length);
  const shift = shifts(carrier);
  const wanted = sums.map((sum, bit) => {
    const step = stepOf(bit, bits.length, carrier, strength);
    const off = sum / step - shift() - (bits[bit] ?? 0) / 2;
    return (Math.round(off) - off) * step * Math.sqrt(sizeOf(bit, bits.length, places.length));
  });
  const most = maxShift * Math.sqrt(energy[strength]);
  const shares = new Float32Array(bits.length);
  for (let i = 0; i < places.length; i += 1) {
    shares[i % bits.length] = (shares[i % bits.length] ?? 0) + (weights[places[i] ?? 0] ?? 0);
  }
  for (let i = 0; i < places.length; i += 1) {
    const [place, bit] = [places[i] ?? 0, i % bits.length];
    const share = (weights[place] ?? 0) / (shares[bit] ?? 1);
    const change = Math.min(most, Math.max(-most, (wanted[bit] ?? 0) * share));
    coefficients[place] = (coefficients[place] ?? 0) + (signs[i] ?? 0) * change;
  }
}

// Coefficients of one bit: they are dealt out in turn.
function sizeOf(bit: number, bits: number, places: number): number {
  return Math.floor(places / bits) + (bit < places % bits ? 1 : 0);
}

// The distance of two points of the same comb. Moving to it from anywhere costs step² / 12, whatever the number of
// coefficients, so more of them (a shorter text) make the step longer at the same visibility.
function stepOf(bit: number, bits: number, { places }: Carrier, strength: Strength): number {
  return Math.sqrt(12 * energy[strength] * sizeOf(bit, bits, places.length));
}

// A random shift of each comb, in steps: without it an image without detail would look like a text of zeros.
function shifts({ seed }: Carrier): () => number {
  const next = random32(seed);
  return () => next() / 2 ** 32;
}
