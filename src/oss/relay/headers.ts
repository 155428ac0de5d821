// The headers with which a relayed derivative is stored: those of its output, filled in for the upload, and its tags.

import type { NamedTemplate, Relay } from '../../rules/rule.js';
import { render, type Variable } from '../../rules/template.js';
import { encodeKey, encodeStrictly } from '../endpoint.js';
import { notSent } from '../error.js';

/** Gives a variable's value for the upload; undefined where its event does not tell it. */
export type ValueOf = (variable: Variable) => string | undefined;

/**
 * The headers by name, x-oss-tagging among them. A variable's value is percent-encoded but for slashes, as
 * `filename*=UTF-8''{file}` takes it: a key is the uploader's choice, and may hold what a header cannot.
 *
 * @throws OssError kind `permanent`: a variable that the event does not tell, headers that are too long
 */
export function derivativeHeaders({ headers, tags }: Relay, value: ValueOf): Record<string, string> {
  const made: Record<string, string> = {};
  for (const { name, value: template } of headers) {
    made[name] = filled(template, (variable) => {
      const text = value(variable);
      return text === undefined ? undefined : encodeKey(text);
    });
  }
  const pairs = tags.map(({ name, value: template }) => {
    return `${encodeStrictly(name)}=${encodeStrictly(tagValue(filled(template, value)))}`;
  });
  if (pairs.length > 0) made['x-oss-tagging'] = pairs.join('&');
  return made;
}

function filled(template: NamedTemplate['value'], value: ValueOf): string {
  const rendered = render(template, value);
  if ('key' in rendered) return rendered.key;
  throw notSent('permanent', 'MissingVariable', `a header needs {${rendered.missing}}, which this event does not tell`);
}

/** https://www.alibabacloud.com/help/en/oss/developer-reference/putobjecttagging */
function tagValue(text: string): string {
  return [...text.toWellFormed().replace(/[^\p{L}\p{N} +\-=._:/]/gu, '_')].slice(0, 256).join('');
}
