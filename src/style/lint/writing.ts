// Lint of a text that is a style but for how it was written down: copied together with the request around it,
// percent-encoded, or with the full-width characters and the white space of other texts.
import { decodeText } from '../base64url.js';
import { catalogue, definitionOf, type ImageOperationName, isOperationName } from '../catalogue.js';
import { maxStyleLength } from '../grammar.js';
import { percentDecoded } from './base64.js';
import { finding, type LintFinding } from './finding.js';

/** The one finding about such a text: its fix is the style. Undefined for any other text, right or wrong. */
export function lintWriting(text: string): LintFinding | undefined {
  if (text.length > maxStyleLength) return undefined;
  const separated = withOwnSeparators(text);
  const inside = styleInside(separated);
  const meant = inside ?? separated;
  if (meant === text || !/^(?:image|style)\/./.test(meant)) return undefined;
  if (inside !== undefined) {
    return finding('error', 'malformed', { start: 0, end: text.length }, whatIsAround(separated), inside);
  }
  let start = 0;
  while (text[start] === separated[start]) start += 1;
  const message = /\s/.test(text[start] ?? '')
    ? 'A style holds no white space.'
    : 'A style has no full-width characters: "/" separates actions, and "," what belongs to an action.';
  return finding('error', 'malformed', { start, end: start + 1 }, message, meant);
}

const operations = Object.keys(catalogue) as ImageOperationName[];
const texts = operations.flatMap((op) =>
  Object.entries(definitionOf(op).parameters).flatMap(([name, { type }]) => (type === 'base64url' ? [name] : [])),
);
// Up to the next argument or operation: a text that is not encoded may hold a "/".
const textValue = new RegExp(
  `([,，、]\\s*(?:${texts.join('|')})[_＿])([^,/]*(?:/(?!\\s*(?:${operations.join('|')})\\b)[^,/]*)*)`,
  'u',
);

/** With OSS's separators and nothing beside them. A text in a style stays: a comma in it is of the text. */
function withOwnSeparators(style: string): string {
  return style
    .split(textValue)
    .map((part, index) => (index % 3 === 2 ? textWithRest(part) : withoutSpace(halfWidth(part))))
    .join('')
    .trim();
}

// Behind what is base64 already, a separator ends it.
function textWithRest(value: string): string {
  const [, text = '', rest = ''] = /^\s*([\w+-]+={0,2})(\s*[，／、].*)$/su.exec(value) ?? [];
  if (rest !== '' && decodeText(text) !== undefined) return text + withOwnSeparators(rest);
  return value.trim();
}

// Each of U+FF01 to U+FF5E is the wide form of an ASCII character.
function halfWidth(text: string): string {
  return text
    .replaceAll('、', ',')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

function withoutSpace(text: string): string {
  return text
    .split(/([,/_])/)
    .map((part) => part.trim())
    .join('');
}

const pastQuery = /x-oss-process=([^&#\s"']*)/i;

/** The style in a text that holds more, or holds it in another form. */
function styleInside(text: string): string | undefined {
  // A parameter of the request may also stand unencoded in the image of a watermark.
  if (/^style\/|^image\/(?![a-z-]*%)/.test(text)) return undefined;
  const whole = percentDecoded(pastQuery.exec(text)?.[1] ?? text).replace(/^\/?(?:image|style)\//i, (start) =>
    start.toLowerCase().replace(/^\//, ''),
  );
  const style = whole.replace(/(?:\||[,/]sys\/).*$/is, '');
  const [action = ''] = /^[a-z-]+(?=[,/]|$)/.exec(style) ?? [];
  if (isOperationName(action)) return `image/${style}`;
  return /^(?:image|style)\/./.test(style) ? style : undefined;
}

function whatIsAround(text: string): string {
  if (pastQuery.test(text)) return 'A rule has the style alone: what stands behind "x-oss-process=" in a request.';
  return text.includes('%') ? 'A style is not percent-encoded.' : 'A style starts with "image/" or "style/".';
}
