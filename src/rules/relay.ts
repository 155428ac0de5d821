// Which outputs are relayed, since sys/saveas cannot do what they want: it takes no headers and no tags, and OSS gives
// AVIF and HEIC in answer to a GET only. oss/relay has what is done then.
import type { NamedTemplate, Output, Relay } from './rule.js';

// https://help.aliyun.com/zh/oss/support/0040-00000015
const getOnly = /^image\/(?:.*\/)?format,(avif|heic)(?:[,/]|$)/i;

/** Undefined: OSS saves the derivative itself. */
export function relayOf(
  style: string,
  headers: readonly NamedTemplate[] = none,
  tags: readonly NamedTemplate[] = none,
): Relay | undefined {
  const format = getOnly.exec(style)?.[1]?.toLowerCase() as Relay['format'];
  if (headers.length + tags.length === 0 && format === undefined) return undefined;
  return Object.freeze({ headers, tags, format });
}

const none: readonly NamedTemplate[] = Object.freeze([]);

/** Why an output is relayed, as what it asks for: `cache-control`, `tags`, `format,avif`. Empty: it is not. */
export function reasonsToRelay({ relay }: Pick<Output, 'relay'>): string[] {
  if (relay === undefined) return [];
  const { headers, tags, format } = relay;
  return [
    ...headers.map(({ name }) => name),
    ...(tags.length > 0 ? ['tags'] : []),
    ...(format === undefined ? [] : [`format,${format}`]),
  ];
}
