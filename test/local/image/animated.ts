// Writes animations by hand, so that a test decides on what no encoder lets it: frames that cover a part, what becomes
// of each when the next one comes, and what shows through.
// Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt, https://developers.google.com/speed/webp/docs/riff_container
import sharp from 'sharp';

/** A rectangle in one colour, with a left part that shows what is below. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Columns from the left that are transparent. */
  readonly clear?: number;
  readonly colour: 'red' | 'green' | 'blue';
  /** Milliseconds. */
  readonly delay: number;
  /** What becomes of it: it stays, its rectangle is cleared, or what was before comes back (GIF only). */
  readonly after: 'stay' | 'clear' | 'before';
}
export interface Animation {
  readonly width: number;
  readonly height: number;
  /** How often it is shown; 0: without end. */
  readonly plays: number;
  readonly frames: readonly Frame[];
}

const colours = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255] } as const;
const palette = ['red', 'green', 'blue'] as const;
const clearIndex = 3;
const disposals = { stay: 1, clear: 2, before: 3 } as const;

export function gifOf({ width, height, plays, frames }: Animation): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a'),
    words(width, height),
    // A palette of four colours.
    Buffer.from([0xf1, 0, 0, ...palette.flatMap((name) => colours[name]), 0, 0, 0]),
    ...(plays === 1 ? [] : [Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01', 'latin1'), words(plays && plays - 1), zero]),
    ...frames.flatMap((frame) => [
      Buffer.from([0x21, 0xf9, 4, (disposals[frame.after] << 2) | 1]),
      words(frame.delay / 10),
      Buffer.from([clearIndex, 0, 0x2c]),
      words(frame.left, frame.top, frame.width, frame.height),
      zero,
      lzw(frame),
    ]),
    Buffer.from([0x3b]),
  ]);
}

const zero = Buffer.from([0]);

function words(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value & 255, value >> 8]));
}

// Codes of three bits, cleared after every two pixels, so that the table never grows to four.
function lzw({ width, height, clear = 0, colour }: Frame): Buffer {
  const [reset, end] = [4, 5];
  const codes = Array.from({ length: width * height }, (_, i) => {
    const index = i % width < clear ? clearIndex : palette.indexOf(colour);
    return i % 2 === 0 ? [reset, index] : [index];
  }).flat();
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const code of [...codes, end]) {
    bits |= code << count;
    for (count += 3; count >= 8; count -= 8, bits >>= 8) bytes.push(bits & 255);
  }
  bytes.push(bits);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(Buffer.from([block.length, ...block]));
  }
  return Buffer.concat([Buffer.from([2]), ...blocks, zero]);
}

/** @param blend whether a transparent part shows what is below; else it is a hole */
export async function webpOf({ width, height, plays, frames }: Animation, blend = true): Promise<Buffer> {
  const parts = await Promise.all(
    frames.map(async (frame) => {
      const flags = (blend ? 0 : 2) | (frame.after === 'clear' ? 1 : 0);
      const places = [frame.left / 2, frame.top / 2, frame.width - 1, frame.height - 1, frame.delay];
      const still = await stillOf(frame);
      return chunk('ANMF', Buffer.concat([...places.map(threeBytes), Buffer.from([flags]), still.subarray(12)]));
    }),
  );
  const animationAndAlpha = 0x12;
  const header = chunk(
    'VP8X',
    Buffer.concat([Buffer.from([animationAndAlpha, 0, 0, 0]), threeBytes(width - 1), threeBytes(height - 1)]),
  );
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    header,
    chunk('ANIM', Buffer.concat([Buffer.alloc(4), words(plays)])),
    ...parts,
  ]);
  return chunk('RIFF', body);
}

function stillOf({ width, height, clear = 0, colour }: Frame): Promise<Buffer> {
  const pixels = Array.from({ length: width * height }, (_, i) => [...colours[colour], i % width < clear ? 0 : 255]);
  return sharp(Buffer.from(pixels.flat()), { raw: { width, height, channels: 4 } })
    .webp({ lossless: true })
    .toBuffer();
}

function threeBytes(value: number): Buffer {
  return Buffer.from([value & 255, (value >> 8) & 255, value >> 16]);
}

function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(name), length, data, Buffer.alloc(data.length % 2)]);
}
