// The upload that a person tries the rules with, as it is typed.

/** Bytes of such as `300000`, `300 KB`, `4MB`; undefined: none is given; 'wrong': it cannot be read. */
export function sizeOf(typed: string): number | undefined | 'wrong' {
  const text = typed.trim();
  if (text === '') return undefined;
  const [, digits, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)\s*(b|kb|mb|gb)?$/i.exec(text) ?? [];
  if (digits === undefined) return 'wrong';
  return Math.round(Number(digits) * (factors[unit.toLowerCase()] ?? 1));
}

const factors: Readonly<Record<string, number>> = { kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };

/** Bucket and key of an address that was pasted in the place of a key; undefined: it is a key. */
export function addressIn(typed: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^oss:\/\/([^/]+)\/(.*)$/s.exec(typed) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** The place of a rule from a path such as `rules[3].outputs[0]`; undefined: it is of no rule. */
export function ruleOf(path: string): number | undefined {
  const [, index] = /^rules\[(\d+)\]/.exec(path) ?? [];
  return index === undefined ? undefined : Number(index);
}
