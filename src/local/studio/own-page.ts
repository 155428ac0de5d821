// Who may use the studio's own interface: its own page, and nobody else. `refusalOf` in ../origin.ts has refused hosts
// that are not this machine before. Here, besides:
// - the Host is this machine's alone: below `BUCKET.localhost`, `/-/…` is an object's address (`isStudioHost`);
// - what a browser marks as sent by any other page is refused, CORS rules or not, and also a link that leads here,
//   except to the page itself, which does nothing by being opened;
// - each call carries the token that only the page was given. It is new with each start. A page elsewhere cannot send
//   the header without a preflight, which is never answered, and another user of this machine does not know it.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const tokenHeader = 'x-studio-token';

/** Whether a Host is one at which the studio is: any other can have a bucket in it. */
export function isStudioHost(host = ''): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** Why a call of the studio's interface is refused; undefined when it is to be served. */
export function refusalOfCall({ headers }: Pick<IncomingMessage, 'headers'>, token: string): string | undefined {
  const foreign = foreignPage(headers);
  if (foreign !== undefined) return foreign;
  const given = headers[tokenHeader];
  if (typeof given !== 'string' || !same(given, token)) {
    return `The studio's interface is for its own page: the header ${tokenHeader} is missing or wrong. Load the page again.`;
  }
  return undefined;
}

/** Why the page, its script or its looks are refused; undefined when they are to be served. */
export function refusalOfPage({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return opened && headers.origin === undefined ? undefined : foreignPage(headers);
}

function foreignPage({ host = '', origin, 'sec-fetch-site': site }: IncomingMessage['headers']): string | undefined {
  const own = origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
  const unmarked = site === undefined || site === 'same-origin' || site === 'none';
  return own && unmarked ? undefined : 'The studio answers its own page only.';
}

function same(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
