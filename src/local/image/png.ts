// A PNG as OSS writes it. sharp filters the rows as OSS does, but compresses them otherwise and adds chunks: here the
// filtered rows are compressed with zlib's Z_RLE, and stored in chunks of 8,192 bytes.
// Source: the published sizes of format,png of the sample image of OSS's SDKs, 160,733 bytes, and of the PNGs that
// ali-oss has stored; for the format the PNG specification (third edition), §5.3 and §11.3.4.3
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createDeflate, createInflate } from 'node:zlib';

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const bytesOfIdat = 8192;
const bytesAtATime = 1 << 18;

/** A PNG of sharp's as OSS writes it: with no chunks but IHDR, IDAT and IEND, and EXIF where there is some. */
export async function asOssWrites(png: Buffer): Promise<Buffer> {
  const idats: Chunk[] = [];
  await pipeline(
    () => imageData(png),
    createInflate({ chunkSize: bytesAtATime }),
    createDeflate({ level: 9, memLevel: 8, strategy: constants.Z_RLE, chunkSize: bytesAtATime }),
    async (parts: AsyncIterable<Buffer>) => {
      let rest: Buffer = Buffer.alloc(0);
      for await (const part of parts) {
        rest = Buffer.concat([rest, part]);
        for (; rest.length > bytesOfIdat; rest = rest.subarray(bytesOfIdat)) {
          idats.push({ name: 'IDAT', data: rest.subarray(0, bytesOfIdat) });
        }
      }
      idats.push({ name: 'IDAT', data: rest });
    },
  );
  const others = [...chunksOf(png)].filter(({ name }) => name !== 'IDAT' && name !== 'pHYs');
  const chunks = [...others.slice(0, -1), ...idats, ...others.slice(-1)];
  return Buffer.concat([signature, ...chunks.flatMap(bytesOf)]);
}

// What the IDAT chunks hold, in parts large enough for the streams.
function* imageData(png: Buffer): Generator<Buffer> {
  let part: Buffer[] = [];
  let bytes = 0;
  for (const { name, data } of chunksOf(png)) {
    if (name !== 'IDAT') continue;
    part.push(data);
    bytes += data.length;
    if (bytes < bytesAtATime) continue;
    yield Buffer.concat(part);
    [part, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(part);
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
