// The headers and tags of an output as a configuration has them: names, and templates of values. They get into the
// heads of requests, so nothing in them may end a header, and nothing is accepted that OSS refuses for every upload.

import { maxTagValue, objectHeader, strayInTag } from './header-limits.js';
import { mismatch, Placeholder } from './issue.js';
import { objectOf, type Reader, type Reading, readAt, refuse, resultOf } from './reading.js';
import type { NamedTemplate } from './rule.js';
import { literalOf, type Template, type TemplateIssue } from './template.js';
import { readTemplate } from './values.js';

/** What headers and tags differ in. */
interface Kind {
  readonly noun: 'header' | 'tag';
  readonly most: number;
  readonly name: RegExp;
  readonly names: string;
  /** Characters of the literal text of a value. */
  readonly longest: number;
  /** Finds what cannot stand in a value. */
  readonly stray: RegExp;
  readonly values: string;
}

/** Those that a user may choose, beside metadata. */
export const objectHeaders = ['Cache-Control', 'Content-Disposition', 'Content-Language', 'Expires'];

const headers: Kind = {
  noun: 'header',
  most: 100,
  name: objectHeader,
  names: `one of the headers ${objectHeaders.join(', ')} and x-oss-meta-…, with … of a-z 0-9 -`,
  longest: Number.POSITIVE_INFINITY,
  stray: /[^ -~]|^ | $|^$/,
  values: 'printable ASCII only, not empty, no space at either end',
};

const tags: Kind = {
  noun: 'tag',
  // https://www.alibabacloud.com/help/en/oss/support/0010-00000216
  most: 10,
  name: /^[\p{L}\p{N} +\-=._:/]{1,128}$/u,
  names: 'a tag key of 1 to 128 letters, digits, spaces and + - = . _ : /',
  longest: maxTagValue,
  stray: strayInTag,
  values: 'letters, digits, spaces and + - = . _ : / only',
};

/** Reads headers; the names are given in lower case. */
export const headersOf: Reader<readonly NamedTemplate[]> = (input, at) => namedOf(headers, input, at);
export const tagsOf: Reader<readonly NamedTemplate[]> = (input, at) => namedOf(tags, input, at);

function namedOf(kind: Kind, input: unknown, at: Reading): readonly NamedTemplate[] | undefined {
  const { noun, most } = kind;
  const object = objectOf(input, [`${noun}s`], at);
  if (object === undefined) return undefined;
  const pairs: (readonly [name: string, value: unknown])[] = [];
  // Thousands of rules repeat them. This text has two lines a pair where all is well, and more where a name or a value
  // has a line's end, or is no text: so no mistake is taken for what was good before.
  let text: string = noun;
  for (const name in object) {
    if (pairs.length > most) break;
    if (!Object.hasOwn(object, name)) continue;
    const value = object[name];
    pairs.push([name, value]);
    text += `\n${name}\n${typeof value === 'string' ? value : '\n'}`;
  }
  const { length } = pairs;
  if (length === 0 || length > most) {
    return refuse(at, `1 to ${most} ${noun}s, or no such key`, new Placeholder(length === 0 ? 'none' : 'more'));
  }
  const shared = at.named.get(text);
  if (shared?.length === length) return shared;
  const before = at.issues.length;
  const found: NamedTemplate[] = [];
  for (const [name, value] of pairs) readAt(name, value, () => readOne(kind, name, value, found, at), at);
  if (at.issues.length > before) return undefined;
  at.named.set(text, Object.freeze(found));
  return found;
}

function readOne(kind: Kind, written: string, input: unknown, found: NamedTemplate[], at: Reading): undefined {
  const name = kind === headers ? written.toLowerCase() : written;
  if (!kind.name.test(written)) {
    at.issues.push({ ...mismatch('', kind.names, written), key: { name: written, known: [] } });
  }
  if (found.some((other) => other.name === name)) refuse(at, 'each header once, in one spelling', written);
  const read = readTemplate(input, `a ${kind.noun} value`, (template) => issuesOf(kind, name, template));
  const value = resultOf(read, input, at);
  if (value !== undefined) found.push(Object.freeze({ name, value }));
}

function issuesOf({ stray, values, longest }: Kind, name: string, template: Template): TemplateIssue[] {
  const { text } = template;
  // The braces of variables are neither here nor there.
  const at = text.replace(/[{}]/g, '.').search(stray);
  if (at >= 0) return [{ at, message: values }];
  if ([...literalOf(template)].length > longest) return [{ message: `at most ${longest} characters of literal text` }];
  return name === 'expires' && !isHttpDate(text)
    ? [{ message: 'a date such as Thu, 01 Jan 2032 00:00:00 GMT, and no variable' }]
    : [];
}

/** In the form that HTTP wants to be written: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
function isHttpDate(text: string): boolean {
  return text.length === 29 && new Date(text).toUTCString() === text;
}
