// The headers with which a relayed derivative is stored: those of its output, filled in for the upload, and its tags.
// Keys are the uploader's choice, and hold whatever they like: none of it ends a header, or makes one that OSS refuses.

import { maxHeaderBytes, maxTagValue, strayInTag } from '../../rules/header-limits.js';
import type { NamedTemplate, Relay } from '../../rules/rule.js';
import { render, type Variable } from '../../rules/template.js';
import { encodeKey, encodeStrictly } from '../endpoint.js';
import { notSent } from '../error.js';

/** Gives a variable's value for the upload; undefined where its event does not tell it. */
export type ValueOf = (variable: Variable) => string | undefined;

/**
 * The headers by name, x-oss-tagging among them; one whose value comes to nothing is left out. A variable's value is
 * percent-encoded but for slashes, as `filename*=UTF-8''{file}` takes it; in a tag, what a tag cannot hold is `_`.
 *
 * @throws OssError kind `permanent`: a variable that the event does not tell, headers that are too long
 */
export function derivativeHeaders({ headers, tags }: Relay, value: ValueOf): Record<string, string> {
  const made: Record<string, string> = {};
  for (const { name, value: template } of headers) {
    const text = filled(template, value, encodeKey).trim();
    if (text !== '') made[name] = text;
  }
  const pairs = tags.map(({ name, value: template }) => {
    return `${encodeStrictly(name)}=${encodeStrictly(tagValue(filled(template, value, String)))}`;
  });
  if (pairs.length > 0) made['x-oss-tagging'] = pairs.join('&');
  const bytes = Object.entries(made).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  if (bytes < maxHeaderBytes) return made;
  const why = `${bytes} bytes of headers and tags, and OSS takes less than ${maxHeaderBytes}`;
  throw notSent('permanent', 'HeadersTooLong', why);
}

function filled(template: NamedTemplate['value'], value: ValueOf, encode: (text: string) => string): string {
  const rendered = render(template, (variable) => {
    const text = value(variable);
    return text && encode(text.toWellFormed());
  });
  if ('key' in rendered) return rendered.key;
  const why = `a header or a tag needs {${rendered.missing}}, which this event does not tell`;
  throw notSent('permanent', 'MissingVariable', why);
}

const strays = new RegExp(strayInTag, 'gu');

function tagValue(text: string): string {
  return Array.from(text.replace(strays, '_')).slice(0, maxTagValue).join('');
}
