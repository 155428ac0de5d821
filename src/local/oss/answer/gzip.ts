// Compression on the way out: OSS sends text as gzip to a client that accepts it, when it is 1 KB or more. Such an
// answer has neither ETag nor length, so there are no ranges of it; the checksums stay, and are those of the text.
// https://www.alibabacloud.com/help/faq-detail/39645.html

import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Reply } from '../call.js';
import { lowerCaseHeaders } from './headers.js';

const compress = promisify(gzip);
const minSize = 1024;

const texts = new Set([
  'text/cache-manifest',
  'text/xml',
  'text/css',
  'text/html',
  'text/plain',
  'application/javascript',
  'application/x-javascript',
  'application/rss+xml',
  'application/json',
  'text/json',
]);

/** The answer to a GET, or to a HEAD (without body), as it goes out; `size` is that of the whole object in bytes. */
export async function asGzip(request: IncomingHttpHeaders, reply: Reply, size: number): Promise<Reply> {
  const { etag, 'content-length': length, 'accept-ranges': ranges, ...kept } = lowerCaseHeaders(reply);
  const { 'content-type': contentType = '', 'content-encoding': encoding } = kept;
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const fits = reply.status === 200 && size >= minSize && texts.has(type) && encoding === undefined;
  if (!fits || request.range !== undefined || !accepts(String(request['accept-encoding'] ?? ''))) return reply;
  return {
    ...reply,
    headers: { ...kept, 'content-encoding': 'gzip', 'transfer-encoding': 'chunked', vary: 'Accept-Encoding' },
    ...(reply.body !== undefined && { body: await compress(reply.body) }),
  };
}

/** Whether an Accept-Encoding names gzip, and not with a weight of 0. */
function accepts(accepted: string): boolean {
  return accepted.split(',').some((coding) => {
    const [name, ...weights] = coding.toLowerCase().split(';');
    return name?.trim() === 'gzip' && !weights.some((weight) => /^\s*q=0(?:\.0*)?\s*$/.test(weight));
  });
}
