// The body of a processed picture, between its GET and its PUT: in memory where there is room, else in a file that has
// no name any more, so that nothing is left of it whatever happens.
import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flow, WireRequest } from '../connection.js';
import { createRoom } from './room.js';

/** For all bodies of a process, whichever invocation they are of. */
export const room = createRoom(24_000_000);

export interface Body {
  /** Bytes so far. */
  readonly length: number;
  readonly write: (chunk: Buffer) => void;
  /** Base64, of what was written. Only once. */
  readonly md5: () => string;
  /** What to send, from the beginning. */
  readonly content: () => NonNullable<WireRequest['body']>;
  /** All of the content was taken by whoever sends it. */
  readonly isSent: () => boolean;
  /** Gives back whatever it holds; nothing can be sent after it. */
  readonly close: () => void;
}

/** Bytes: how much is sent at a time; what is shorter is sent as it is. TLS makes a copy of what it is given. */
const pieceBytes = 262_144;

/**
 * @param length bytes, where it is known: no more may be written
 * @param flow holds back whatever will be written, until there is room; absent: it cannot be held back
 */
export function createBody(length: number | undefined, flow: Flow | undefined): Body {
  const place = length === undefined ? undefined : room.enter(length, flow !== undefined);
  const hash = createHash('md5');
  let written = 0;
  let sent = false;
  let closed = false;
  let memory: Buffer | undefined;
  let file: number | undefined;

  if (place?.ready !== undefined) {
    flow?.pause();
    void place.ready.then(() => closed || flow?.resume());
  }

  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < written; ) {
      // The number of a closed file may be another file's.
      if (closed) throw new Error('the body is closed');
      const piece = memory?.subarray(at, at + pieceBytes) ?? readPiece(file ?? -1, at, written);
      at += piece.length;
      yield piece;
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
      } else {
        memory ??= Buffer.allocUnsafeSlow(length ?? 0);
        memory.set(chunk, written);
      }
      written += chunk.length;
    },
    md5: () => hash.digest('base64'),
    content() {
      if (memory === undefined || written > pieceBytes) return { [Symbol.iterator]: pieces };
      sent = true;
      return memory;
    },
    isSent: () => sent,
    close() {
      if (closed) return;
      closed = true;
      memory = undefined;
      place?.leave();
      if (file !== undefined) closeSync(file);
    },
  };
}

function openNameless(): number {
  const path = join(tmpdir(), `oss-autostyle-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

/** At once: the system takes it into its cache in less time than the next chunk needs to arrive. */
function writeWhole(file: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
}

function readPiece(file: number, at: number, end: number): Buffer {
  const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - at));
  const length = readSync(file, piece, 0, piece.length, at);
  if (length === 0) throw new Error('the file of the body is cut');
  return piece.subarray(0, length);
}
