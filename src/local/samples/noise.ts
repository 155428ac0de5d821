// Seeded smooth noise: the same picture on every machine and every run.

export interface Noise {
  /** Smooth in both directions, 0–1, about one feature a unit. */
  at(x: number, y: number): number;
  /** Several octaves of it, 0–1: clouds, rock, water. */
  cloud(x: number, y: number, octaves: number): number;
}

const size = 256;
const mask = size - 1;

/** Numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Value noise on a lattice of 256 × 256. */
export function noiseFrom(seed: number): Noise {
  const random = randomFrom(seed);
  const lattice = Float32Array.from({ length: size * size }, random);
  const at = (x: number, y: number): number => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const fx = x - left;
    const fy = y - top;
    const sx = fx * fx * (3 - 2 * fx);
    const sy = fy * fy * (3 - 2 * fy);
    const row = (top & mask) * size;
    const next = ((top + 1) & mask) * size;
    const column = left & mask;
    const beside = (left + 1) & mask;
    const a = lattice[row + column] ?? 0;
    const b = lattice[row + beside] ?? 0;
    const c = lattice[next + column] ?? 0;
    const d = lattice[next + beside] ?? 0;
    return a + (b - a) * sx + (c - a + (a - b - c + d) * sx) * sy;
  };
  const cloud = (x: number, y: number, octaves: number): number => {
    let sum = 0;
    let weight = 0.5;
    let frequency = 1;
    for (let i = 0; i < octaves; i += 1) {
      // Each octave is moved, so that no lattice point of one lies on another's.
      sum += weight * at(x * frequency + 17.3 * i, y * frequency + 41.7 * i);
      weight *= 0.5;
      frequency *= 2.03;
    }
    return sum / (1 - 0.5 ** octaves);
  };
  return { at, cloud };
}
