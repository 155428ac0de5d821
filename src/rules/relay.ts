// Which outputs are relayed, since sys/saveas cannot do what they want: it takes no headers and no tags, and OSS gives
// AVIF and HEIC in answer to a GET only. oss/relay has what is done then.
import { maxHeaderBytes } from './header-limits.js';
import type { NamedTemplate, Output, Relay } from './rule.js';
import { literalOf } from './template.js';
import { ValueProblem } from './values.js';

// The last of them decides. OSS documents its own letters only; should it take others, these still find the format.
const formatStep = /^image\/(?:.*\/)?format,([^,/]*)/i;
const blindWatermark = /\/blindwatermark(?=[,/]|$)/i;

/** Undefined: OSS saves the derivative itself. */
export function relayOf(
  style: string,
  headers: readonly NamedTemplate[] = none,
  tags: readonly NamedTemplate[] = none,
): Relay | undefined {
  const last = formatStep.exec(style)?.[1]?.toLowerCase();
  // https://help.aliyun.com/zh/oss/support/0040-00000015
  const format = last === 'avif' || last === 'heic' ? last : undefined;
  return headers.length + tags.length > 0 || format ? Object.freeze({ headers, tags, format }) : undefined;
}

const none: readonly NamedTemplate[] = Object.freeze([]);

/** Why no derivative could be relayed; undefined: it can. */
export function relayProblem(style: string, { headers, tags }: Relay): ValueProblem | undefined {
  if (blindWatermark.test(style)) {
    // https://help.aliyun.com/zh/oss/user-guide/add-blindwatermarks
    return new ValueProblem(['a style without blindwatermark: OSS does it by POST only, and this output takes a GET']);
  }
  // What is sent at least.
  let bytes = 0;
  for (const { name, value } of headers) bytes += name.length + literalOf(value).length;
  for (const { name, value } of tags) bytes += encodeURIComponent(name + literalOf(value)).length;
  if (bytes < maxHeaderBytes) return undefined;
  return new ValueProblem([`less than ${maxHeaderBytes} bytes of headers and tags, with names`], `${bytes}`);
}

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
