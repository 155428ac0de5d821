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
  const unknown = free.filter((variable) => templateUses(template, variable));
  if (unknown.length > maxUnknown) return undefined;
  const seen = new Set<Variable>();
  const group = (variable: Variable, pattern: string) => {
    if (seen.has(variable)) return `\\k<${variable}>`;
    seen.add(variable);
    return `(?<${variable}>${pattern})`;
  };
  const pieces = template.parts.map((part) => {
    if (typeof part === 'string') return escaped(part);
    const { variable } = part;
    if (variable === 'bucket') return escaped(bucket);
    if (variable === 'rule') return escaped(rule);
    if (variable === 'key') return group('dir', folders) + group('file', text);
    return group(variable, patterns[variable] ?? text);
  });
  const pattern = new RegExp(`^${pieces.join('')}$`);
  return (target) => pattern.exec(target)?.groups;
}

const free: readonly Variable[] = ['key', 'file', 'name', 'ext', 'etag'];

const text = '[^/]*';
const folders = '(?:[^/]*/)*';
const patterns: Readonly<Partial<Record<Variable, string>>> = {
  dir: folders,
  ext: '[^/.]*',
  year: '\\d{4}',
  month: '\\d\\d',
  day: '\\d\\d',
};

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
