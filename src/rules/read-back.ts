// From a target back to its source: the template is read as a pattern, which tells the parts of the source's key.
import { type Template, templateUses, type Variable } from './template.js';

/** What a target tells of the key of its source, were it made by this template. */
export type KeyParts = Readonly<Partial<Record<'dir' | 'file' | 'name' | 'ext', string>>>;

/** More that are unknown could take long to be told apart: a key is the uploader's choice. */
const maxUnknown = 2;

/**
 * Gives a function that reads targets of a template back, for sources of `bucket` under `rule`; undefined for a target
 * that the template cannot have given. The parts may be of no source at all, or of another one where several have the
 * target: whoever uses them renders them again. Undefined: the template has too many unknown parts.
 */
export function targetReader(
  template: Template,
  bucket: string,
  rule: string,
): ((target: string) => KeyParts | undefined) | undefined {
  if (free.filter((variable) => templateUses(template, variable)).length > maxUnknown) return undefined;
  const seen = new Set<string>();
  const group = (variable: string, pattern: string) =>
    seen.size < seen.add(variable).size ? `(?<${variable}>${pattern})` : `\\k<${variable}>`;
  const pieces = template.parts.map((part) => {
    const variable = typeof part === 'string' ? '' : part.variable;
    if (variable === 'key') return group('dir', patterns.dir) + group('file', text);
    const known = { '': part as string, bucket, rule }[variable as ''];
    return known === undefined ? group(variable, patterns[variable as 'dir'] ?? text) : escaped(known);
  });
  const pattern = new RegExp(`^${pieces.join('')}$`);
  return (target) => {
    const found = pattern.exec(target);
    return found ? { ...found.groups } : undefined;
  };
}

const free: readonly Variable[] = ['key', 'file', 'name', 'ext', 'etag'];

const text = '[^/]*';
const hex = '[\\dA-Fa-f-]+';
// A key does not begin with a slash, so that its folder does not either.
const patterns = {
  dir: '(?:[^/]+/(?:[^/]*/)*)?',
  ext: '[^/.]*',
  etag: hex,
  year: '\\d{4}',
  month: '\\d\\d',
  day: '\\d\\d',
};

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
