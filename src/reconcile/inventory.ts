// The objects of a bucket by an OSS inventory: a manifest and gzipped CSV files, which OSS writes once a day, week or
// month. They are read as a stream, so that hundreds of millions of lines take no more memory than a few. Whoever may
// write the bucket can have written them, so that each line is checked.
// https://help.aliyun.com/en/oss/user-guide/bucket-inventory
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { OssError } from '../oss/error.js';
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, objectUri } from '../oss/object-name.js';
import type { ReadObject } from '../remote/large-object.js';
import { UserError } from '../terminal/user-error.js';
import { columnsOf, rowReader } from './inventory-row.js';
import { readManifest } from './manifest.js';
import { rightsHint } from './work.js';

export interface Inventory {
  /** The bucket whose objects it lists. */
  readonly bucket: string;
  /** When OSS began to look, epoch ms: what was stored later may be missing. */
  readonly createdAt: number | undefined;
  /**
   * The objects that are there, without older versions, in pages of at most 1,000 and in the order of the files.
   * @throws {UserError} naming the line that cannot be read
   */
  readonly pages: () => AsyncGenerator<readonly ListedObject[]>;
}

const maxManifestBytes = 16_000_000;
/** A key of 1,023 bytes, percent-encoded, and the other columns. */
const maxLine = 16_384;
const pageSize = 1_000;

/** Reads the manifest. @throws {UserError} saying what is wrong with it */
export async function openInventory(name: ObjectName, read: ReadObject): Promise<Inventory> {
  const uri = objectUri(name.bucket, name.key);
  const manifest = readManifest(await textOf(name, uri, read), uri);
  const columns = columnsOf(manifest.schema, uri);
  return {
    bucket: manifest.bucket,
    createdAt: manifest.createdAt,
    async *pages() {
      let page: ListedObject[] = [];
      for (const key of manifest.files) {
        const file = { bucket: name.bucket, key };
        const place = objectUri(file.bucket, key);
        const row = rowReader(columns, manifest.bucket);
        let count = 0;
        for await (const lines of linesOf(file, place, read)) {
          for (const line of lines) {
            count += 1;
            const found = row(line);
            if (typeof found === 'string') throw new UserError(`${place}, line ${count}: ${found}`);
            if (found === undefined) continue;
            page.push(found);
            if (page.length < pageSize) continue;
            yield page;
            page = [];
          }
        }
      }
      if (page.length > 0) yield page;
    },
  };
}

async function textOf(name: ObjectName, uri: string, read: ReadObject): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of readFrom(name, uri, read)) {
    size += part.length;
    if (size > maxManifestBytes)
      throw new UserError(`${uri}: larger than a manifest may be: ${maxManifestBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** @throws {UserError} naming the object that OSS refuses */
async function* readFrom(name: ObjectName, uri: string, read: ReadObject): AsyncGenerator<Buffer> {
  try {
    yield* read(name);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`${uri}: ${cause.message}${rightsHint(cause)}`, 1, { cause });
  }
}

/** The lines of a gzipped file, some at a time, without the last one where that is empty. */
async function* linesOf(file: ObjectName, uri: string, read: ReadObject): AsyncGenerator<readonly string[]> {
  const gunzip = createGunzip({ chunkSize: 65_536 });
  // What goes wrong on the way in ends the stream, and comes out of the loop below.
  pipeline(Readable.from(readFrom(file, uri, read)), gunzip).catch(() => {});
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLine) throw new UserError(`${uri}: a line is longer than ${maxLine} characters`);
      yield lines;
    }
  } catch (error) {
    if (!isGzipError(error)) throw error;
    throw new UserError(`${uri}: it is no whole gzip file (${error.code})`, 1, { cause: error });
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}

function isGzipError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
