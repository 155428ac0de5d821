// The canvas on which the sample pictures are computed: a function from place to colour, for every pixel.

/** 0xRRGGBB: a number, since scenes name dozens of them for every pixel. */
export type Colour = number;
/** What a scene writes its colour into, red, green and blue, 0–1 and above; reused for every pixel. */
export type Ink = [number, number, number];

/** A picture: `u` runs from 0 to the aspect ratio, `v` from 0 (top) to 1. */
export interface Scene {
  shade(u: number, v: number, ink: Ink): void;
}

export function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smooth(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** Sets the ink. */
export function put(ink: Ink, colour: Colour): Ink {
  ink[0] = (colour >> 16) / 255;
  ink[1] = ((colour >> 8) & 255) / 255;
  ink[2] = (colour & 255) / 255;
  return ink;
}

/** Lays another ink over this one; `cover` 0–1. */
export function layer(ink: Ink, other: Ink, cover: number): void {
  ink[0] += (other[0] - ink[0]) * cover;
  ink[1] += (other[1] - ink[1]) * cover;
  ink[2] += (other[2] - ink[2]) * cover;
}

/** Adds the light of another ink. */
export function shine(ink: Ink, other: Ink, strength: number): void {
  ink[0] += other[0] * strength;
  ink[1] += other[1] * strength;
  ink[2] += other[2] * strength;
}

// Reused for every pixel.
const mixed: Ink = [0.5, 0.5, 0.5];

/** Lays a colour over the ink. */
export function over(ink: Ink, colour: Colour, cover: number): void {
  layer(ink, put(mixed, colour), cover);
}

/** Adds light of a colour. */
export function glow(ink: Ink, colour: Colour, strength: number): void {
  shine(ink, put(mixed, colour), strength);
}

/** Makes the ink darker or lighter. */
export function dim(ink: Ink, factor: number): void {
  ink[0] *= factor;
  ink[1] *= factor;
  ink[2] *= factor;
}

/** A gradient, as a table that is quick to look up. */
export interface Ramp {
  readonly from: number;
  readonly scale: number;
  readonly table: Float32Array;
}

const rampSteps = 512;

/** A gradient of colours at rising positions. */
export function ramp(...stops: readonly (readonly [position: number, colour: Colour])[]): Ramp {
  const from = stops[0]?.[0] ?? 0;
  const scale = rampSteps / ((stops.at(-1)?.[0] ?? 1) - from);
  const table = new Float32Array(3 * (rampSteps + 1));
  const ink: Ink = [0, 0, 0];
  for (let i = 0; i <= rampSteps; i += 1) {
    const at = from + i / scale;
    const next = Math.max(
      1,
      stops.findIndex(([position]) => position >= at),
    );
    const [low, below] = stops[next - 1] ?? [0, 0];
    const [high, above] = stops[next] ?? [1, below];
    put(ink, below);
    over(ink, above, clamp((at - low) / (high - low)));
    table.set(ink, 3 * i);
  }
  return { from, scale, table };
}

/** Sets the ink to a place on a gradient. */
export function gradient(ink: Ink, { from, scale, table }: Ramp, at: number): void {
  const i = 3 * Math.floor(Math.min(rampSteps, Math.max(0, (at - from) * scale)));
  ink[0] = table[i] ?? 0;
  ink[1] = table[i + 1] ?? 0;
  ink[2] = table[i + 2] ?? 0;
}

/** The pixels of a scene as RGB, with a lens's vignette and a film's soft shoulder for bright light. */
export function paint(scene: Scene, width: number, height: number): Buffer {
  const pixels = Buffer.allocUnsafe(width * height * 3);
  const ink: Ink = [0.5, 0.5, 0.5];
  const aspect = width / height;
  for (let y = 0, i = 0; y < height; y += 1) {
    const v = (y + 0.5) / height;
    for (let x = 0; x < width; x += 1, i += 3) {
      const u = ((x + 0.5) / width) * aspect;
      scene.shade(u, v, ink);
      const fromCentre = ((u - aspect / 2) / aspect) ** 2 + (v - 0.5) ** 2;
      const vignette = 1 - 0.62 * fromCentre * Math.sqrt(Math.sqrt(fromCentre));
      pixels[i] = 255 * film(ink[0] * vignette);
      pixels[i + 1] = 255 * film(ink[1] * vignette);
      pixels[i + 2] = 255 * film(ink[2] * vignette);
    }
  }
  return pixels;
}

// As film takes light: straight up to four fifths, then less and less, never more than white.
function film(light: number): number {
  if (light < 0.8) return Math.max(0, light);
  return 1 - 0.2 * Math.exp(-(light - 0.8) / 0.2);
}
