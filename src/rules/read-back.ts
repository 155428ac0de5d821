// From a target back to its source: the template is read as a pattern, which tells the parts of the source's key.
import { type Template, templateUses, type Variable } from './template.js';

/** What a target tells of the key of its source, were it made by this template. */
export type KeyParts = Readonly<Partial<Record<'dir' | 'file' | 'name' | 'ext', string | undefined>>>;

/** More that are unknown could take long to be told apart: a key is the uploader's choice. */
const maxUnknown = 2;

/**
 * Gives a function that reads targets of a template back, for sources of `bucket` under `rule`; undefined for a target
 * that the template cannot have given. The parts are those of one key, but it may be of no source at all, or of another
 * one where several have the target: whoever uses them renders them again. Undefined: the template has too many unknown
 * parts.
 */
export function targetReader(
  template: Template,
  bucket: string,
  rule: string,
): ((target: string) => KeyParts | undefined) | undefined {
  const uses = (variable: Variable) => templateUses(template, variable);
  if (free.filter(uses).length > maxUnknown) return undefined;
  const hasFile = uses('file') || uses('key');
  const repeats = [hasFile, uses('name'), uses('ext')].filter(Boolean).length > 1;
  const readers = (repeats ? fileForms : [anyFile]).map((form) => {
    const pattern = patternOf(template, { bucket, rule }, form);
    return (target: string): KeyParts | undefined => {
      const found = pattern.exec(target);
      if (found === null) return undefined;
      const parts: KeyParts = { ...found.groups };
      return repeats && hasFile ? { ...parts, file: form.whole(parts) } : parts;
    };
  });
  return (target) => {
    for (const read of readers) {
      const parts = read(target);
      if (parts !== undefined) return parts;
    }
    return undefined;
  };
}

/** How the file's parts are written as patterns; a part that comes twice is the same text twice. */
interface FileForm {
  readonly name: string;
  readonly ext: string;
  /** What {file} is, by the parts' patterns, and by their texts. */
  readonly file: (part: (variable: 'file' | 'name' | 'ext') => string) => string;
  readonly whole: (parts: KeyParts) => string | undefined;
}

const text = '[^/]*';
const someExtension: FileForm = {
  name: '[^/]+',
  ext: '[^/.]+',
  file: (part) => `${part('name')}\\.${part('ext')}`,
  whole: ({ name, ext }) => `${name}.${ext}`,
};
const anyFile: FileForm = { name: text, ext: '[^/.]*', file: (part) => part('file'), whole: ({ file }) => file };
/** For a template that tells more than one of {file}, {name} and {ext}, which must agree: a file has one of these. */
const fileForms: readonly FileForm[] = [
  someExtension,
  { name: '(?:[^/][^/.]*)?', ext: '', file: (part) => part('name'), whole: ({ name }) => name },
  // A dot at its end: {ext} is empty.
  { ...someExtension, ext: '', file: (part) => `${part('name')}\\.`, whole: ({ name }) => `${name}.` },
];

const free: readonly Variable[] = ['key', 'file', 'name', 'ext', 'etag'];

// A key does not begin with a slash, so that its folder does not either.
const dir = '(?:[^/]+/(?:[^/]*/)*)?';
const versions: Partial<Record<Variable, string>> = {
  etag: '[\\dA-Fa-f-]+',
  year: '\\d{4}',
  month: '\\d\\d',
  day: '\\d\\d',
};

function patternOf(template: Template, known: { bucket: string; rule: string }, form: FileForm): RegExp {
  const seen = new Set<string>();
  const group = (variable: string, pattern: string) =>
    seen.size < seen.add(variable).size ? `(?<${variable}>${pattern})` : `\\k<${variable}>`;
  const part = (variable: 'file' | 'name' | 'ext') => group(variable, variable === 'file' ? text : form[variable]);
  const pieces = template.parts.map((piece) => {
    if (typeof piece === 'string') return escaped(piece);
    const { variable } = piece;
    switch (variable) {
      case 'bucket':
      case 'rule':
        return escaped(known[variable]);
      case 'key':
        return group('dir', dir) + form.file(part);
      case 'file':
        return form.file(part);
      case 'name':
      case 'ext':
        return part(variable);
      default:
        return group(variable, versions[variable] ?? dir);
    }
  });
  return new RegExp(`^${pieces.join('')}$`);
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
