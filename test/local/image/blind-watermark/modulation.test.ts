import { describe, expect, it } from 'vitest';
import { carriersFor, modulate, project, soften } from '../../../../src/local/image/blind-watermark/modulation.js';
import { random32 } from '../../../../src/local/image/blind-watermark/random.js';

const side = 256;
const next = random32(11);
const gauss = (sigma: number) =>
  sigma * Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((sum, value) => sum + value, -6);
const bits = Uint8Array.from({ length: 300 }, () => next() >>> 31);
const host = Float32Array.from({ length: side * side }, () => gauss(40));
const flat = new Float32Array(side * side).fill(1);
const { payload, header } = carriersFor(side);

function modulated(weights = flat): Float32Array {
  const coefficients = host.slice();
  modulate(coefficients, weights, payload, bits, 'low');
  return coefficients;
}
const read = (coefficients: Float32Array, gain = 1) =>
  soften(project(coefficients, payload, bits.length), payload, 'low', gain);
const asBits = (soft: Float32Array) => Uint8Array.from(soft, (value) => (value < 0 ? 1 : 0));

describe('modulation', () => {
  it('makes the sums say the bits, without a doubt', () => {
    const soft = read(modulated());
    expect(asBits(soft)).toEqual(bits);
    expect(Math.min(...soft.map(Math.abs))).toBeGreaterThan(0.99);
  });

  it('changes a coefficient by 4 in the mean square at strength low, never much more than 10, and no other coefficient', () => {
    const change = modulated().map((value, i) => value - (host[i] ?? 0));
    const carried = [...payload.places].map((place) => change[place] ?? 0);
    const energy = carried.reduce((sum, value) => sum + value * value, 0) / carried.length;
    expect(energy).toBeGreaterThan(3);
    expect(energy).toBeLessThan(5);
    expect(Math.max(...carried.map(Math.abs))).toBeLessThanOrEqual(10.01);
    const places = new Set(payload.places);
    expect(change.every((value, i) => value === 0 || places.has(i))).toBe(true);
  });

  it('outlives noise four times as strong as the change', () => {
    const noisy = modulated().map((value) => value + gauss(4));
    const wrong = asBits(read(noisy)).filter((bit, i) => bit !== bits[i]).length;
    expect(wrong).toBeLessThan(15);
  });

  it('changes little where the weights are small', () => {
    const weights = flat.map((_, i) => (i < flat.length / 2 ? 1e-4 : 1));
    const change = modulated(weights).map((value, i) => value - (host[i] ?? 0));
    expect(Math.max(...change.subarray(0, flat.length / 2).map(Math.abs))).toBeLessThan(0.01);
    expect(asBits(read(modulated(weights)))).toEqual(bits);
  });

  it('says nothing about an image that holds none, be it noise or flat', () => {
    for (const coefficients of [host, new Float32Array(side * side)]) {
      const soft = read(coefficients);
      expect(Math.abs(soft.reduce((sum, value) => sum + value, 0) / soft.length)).toBeLessThan(0.15);
    }
  });

  it('keeps header and payload apart, and leaves the lowest frequencies alone', () => {
    const places = [...header.places, ...payload.places];
    expect(new Set(places).size).toBe(places.length);
    expect(places.filter((place) => (place % 8) + (Math.floor(place / side) % 8) < 2)).toEqual([]);
  });
});
