// The body of a request: read once, as it arrives or whole under a cap, and checked against Content-MD5.

import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { malformedXml, refuse } from '../error.js';
import { parseXml, type XmlElement, XmlError } from '../xml.js';

/** The client closed the connection before its body was complete, so there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * The body as it arrives, checked against Content-MD5 at its end. Leaving early lets the answer reach the client.
 * @throws ServiceError InvalidDigest; ClientGone.
 */
export async function* bodyChunks(request: IncomingMessage): AsyncGenerator<Buffer> {
  const expected = request.headers['content-md5'];
  const hash = createHash('md5');
  try {
    // Leaving this loop early must not destroy the request: the refusal has to reach the client.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (expected !== undefined) hash.update(chunk);
      yield chunk;
    }
  } catch (cause) {
    if (request.destroyed) throw new ClientGone('the client went away', { cause });
    throw cause;
  }
  if (expected !== undefined && hash.digest('base64') !== expected) {
    throw refuse('InvalidDigest', { extra: { 'Content-MD5': String(expected) } });
  }
}

/** What the headers say of the length of a body; beside chunked a Content-Length says nothing. */
export function lengthOf(headers: IncomingHttpHeaders): string | undefined {
  return headers['transfer-encoding'] === undefined ? headers['content-length'] : undefined;
}

/** Bytes that are put together as they arrive. */
export interface Gathering {
  /** False when there are more than `limit` by now. */
  add(chunk: Buffer): boolean;
  bytes(): Buffer;
}

/**
 * Gathers at most `limit` bytes of a body. With its Content-Length they are copied into their place as they arrive, so
 * that a large body takes its memory once.
 */
export function gatherBytes(limit: number, contentLength: string | undefined): Gathering {
  const whole = contentLength === undefined ? undefined : Buffer.allocUnsafe(Math.min(limit, Number(contentLength)));
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk) => {
      if (size + chunk.length > limit) return false;
      if (whole) chunk.copy(whole, size);
      else chunks.push(chunk);
      size += chunk.length;
      return true;
    },
    bytes: () => (whole ? whole.subarray(0, size) : Buffer.concat(chunks, size)),
  };
}

/**
 * All bytes of the body.
 * @throws ServiceError EntityTooLarge (at once when Content-Length is too large), InvalidDigest; ClientGone.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => refuse('EntityTooLarge', { extra: { MaxSizeAllowed: String(limit) } });
  const contentLength = lengthOf(request.headers);
  if (Number(contentLength ?? 0) > limit) throw tooLarge();
  const gathered = gatherBytes(limit, contentLength);
  for await (const chunk of bodyChunks(request)) {
    if (!gathered.add(chunk)) throw tooLarge();
  }
  return gathered.bytes();
}

/** The ETag of some bytes, without quotes: their MD5. */
export function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex').toUpperCase();
}

/** The Content-MD5 of the bytes that have an ETag. */
export function contentMd5(etag: string): string {
  return Buffer.from(etag, 'hex').toString('base64');
}

/** The root of a body that is XML, if it has that name. @throws ServiceError MalformedXML */
export function readXml(body: Buffer, name: string): XmlElement {
  try {
    const root = parseXml(body.toString());
    if (root.name === name) return root;
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw malformedXml(cause.message, { cause });
  }
  throw malformedXml(`expected <${name}>`);
}
