// How the embedded servers read HTTP. Some clients send Content-Length beside `Transfer-Encoding: chunked`, which then
// counts alone (RFC 9112, section 6.3); OSS takes it, and node:http does with its lenient parser only. What else that
// one lets through is refused here: header fields that HTTP has no form for, and codings of the body other than
// chunked, which it takes for no coding at all.

import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';

/** Options of createServer: the lenient parser, and headers of at most 64 KiB in all. */
export const parserOptions = { maxHeaderSize: 65_536, insecureHTTPParser: true } as const satisfies ServerOptions;

/** Answers a request with 400 when a header of it is malformed, 501 for a transfer coding; false: neither. */
export function refuseMalformed({ rawHeaders, headers }: IncomingMessage, response: ServerResponse): boolean {
  const fine = rawHeaders.every((text, index) => (index % 2 === 0 ? token : value).test(text));
  const decoded = /^chunked$/i.test(headers['transfer-encoding'] ?? 'chunked');
  if (!fine || !decoded) response.writeHead(fine ? 501 : 400, { Connection: 'close' }).end();
  return !fine || !decoded;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const value = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
