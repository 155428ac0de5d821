// Makes identifiers in the form of FC 3.0: `1-65d71219-15d63510-fecf237c590c` for a request, `c-…` for an instance;
// the second part is the time in seconds.

import { randomBytes } from 'node:crypto';

function identifier(kind: '1' | 'c', now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  const random = randomBytes(10).toString('hex');
  return `${kind}-${seconds}-${random.slice(0, 8)}-${random.slice(8)}`;
}

/** A new request id; `now` in milliseconds. */
export const newRequestId = (now: number): string => identifier('1', now);
/** A new instance id; `now` in milliseconds. */
export const newInstanceId = (now: number): string => identifier('c', now);
