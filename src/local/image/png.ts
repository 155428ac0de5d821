// A PNG as OSS writes it. sharp filters the rows as OSS does, but compresses them otherwise and adds chunks: here the
// filtered rows are compressed with zlib's Z_RLE, and stored in chunks of 8,192 bytes.
// Source: the published sizes of format,png of the sample image of OSS's SDKs, 160,733 bytes, and of the PNGs that
// ali-oss has stored; for the format RFC 1950, RFC 1951 and the PNG specification (third edition), §5.3 and §11.3.4.3
import { promisify } from 'node:util';
import { constants, crc32, deflate } from 'node:zlib';

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const bytesOfIdat = 8192;
const ossDeflate = { level: 9, memLevel: 8, strategy: constants.Z_RLE, chunkSize: 1 << 20 };

/**
 * A PNG of sharp's that is stored without compression, as OSS writes it: with no chunks but IHDR, IDAT and IEND, and
 * EXIF where there is some. Moves the bytes of `png` about, so that a large image is in memory once.
 */
export async function asOssWrites(png: Buffer): Promise<Buffer> {
  const others: Chunk[] = [];
  let end = 0;
  for (const { name, data } of chunksOf(png)) {
    if (name === 'IDAT') {
      png.set(data, end);
      end += data.length;
    } else if (name !== 'pHYs') others.push({ name, data: Buffer.from(data) });
  }
  const compressed = await promisify(deflate)(storedBytes(png.subarray(0, end)), ossDeflate);
  const idats = Array.from({ length: Math.ceil(compressed.length / bytesOfIdat) }, (_, i) => ({
    name: 'IDAT',
    data: compressed.subarray(i * bytesOfIdat, (i + 1) * bytesOfIdat),
  }));
  return Buffer.concat([signature, ...[...others.slice(0, -1), ...idats, ...others.slice(-1)].flatMap(bytesOf)]);
}

function* chunksOf(png: Buffer): Generator<Chunk> {
  for (let at = signature.length; at < png.length; ) {
    const start = at + 8;
    const end = start + png.readUInt32BE(at);
    yield { name: png.toString('latin1', at + 4, start), data: png.subarray(start, end) };
    at = end + 4;
  }
}

function bytesOf({ name, data }: Chunk): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(name, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(data, crc32(head.subarray(4))));
  return [head, data, check];
}

// What a zlib stream of nothing but stored blocks holds, moved to its front.
function storedBytes(stream: Buffer): Buffer {
  const [zlibHeader, blockHeader, isLast, method] = [2, 5, 1, 6];
  let end = 0;
  for (let at = zlibHeader; ; ) {
    const head = stream.readUInt8(at);
    if ((head & method) !== 0) throw new Error('This PNG is compressed: sharp is to store it.');
    const length = stream.readUInt16LE(at + 1);
    stream.copyWithin(end, at + blockHeader, at + blockHeader + length);
    end += length;
    at += blockHeader + length;
    if ((head & isLast) !== 0) return stream.subarray(0, end);
  }
}
