import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Body, createBody, room } from '../../../src/oss/relay/body.js';
import { leftFiles } from './left-files.js';

const block = 65_536;
const roomSize = 366 * block;

function flow() {
  const log: string[] = [];
  return { log, pause: () => void log.push('pause'), resume: () => void log.push('resume') };
}

function bytesOf(body: Body): Buffer {
  const content = body.content();
  return typeof content === 'string' || Buffer.isBuffer(content)
    ? Buffer.from(content)
    : Buffer.concat(Array.from(content, (piece) => Buffer.from(piece)));
}

function fill(body: Body, bytes: Buffer, chunk = 65_536): void {
  for (let at = 0; at < bytes.length; at += chunk) body.write(bytes.subarray(at, at + chunk));
}

test('whatever the bytes and the pieces, in memory or in a file: the same bytes, and their MD5', () => {
  const whole = fc.uint8Array({ minLength: 1, maxLength: 4_000 });
  fc.assert(
    fc.property(whole, fc.integer({ min: 1, max: 900 }), fc.boolean(), (some, chunk, known) => {
      const bytes = Buffer.concat(Array(300).fill(Buffer.from(some)));
      const body = createBody(known ? bytes.length : undefined, undefined);
      fill(body, bytes, chunk * 100);
      expect(body.length).toBe(bytes.length);
      expect(room.taken).toBe(known ? Math.ceil(bytes.length / block) * block : 0);
      expect(bytesOf(body).equals(bytes)).toBe(true);
      expect(body.isSent()).toBe(true);
      expect(body.md5()).toBe(createHash('md5').update(bytes).digest('base64'));
      body.close();
      body.close();
      expect(room.taken).toBe(0);
    }),
    { numRuns: 60 },
  );
  expect(leftFiles() ?? []).toEqual([]);
});

describe('where a body goes', () => {
  test('in memory up to the size of the room, else into a file', () => {
    const fits = createBody(roomSize, undefined);
    expect(room.taken).toBe(roomSize);
    const tooLarge = createBody(roomSize + 1, flow());
    const unknown = createBody(undefined, flow());
    for (const body of [fits, tooLarge, unknown]) body.write(Buffer.from('x'));
    if (leftFiles() !== undefined) expect(leftFiles()?.length).toBe(2);
    for (const body of [fits, tooLarge, unknown]) body.close();
    expect(room.taken).toBe(0);
    expect(leftFiles() ?? []).toEqual([]);
  });

  test('it waits for room, held back, where that is possible; else into a file', async () => {
    const first = createBody(300 * block, undefined);
    const held = flow();
    const waits = createBody(80 * block, held);
    const other = createBody(80 * block, undefined);
    other.write(Buffer.from('x'));
    expect(held.log).toEqual(['pause']);
    if (leftFiles() !== undefined) expect(leftFiles()?.length).toBe(1);
    expect(room.taken).toBe(300 * block);
    first.close();
    await Promise.resolve();
    await Promise.resolve();
    expect(held.log).toEqual(['pause', 'resume']);
    expect(room.taken).toBe(80 * block);
    waits.close();
    other.close();
    expect(room.taken).toBe(0);
  });

  test('what is closed while it waits is never let in, nor let on', async () => {
    const first = createBody(roomSize, undefined);
    const held = flow();
    createBody(1, held).close();
    const next = flow();
    const last = createBody(2, next);
    first.close();
    last.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(held.log).toEqual(['pause']);
    expect(next.log).toEqual(['pause']);
    expect(room.taken).toBe(0);
  });
});

test.each([
  ['memory', 1_000_000],
  ['a file', undefined],
])('what is sent of %s comes in pieces, and nothing comes of a body that is closed', (_, length) => {
  const bytes = randomBytes(1_000_000);
  const body = createBody(length, undefined);
  fill(body, bytes);
  const [first, ...others] = body.content() as Iterable<Buffer>;
  expect(first?.length).toBe(block);
  expect(others).toHaveLength(15);
  const again = (body.content() as Iterable<Buffer>)[Symbol.iterator]();
  again.next();
  body.close();
  expect(() => again.next()).toThrow('closed');
});

test('what is not taken to its end is not sent', () => {
  const body = createBody(1_000_000, undefined);
  fill(body, randomBytes(1_000_000));
  for (const piece of body.content() as Iterable<Buffer>) {
    expect(piece.length).toBe(block);
    break;
  }
  expect(body.isSent()).toBe(false);
  body.close();
});
