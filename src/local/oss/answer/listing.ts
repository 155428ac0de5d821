// What listings share: how they write names, and which of them a delimiter makes one.

import type { OssCall } from '../call.js';
import { invalidArgument } from '../error.js';
import { encode } from '../request/percent.js';
import { parameter } from '../request/resolve.js';

/** Writes a name as the caller asked for it. */
export type Encoder = (text: string) => string;

/**
 * How names are written: as they are, or percent-encoded with `encoding-type=url`, which XML 1.0 can always hold.
 * @throws ServiceError InvalidArgument
 */
export function encoder(call: OssCall): Encoder {
  return encodingType(call) === 'url' ? encode : (text) => text;
}

/** The EncodingType of an answer. @throws ServiceError InvalidArgument */
export function encodingType(call: OssCall): 'url' | undefined {
  const type = parameter(call.query, 'encoding-type') ?? '';
  if (type === 'url') return 'url';
  if (type === '') return undefined;
  throw invalidArgument('encoding-type must be url.', {
    extra: { ArgumentName: 'encoding-type', ArgumentValue: type },
  });
}

/** The common prefix that stands for a key: up to the first delimiter behind `prefix`. Undefined: the key itself. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
}
