// Writes EXIF blocks (TIFF 6.0 §2, Exif 2.3 §4.6).

type Tag = readonly [number: number, type: Type, ...values: readonly Value[]];
/** Bytes for undefined, pairs for rationals, texts for ascii, numbers for the rest. */
type Value = number | string | Buffer | readonly [dividend: number, divisor: number];
type Type = 'byte' | 'ascii' | 'short' | 'long' | 'rational' | 'undefined' | 'slong' | 'srational';
const types: Readonly<Record<Type, number>> = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  slong: 9,
  srational: 10,
};

export interface Directories {
  readonly main: readonly Tag[];
  readonly photo?: readonly Tag[];
  readonly gps?: readonly Tag[];
  readonly thumbnail?: readonly Tag[];
}

export interface ExifBlock {
  readonly bytes: Buffer;
  /** Where each directory begins. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** The pointers to `photo` and `gps` are added to `main`. */
export function exifBlock(directories: Directories, order: 'II' | 'MM' = 'MM'): ExifBlock {
  const { main, photo, gps, thumbnail } = directories;
  const bytes = Buffer.alloc(60_000);
  const put = (value: number, size: number, at: number) =>
    order === 'II' ? bytes.writeUIntLE(value, at, size) : bytes.writeUIntBE(value, at, size);
  const put32 = (value: number, at: number) => put(value >>> 0, 4, at);
  bytes.write(order, 0, 'latin1');
  put(42, 2, 2);
  put(8, 4, 4);
  const pointers: Tag[] = [
    ...(photo ? ([[0x8769, 'long', 0]] as const) : []),
    ...(gps ? ([[0x8825, 'long', 0]] as const) : []),
  ];
  const inOrder = Object.entries({ main: [...main, ...pointers], photo, gps, thumbnail });
  const offsets: Record<string, number> = {};
  let directory = 8;
  for (const [name, tags] of inOrder) {
    if (tags === undefined) continue;
    offsets[name] = directory;
    directory += 2 + 12 * tags.length + 4;
  }
  let free = directory;
  for (const [name, tags] of inOrder) {
    const at = offsets[name];
    if (tags === undefined || at === undefined) continue;
    put(tags.length, 2, at);
    for (const [i, [number, type, ...values]] of tags.entries()) {
      const data = Buffer.concat(values.map((value) => encoded(type, value)));
      const entry = at + 2 + 12 * i;
      put(number, 2, entry);
      put(types[type], 2, entry + 2);
      put32(type === 'ascii' || type === 'undefined' ? data.length : values.length, entry + 4);
      const target = number === 0x8769 ? offsets['photo'] : number === 0x8825 ? offsets['gps'] : undefined;
      if (target !== undefined) put32(target, entry + 8);
      else if (data.length <= 4) data.copy(bytes, entry + 8);
      else {
        put32(free, entry + 8);
        data.copy(bytes, free);
        free += data.length + (data.length % 2);
      }
    }
    if (name === 'main') put32(offsets['thumbnail'] ?? 0, at + 2 + 12 * tags.length);
  }
  return { bytes: Buffer.from(bytes.subarray(0, free)), offsets };

  function encoded(type: Type, value: Value): Buffer {
    if (value instanceof Buffer) return value;
    if (typeof value === 'string') return Buffer.from(`${value}\0`);
    if (typeof value !== 'number') return Buffer.concat([encoded('long', value[0]), encoded('long', value[1])]);
    const size = type === 'byte' ? 1 : type === 'short' ? 2 : 4;
    const data = Buffer.alloc(size);
    const unsigned = size === 4 ? value >>> 0 : value;
    if (order === 'II') data.writeUIntLE(unsigned, 0, size);
    else data.writeUIntBE(unsigned, 0, size);
    return data;
  }
}

/** A JPEG with this block as its first segment. */
export function withExif(jpeg: Buffer, block: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.from('ffe10000', 'hex'), Buffer.from('Exif\0\0'), block]);
  segment.writeUInt16BE(segment.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}
