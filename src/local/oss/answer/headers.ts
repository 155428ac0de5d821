// The headers of a reply: for what looks for some of them or takes some away, and as they are sent.

import type { Reply } from '../call.js';

/**
 * The headers with their names in lower case. Of two spellings of a name the later one counts, as it does where the
 * reply is sent: else somebody would look at one value, and the client would get the other.
 */
export function lowerCaseHeaders({ headers = {} }: Reply): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const ownSpelling: ReadonlyMap<string, string> = new Map([
  ['etag', 'ETag'],
  ['content-md5', 'Content-MD5'],
]);

/** A name in lower case as OSS writes it: `Content-Range`, but `x-oss-request-id`. Some clients tell them apart. */
export function asSent(name: string): string {
  if (name.startsWith('x-')) return name;
  return ownSpelling.get(name) ?? name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
