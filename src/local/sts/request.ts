// What a request of STS is, told from those of OSS by its first line and headers, and its parameters: those of the
// query and, in a POST, those of the form in its body.

import type { IncomingMessage } from 'node:http';
import { readBody } from '../oss/request/body.js';
import { isOssHost } from '../oss/request/endpoints.js';
import { StsError } from './error.js';

/** A request as it was read. `headers` and `method` are node's. */
export interface StsRequest {
  method: string;
  headers: IncomingMessage['headers'];
  query: ReadonlyMap<string, string>;
  form: ReadonlyMap<string, string>;
  body: Buffer;
}

const maxBody = 64 * 1024;

/**
 * Whether a request is one of STS: to `/`, of no bucket's host and without a signature of OSS, and with an Action or a
 * form. OSS has no such parameter, and takes no form of this kind.
 */
export function isStsRequest({ method, url = '', headers }: IncomingMessage): boolean {
  const [path, query = ''] = url.split(/\?(.*)/s);
  if (path !== '/' || isOssHost(headers.host) || headers.authorization?.startsWith('OSS')) return false;
  if (method !== 'GET' && method !== 'POST') return false;
  if (headers['x-acs-action'] !== undefined || new URLSearchParams(query).has('Action')) return true;
  return method === 'POST' && isForm(headers) && query === '';
}

/**
 * Reads a request whole, at most 64 KB of body.
 * @throws StsError for a parameter that is there twice; what readBody throws for the body
 */
export async function readRequest(request: IncomingMessage): Promise<StsRequest> {
  const { method = '', url = '', headers } = request;
  const body = method === 'POST' ? await readBody(request, maxBody) : Buffer.alloc(0);
  const query = parameters(url.split(/\?(.*)/s)[1] ?? '');
  const form = parameters(isForm(headers) ? body.toString() : '');
  for (const name of form.keys()) if (query.has(name)) throw twice(name);
  return { method, headers, query, form, body };
}

function isForm(headers: IncomingMessage['headers']): boolean {
  return /^application\/x-www-form-urlencoded(?:;|$)/i.test(headers['content-type'] ?? '');
}

function parameters(text: string): Map<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (read.has(name)) throw twice(name);
    read.set(name, value);
  }
  return read;
}

function twice(name: string): StsError {
  return new StsError(400, 'InvalidParameter', `The parameter ${name} is in the request twice.`);
}
