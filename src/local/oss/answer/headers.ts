// The headers of a reply, for what looks for some of them or takes some away.

import type { Reply } from '../call.js';

/**
 * The headers with their names in lower case. Of two spellings of a name the later one counts, as it does where the
 * reply is sent: else somebody would look at one value, and the client would get the other.
 */
export function lowerCaseHeaders({ headers = {} }: Reply): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
