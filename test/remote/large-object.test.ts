// Objects that are read in parts: from the embedded OSS, and from servers that answer otherwise.
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { createReader, type ReadObject } from '../../src/remote/large-object.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { listen } from '../oss/stub.js';

const name = { bucket: 'photos', key: 'data/a b.csv.gz' };

function readerAt(port: number, partBytes: number): ReadObject {
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` });
  const options = { endpoint, region: 'cn-hangzhou', credentials: accessKey, connection };
  const sleep = async (): Promise<void> => {};
  return createReader({ ...options, deadline: Number.POSITIVE_INFINITY, sleep }, partBytes);
}

async function partsOf(read: ReadObject): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of read(name)) parts.push(part);
  return parts;
}

describe('an object', () => {
  it.each([0, 1, 99, 100, 101, 1_000])('of %d bytes is read in parts of 100', async (size) => {
    const oss = await startOss();
    const body = randomBytes(size);
    await oss.client().put(name.key, body);
    const parts = await partsOf(readerAt(oss.port, 100));
    expect(Buffer.concat(parts).equals(body)).toBe(true);
    expect(parts.map(({ length }) => length <= 100)).toEqual(Array(Math.ceil(size / 100)).fill(true));
  });

  it('that is overwritten meanwhile is not mixed', async () => {
    const oss = await startOss();
    await oss.client().put(name.key, randomBytes(300));
    const reading = readerAt(oss.port, 100)(name);
    await reading.next();
    await oss.client().put(name.key, randomBytes(300));
    await expect(reading.next()).rejects.toMatchObject({ status: 412 });
  });

  it('that is not there is an error', async () => {
    const oss = await startOss();
    await expect(partsOf(readerAt(oss.port, 100))).rejects.toMatchObject({ code: 'NoSuchKey' });
  });
});

describe('an answer', () => {
  const ids = { 'x-oss-request-id': 'REQ1', etag: '"E"' };
  const answered = async (answer: (response: ServerResponse, nth: number) => void) => {
    const server = await listen((response, _, nth) => answer(response, nth));
    onTestFinished(() => server[Symbol.asyncDispose]());
    return readerAt(server.port, 4);
  };

  it('that breaks off is asked for again', async () => {
    const read = await answered((response, nth) => {
      response.writeHead(206, { ...ids, 'content-length': '4', 'content-range': 'bytes 0-3/4' });
      if (nth > 1) response.end('abcd');
      else response.write('ab', () => response.destroy());
    });
    expect(Buffer.concat(await partsOf(read)).toString()).toBe('abcd');
  });

  it.each([
    ['other bytes', 206, 'bytes 4-7/8', 'abcd'],
    ['fewer bytes than it says', 206, 'bytes 0-3/8', 'abc'],
    ['no range', 206, '', 'abcd'],
    ['more than was asked for', 200, '', 'x'.repeat(100_000)],
  ])('with %s is refused', async (_, status, range, body) => {
    const read = await answered((response) => {
      response.writeHead(status, { ...ids, ...(range !== '' && { 'content-range': range }) }).end(body);
    });
    await expect(partsOf(read)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
  });
});
