// Gives a baseline JPEG the Huffman codes that are shortest for it, as OSS does. sharp's encoder can do that, too, but
// takes several times as long then, and keeps all coefficients in memory, six bytes a pixel. Here what it writes with
// the codes of ITU-T T.81 annex K.3 is read twice, symbol by symbol; the result is the encoder's own, byte for byte.
// Source: ITU-T T.81 annexes B, C and F.1.2; annex K.2 for the codes, with the choices of libjpeg's jchuff.c
import type { Pause } from './pause.js';

interface Table {
  /** By the next 16 bits: the length of the code × 256 + the symbol. */
  readonly lookUp: Uint16Array;
  readonly counts: Uint32Array;
  /** By symbol: the length of the new code × 65,536 + the code. */
  readonly codes: Uint32Array;
}
interface Scan {
  /** The tables for the DC and the AC coefficients of each block of an MCU. */
  readonly blocks: readonly (readonly [dc: Table, ac: Table])[];
  readonly mcus: number;
  readonly bits: Uint8Array;
}

const [sof0, dht, sos] = [0xc0, 0xc4, 0xda];
const soiLength = 2;
const eoi = Buffer.from('ffd9', 'hex');
const longest = 16;
const symbols = 256;
const mcusAtATime = 256;

/** The same image. `jpeg`: baseline, in one scan without restarts, as sharp writes it without `optimiseCoding`. */
export async function withShortestCodes(jpeg: Buffer, pause: Pause): Promise<Buffer> {
  const segments = [...segmentsOf(jpeg)];
  const tables = new Map<number, Table>();
  for (const segment of segments) if (segment[1] === dht) tables.set(segment[4] ?? 0, readTable(segment));
  const scanAt = segments.reduce((at, { length }) => at + length, soiLength);
  const scan = readScan(segments, tables, unstuffed(jpeg.subarray(scanAt, -eoi.length)));
  await walk(scan, undefined, pause);
  const header = segments.map((segment) => {
    const table = segment[1] === dht ? tables.get(segment[4] ?? 0) : undefined;
    return table === undefined ? segment : chooseCodes(table, segment);
  });
  // A byte of 255 takes two.
  const data = Buffer.allocUnsafe(2 * scan.bits.length);
  const length = await walk(scan, data, pause);
  return Buffer.concat([jpeg.subarray(0, soiLength), ...header, data.subarray(0, length), eoi]);
}

// Up to the header of the first scan, each with its marker and length.
function* segmentsOf(jpeg: Buffer): Generator<Buffer> {
  let marker = 0;
  for (let at = soiLength; marker !== sos; ) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    marker = jpeg.readUInt8(at + 1);
    yield jpeg.subarray(at, end);
    at = end;
  }
}

// One table a segment: sixteen counts of codes by their length, then the symbols in the order of the codes.
function readTable(segment: Buffer): Table {
  const lookUp = new Uint16Array(1 << longest);
  let [next, at] = [0, 5 + longest];
  for (let length = 1; length <= longest; length += 1) {
    const places = 1 << (longest - length);
    for (let i = 0; i < segment.readUInt8(4 + length); i += 1, at += 1, next += places) {
      lookUp.fill((length << 8) | segment.readUInt8(at), next, next + places);
    }
  }
  return { lookUp, counts: new Uint32Array(symbols), codes: new Uint32Array(symbols) };
}

function readScan(segments: readonly Buffer[], tables: ReadonlyMap<number, Table>, bits: Uint8Array): Scan {
  const frame = segments.find((segment) => segment[1] === sof0);
  const header = segments.at(-1);
  if (frame === undefined || header === undefined) throw new Error('This JPEG is not baseline.');
  const [height, width, count] = [frame.readUInt16BE(5), frame.readUInt16BE(7), frame.readUInt8(9)];
  const components = Array.from({ length: count }, (_, i) => {
    const sampling = frame.readUInt8(11 + 3 * i);
    const numbers = header.readUInt8(6 + 2 * i);
    return { across: sampling >> 4, down: sampling & 15, dc: numbers >> 4, ac: 0x10 | (numbers & 15) };
  });
  // Of a lone component an MCU is one block, whatever its sampling.
  const isAlone = count === 1;
  const side = (get: (component: (typeof components)[number]) => number) =>
    8 * (isAlone ? 1 : Math.max(...components.map(get)));
  return {
    bits,
    mcus: Math.ceil(width / side(({ across }) => across)) * Math.ceil(height / side(({ down }) => down)),
    blocks: components.flatMap(({ across, down, dc, ac }) => {
      const [dcTable, acTable] = [tables.get(dc), tables.get(ac)];
      if (dcTable === undefined || acTable === undefined) throw new Error('A table of this JPEG is missing.');
      return Array.from({ length: isAlone ? 1 : across * down }, () => [dcTable, acTable] as const);
    }),
  };
}

// Without the 0 behind each 255, and with some bytes more, so that the last bits are read as all others.
function unstuffed(data: Buffer): Uint8Array {
  const bytes = new Uint8Array(data.length + 4);
  let to = 0;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] as number;
    bytes[to++] = byte;
    if (byte === 255) at += 1;
  }
  return bytes.subarray(0, to + 4);
}

/** Counts the symbols, or writes them anew to `out`. Returns the length of what it has written. */
async function walk({ blocks, mcus, bits }: Scan, out: Uint8Array | undefined, pause: Pause): Promise<number> {
  let at = 0;
  let [written, pending, pendingBits] = [0, 0, 0];
  const write = (value: number, length: number) => {
    if (out === undefined) return;
    pending = (pending << length) | value;
    pendingBits += length;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      const byte = (pending >> pendingBits) & 255;
      out[written++] = byte;
      if (byte === 255) out[written++] = 0;
    }
    pending &= 255;
  };
  for (let mcu = 0; mcu < mcus; mcu += 1) {
    if (mcu % mcusAtATime === 0) await pause();
    for (const [dc, ac] of blocks) {
      let table = dc;
      for (let coefficient = 0; coefficient < 64; ) {
        const entry = table.lookUp[peek(bits, at)] as number;
        const symbol = entry & 255;
        const extra = symbol & 15;
        at += entry >> 8;
        if (out === undefined) table.counts[symbol] = (table.counts[symbol] as number) + 1;
        else {
          const code = table.codes[symbol] as number;
          write(code & 0xffff, code >> 16);
          if (extra > 0) write(peek(bits, at) >> (16 - extra), extra);
        }
        at += extra;
        // An AC symbol is a run of zeros and the length of the coefficient behind it; without that it ends the block,
        // unless it stands for sixteen zeros.
        if (coefficient > 0 && extra === 0 && symbol !== 0xf0) break;
        coefficient += coefficient === 0 ? 1 : (symbol >> 4) + 1;
        table = ac;
      }
    }
  }
  // Ones fill the last byte.
  if (pendingBits > 0) write(255 >> pendingBits, 8 - pendingBits);
  return written;
}

// Sixteen bits.
function peek(bits: Uint8Array, at: number): number {
  const byte = at >> 3;
  const three = ((bits[byte] as number) << 16) | ((bits[byte + 1] as number) << 8) | (bits[byte + 2] as number);
  return (three >> (8 - (at & 7))) & 0xffff;
}

/** Sets the codes for what has been counted. Returns the segment that holds them. */
function chooseCodes({ counts, codes }: Table, segment: Buffer): Buffer {
  const lengths = codeLengths(counts);
  const perLength = shortened(lengths);
  const order = [...lengths.keys()]
    .filter((symbol) => symbol < symbols && (lengths[symbol] ?? 0) > 0)
    .sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  let [code, i] = [0, 0];
  for (let length = 1; length <= longest; length += 1, code <<= 1) {
    for (let k = 0; k < (perLength[length] ?? 0); k += 1) codes[order[i++] ?? 0] = (length << 16) | code++;
  }
  const chosen = Buffer.concat([
    segment.subarray(0, 5),
    Buffer.from(perLength.slice(1, longest + 1)),
    Buffer.from(order),
  ]);
  chosen.writeUInt16BE(chosen.length - 2, 2);
  return chosen;
}

// Figure K.1, with a symbol of count 1 that no one uses and that gets the code of nothing but ones.
function codeLengths(counts: Uint32Array): number[] {
  let groups = [...counts, 1].flatMap((count, symbol) => (count === 0 ? [] : [{ count, symbols: [symbol] }]));
  const lengths = Array.from({ length: symbols + 1 }, () => 0);
  while (groups.length > 1) {
    // Of equal counts the last one is merged first, and what is merged takes the place of the rarest.
    const rarest = lastLeast(groups);
    const others = groups.filter((group) => group !== rarest);
    const next = lastLeast(others);
    const merged = { count: rarest.count + next.count, symbols: [...rarest.symbols, ...next.symbols] };
    for (const symbol of merged.symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
    groups = groups.flatMap((group) => (group === next ? [] : group === rarest ? [merged] : [group]));
  }
  return lengths;
}

function lastLeast<T extends { readonly count: number }>(groups: readonly T[]): T {
  return groups.reduce((least, group) => (group.count <= least.count ? group : least));
}

// Figures K.2 and K.3: how many codes have each length, once none is longer than 16 and the unused one is gone.
function shortened(lengths: readonly number[]): number[] {
  const perLength = Array.from({ length: symbols + 1 }, () => 0);
  for (const length of lengths) if (length > 0) perLength[length] = (perLength[length] ?? 0) + 1;
  const add = (length: number, number: number) => {
    perLength[length] = (perLength[length] ?? 0) + number;
  };
  for (let length = symbols; length > longest; length -= 1) {
    while ((perLength[length] ?? 0) > 0) {
      let shorter = length - 2;
      while (perLength[shorter] === 0) shorter -= 1;
      add(length, -2);
      add(length - 1, 1);
      add(shorter + 1, 2);
      add(shorter, -1);
    }
  }
  add(
    perLength.findLastIndex((count) => count > 0),
    -1,
  );
  return perLength;
}
