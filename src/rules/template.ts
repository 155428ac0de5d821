// Templates: `thumbs/{dir}{name}.webp`, which decides the key of every derivative, is parsed once, when the rules are
// loaded (parseTemplate). For every upload, pipeline/target.ts fills it in (render) with the values of {name}, {ext} or
// others (variableOf), and refuses a key that OSS would refuse. Headers and tags of derivatives are templates too.

import { hasDotSegment, isTooLongForKey, maxKeyBytes, startsWithSlash, utf8Length } from './oss-limits.js';

const maxLength = 4096;
export const variableNames = [
  'bucket',
  'key',
  'dir',
  'file',
  'name',
  'ext',
  'rule',
  'etag',
  'year',
  'month',
  'day',
] as const;

export type Variable = (typeof variableNames)[number];

/** A parsed template: literal text and variables, in order; `text` is what the user wrote. */
export interface Template {
  readonly text: string;
  readonly parts: readonly (string | { readonly variable: Variable })[];
}

/** A mistake in a template. `at` counts UTF-16 units from 0; without it, the mistake is in the text as a whole. */
export interface TemplateIssue {
  readonly at?: number | undefined;
  readonly message: string;
}

/** The values for one upload; `undefined` where its event does not tell a value. */
export type Variables = Readonly<Record<Variable, string | undefined>>;

/**
 * An uploaded object, as far as templates use it. `time` is the event's, as a Date, ISO 8601 text or epoch
 * milliseconds.
 */
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string | undefined;
  readonly time?: Date | string | number | undefined;
}

// One part for each variable, as it is written, shared by all templates.
const references: ReadonlyMap<string, { readonly variable: Variable }> = new Map(
  variableNames.map((variable) => [`{${variable}}`, Object.freeze({ variable })]),
);

/** Reads a template, or lists every mistake in it. `literalIssues`: those of its literal text, of a key by default. */
export function parseTemplate(
  text: string,
  literalIssues: (template: Template) => TemplateIssue[] = keyIssues,
): { template: Template } | { issues: TemplateIssue[] } {
  if (text.length > maxLength) return { issues: [{ message: `it has more than ${maxLength} characters` }] };
  const { template, strays } = cutTemplate(text);
  const issues = strays.length === 0 ? literalIssues(template) : strays.map(strayIssue);
  return issues.length === 0 ? { template } : { issues };
}

/** What stands in a template and means nothing there: a brace without its other one, or `{name}` of no variable. */
export interface Stray {
  /** In UTF-16 units from 0. */
  readonly at: number;
  readonly text: string;
}

/** Cuts a text at its variables. It is a template only where there are no strays. */
export function cutTemplate(text: string): { readonly template: Template; readonly strays: readonly Stray[] } {
  const parts: (string | { readonly variable: Variable })[] = [];
  const strays: Stray[] = [];
  let at = 0;
  for (const piece of text.split(/(\{[^{}]*\}|[{}])/)) {
    const reference = references.get(piece);
    if (reference !== undefined) parts.push(reference);
    else if (/[{}]/.test(piece)) strays.push({ at, text: piece });
    else if (piece !== '') parts.push(piece);
    at += piece.length;
  }
  return { template: Object.freeze({ text, parts: Object.freeze(parts) }), strays };
}

function strayIssue({ at, text }: Stray): TemplateIssue {
  if (text === '}') return { at, message: '"}" without a "{" before it (no template holds a literal brace)' };
  if (text === '{') return { at, message: '"{" without its "}" (no template holds a literal brace)' };
  const listed = variableNames.map((name) => `{${name}}`).join(' ');
  return { at, message: `unknown variable "{${text.slice(1, -1).slice(0, 40)}}"; there are ${listed}` };
}

// The mistakes for which OSS would refuse the key of every upload, or act on another key.
function keyIssues({ text, parts }: Template): TemplateIssue[] {
  const issues: TemplateIssue[] = [];
  if (text === '') issues.push({ message: 'the template is empty' });
  if (startsWithSlash(text)) issues.push({ at: 0, message: `a key must not start with "${text[0]}"` });
  if (!text.isWellFormed()) {
    issues.push({ at: text.search(/\p{Surrogate}/u), message: 'a lone surrogate, which UTF-8 cannot express' });
  }
  const bytes = isTooLongForKey(text) ? utf8Length(literalOf({ parts })) : 0;
  if (bytes > maxKeyBytes) {
    issues.push({ message: `its literal text has ${bytes} bytes, more than OSS's ${maxKeyBytes}` });
  }
  if (hasDotSegment(outline(parts))) {
    issues.push({ message: 'a "." or ".." segment, which HTTP clients resolve away' });
  }
  return issues;
}

// The literal text with \0 for each variable; but with nothing for a {dir} at the start of a segment, since it ends in
// a slash.
function outline(parts: Template['parts']): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if (part.variable !== 'dir' || !(text === '' || text.endsWith('/'))) text += '\0';
  }
  return text;
}

/** The text of a template without its variables. */
export function literalOf({ parts }: Pick<Template, 'parts'>): string {
  let text = '';
  for (const part of parts) if (typeof part === 'string') text += part;
  return text;
}

/** The key, or the first variable of the template that has no value for this upload. */
export function render(
  template: Template,
  value: (variable: Variable) => string | undefined,
): { key: string } | { missing: Variable } {
  let key = '';
  for (const part of template.parts) {
    if (typeof part === 'string') {
      key += part;
      continue;
    }
    const filled = value(part.variable);
    if (filled === undefined) return { missing: part.variable };
    key += filled;
  }
  return { key };
}

/** Every variable's value for one upload under one rule. */
export function variablesOf(object: UploadedObject, ruleName: string): Variables {
  const values = variableNames.map((variable) => [variable, variableOf(variable, object, ruleName)]);
  return Object.fromEntries(values) as Variables;
}

/** A variable's value for one upload under one rule. Dates are UTC; the ETag loses its quotes and keeps its case. */
export function variableOf(variable: Variable, object: UploadedObject, ruleName: string): string | undefined {
  const { bucket, key, etag, time } = object;
  switch (variable) {
    case 'bucket':
      return bucket;
    case 'key':
      return key;
    case 'dir':
      return key.slice(0, key.lastIndexOf('/') + 1);
    case 'file':
      return fileOf(key);
    case 'name':
      return fileOf(key).slice(0, dotOf(fileOf(key)));
    case 'ext':
      return fileOf(key).slice(dotOf(fileOf(key)) + 1);
    case 'rule':
      return ruleName;
    case 'etag':
      return etag?.replace(/^"|"$/g, '') || undefined;
    case 'year':
      return dateOf(time)?.slice(0, 4);
    case 'month':
      return dateOf(time)?.slice(5, 7);
    case 'day':
      return dateOf(time)?.slice(8, 10);
  }
}

function fileOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Where the extension begins; its end where the file has none. */
function dotOf(file: string): number {
  const dot = file.lastIndexOf('.');
  return dot > 0 ? dot : file.length;
}

function dateOf(time: UploadedObject['time']): string | undefined {
  const date = new Date(time ?? '');
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined;
}

/** The variables whose values depend on the version of the source. */
export const versionVariables: readonly Variable[] = ['year', 'month', 'day', 'etag'];

/** Whether two versions of one source can have two keys. */
export function namesVersion(template: Template): boolean {
  return versionVariables.some((variable) => templateUses(template, variable));
}

/** Whether a template depends on a variable. */
export function templateUses(template: Template, variable: Variable): boolean {
  return template.parts.some((part) => typeof part !== 'string' && part.variable === variable);
}
