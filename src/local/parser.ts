// How the embedded servers read HTTP. Some clients send Content-Length beside `Transfer-Encoding: chunked`, which then
// counts alone (RFC 9112, section 6.3); OSS takes it, and node:http does with its lenient parser only. What else that
// one lets through is refused here: header fields that HTTP has no form for.

import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';

/** Options of createServer: the lenient parser, and headers of at most 64 KiB in all. */
export const parserOptions = { maxHeaderSize: 65_536, insecureHTTPParser: true } as const satisfies ServerOptions;

/** Answers a request with 400 when a header of it is malformed; false: it is not. */
export function refuseMalformed({ rawHeaders }: IncomingMessage, response: ServerResponse): boolean {
  const fine = rawHeaders.every((text, index) => (index % 2 === 0 ? token : value).test(text));
  if (!fine) response.writeHead(400, { Connection: 'close' }).end();
  return !fine;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const value = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
