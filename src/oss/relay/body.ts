// The body of a processed picture, between its GET and its PUT: in memory where there is room, else in a file that has
// no name any more, so that nothing is left of it whatever happens.
import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flow, WireRequest } from '../connection.js';
import { createRoom } from './room.js';

/** Bytes: what is in memory is in blocks, and so much is sent at a time. TLS makes a copy of what it is given. */
const blockBytes = 65_536;

/** For all bodies of a process, whichever invocation they are of: 24 MB. */
export const room = createRoom(366 * blockBytes);

/**
 * Blocks for the next bodies. Left to the garbage collector, they would stay until there are 60 MB of them: it sees the
 * few bytes that stand for a block.
 */
const free: Buffer[] = [];

export interface Body {
  /** Bytes so far. */
  readonly length: number;
  readonly write: (chunk: Buffer) => void;
  /** Base64, of what was written. Only once. */
  readonly md5: () => string;
  /** What to send, from the beginning. A piece is good until the next one is asked for. */
  readonly content: () => NonNullable<WireRequest['body']>;
  /** All of the content was taken by whoever sends it. */
  readonly isSent: () => boolean;
  /** Gives back whatever it holds; nothing can be sent after it. */
  readonly close: () => void;
}

/**
 * @param length bytes, where it is known: no more may be written
 * @param flow holds back whatever will be written, until there is room; absent: it cannot be held back
 */
export function createBody(length: number | undefined, flow: Flow | undefined): Body {
  const place = length === undefined ? undefined : room.enter(inBlocks(length), flow !== undefined);
  const hash = createHash('md5');
  let written = 0;
  let sent = false;
  let closed = false;
  let blocks: Buffer[] = [];
  let file: number | undefined;

  if (place?.ready !== undefined) {
    flow?.pause();
    void place.ready.then(() => {
      if (!closed) flow?.resume();
    });
  }

  function* pieces(): Generator<Buffer> {
    const read = file === undefined ? undefined : Buffer.allocUnsafeSlow(blockBytes);
    for (let at = 0; at < written; ) {
      // The number of a closed file may be another file's, and its blocks may be another body's.
      if (closed) throw new Error('the body is closed');
      const end = Math.min(blockBytes, written - at);
      if (file !== undefined && read !== undefined) readWhole(file, read.subarray(0, end), at);
      yield (read ?? (blocks[at / blockBytes] as Buffer)).subarray(0, end);
      at += end;
    }
    sent = true;
  }

  return {
    get length() {
      return written;
    },
    write(chunk) {
      hash.update(chunk);
      if (place === undefined) {
        file ??= openNameless();
        writeWhole(file, chunk);
      } else append(blocks, written, chunk);
      written += chunk.length;
    },
    md5: () => hash.digest('base64'),
    content() {
      if (blocks.length !== 1) return { [Symbol.iterator]: pieces };
      sent = true;
      return (blocks[0] as Buffer).subarray(0, written);
    },
    isSent: () => sent,
    close() {
      if (closed) return;
      closed = true;
      free.push(...blocks);
      blocks = [];
      place?.leave();
      if (file !== undefined) closeSync(file);
    },
  };
}

function inBlocks(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

/** @param written bytes that the blocks hold */
function append(blocks: Buffer[], written: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) {
    const used = (written + at) % blockBytes;
    if (used === 0) blocks.push(free.pop() ?? Buffer.allocUnsafeSlow(blockBytes));
    at += chunk.copy(blocks.at(-1) as Buffer, used, at);
  }
}

function openNameless(): number {
  const path = join(tmpdir(), `oss-autostyle-${process.pid}-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

/** At once: the system takes it into its cache in less time than the next chunk needs to arrive. */
function writeWhole(file: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
}

function readWhole(file: number, piece: Buffer, from: number): void {
  for (let at = 0; at < piece.length; ) {
    const length = readSync(file, piece, at, piece.length - at, from + at);
    if (length === 0) throw new Error('the file of the body is cut');
    at += length;
  }
}
