// BMP files of every kind that is read, written byte by byte.

export interface Bitmap {
  /** 12 is OS/2's header, 40, 56, 64, 108 and 124 are the others. */
  readonly header?: number;
  readonly bits: number;
  readonly width: number;
  /** Negative: the first row comes first. */
  readonly height: number;
  readonly compression?: number;
  /** Red, green, blue and maybe alpha. */
  readonly masks?: readonly number[];
  /** Colours, `[red, green, blue]`. */
  readonly palette?: readonly (readonly number[])[];
  /** How many colours the header counts, if not none. */
  readonly colours?: number;
  /** Bytes between palette and rows. */
  readonly gap?: number;
  /** The words of the pixels from the upper left corner on: indexes, or numbers of `bits` bits. */
  readonly words: readonly number[];
}

export function bitmap(kind: Bitmap): Buffer {
  const { header = 40, bits, width, height, compression = 0, masks = [], palette = [], colours = 0, gap = 0 } = kind;
  const head = Buffer.alloc(14 + Math.max(header, 40 + (header === 40 ? 4 * masks.length : 0)));
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(header, 14);
  if (header === 12) {
    for (const [i, value] of [width, height, 1, bits].entries()) head.writeUInt16LE(value, 18 + 2 * i);
  } else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
    head.writeUInt32LE(colours, 46);
    for (const [i, mask] of masks.entries()) head.writeUInt32LE(mask, 54 + 4 * i);
  }
  const start = header === 12 ? head.subarray(0, 26) : head;
  const table = Buffer.from(palette.flatMap(([r = 0, g = 0, b = 0]) => (header === 12 ? [b, g, r] : [b, g, r, 0])));
  const body = Buffer.concat([start, table, Buffer.alloc(gap), rowsOf(kind)]);
  body.writeUInt32LE(start.length + table.length + gap, 10);
  return body;
}

function rowsOf({ bits, width, height, words }: Bitmap): Buffer {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const rows = Array.from({ length: Math.abs(height) }, (_, y) => {
    const digits = words.slice(y * width, (y + 1) * width).map((word) => digitsOf(word, bits));
    return Buffer.from(
      digits
        .join('')
        .padEnd(stride * 8, '0')
        .match(/.{8}/g)
        ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
    );
  });
  return Buffer.concat(height > 0 ? rows.reverse() : rows);
}

// The bits of a pixel in the order in which they are stored: words of several bytes begin with the lowest.
function digitsOf(word: number, bits: number): string {
  const digits = word.toString(2).padStart(bits, '0');
  return bits <= 8 ? digits : (digits.match(/.{8}/g) ?? []).reverse().join('');
}
