// Writes the XML of OSS's answers, and reads, strictly, the few request bodies that are XML.
// The reader accepts elements, text, CDATA, the five named entities and character references. It refuses a DOCTYPE and
// processing instructions, so there is nothing to expand, and it bounds the depth and the number of elements.

/**
 * What an element holds: text, or child elements by name. A list repeats its element; undefined leaves it out. The name
 * '' stands for no element: its children are written where it is, so that a list of them may mix names.
 */
export type XmlContent = string | number | boolean | { readonly [name: string]: XmlChild };
type XmlChild = XmlContent | readonly XmlContent[] | undefined;

/** An element that was read: its direct text (outside its children) and its children in order. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

/** The document is not XML, or not XML of the kind and size that this reader accepts. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const maxDepth = 8;
const maxElements = 30_000;

/** The document with one root element, and its declaration. */
export function toXml(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}\n`;
}

function element(name: string, content: XmlChild): string {
  if (content === undefined) return '';
  let inner = '';
  if (typeof content !== 'object') inner = escapeText(String(content));
  else if (isList(content)) {
    for (const one of content) inner += element(name, one);
    return inner;
  } else for (const child in content) inner += element(child, content[child]);
  return name === '' ? inner : `<${name}>${inner}</${name}>`;
}

/** A time (ms) as OSS writes it in XML: it knows whole seconds only, and always shows three digits behind them. */
export function xmlTime(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString();
}

/** Array.isArray does not narrow to a readonly array. */
function isList(content: XmlChild): content is readonly XmlContent[] {
  return Array.isArray(content);
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * XML 1.0 has no form for most control characters and for U+FFFE and U+FFFF. Like live, this writes them as character
 * references, at which strict parsers stop (https://github.com/aliyun/aliyun-oss-java-sdk/issues/333) and lenient ones
 * get the key back; for all of them there is `encoding-type=url`.
 */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  const special = /[&<>\u0000-\u001f\u007f\ufffe\uffff]/g;
  return text.replace(special, (c) => escapes[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

const tokenForm =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([A-Za-z_][\w.:-]*)\s*>|<([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;

/**
 * The root element of `document`.
 * @throws XmlError for anything that is not one well-formed element within the limits.
 */
export function parseXml(document: string): XmlElement {
  const text = document.replace(/^\uFEFF?\s*(?:<\?xml\s[^?>]{0,200}\?>)?/, '');
  const root: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [root];
  let elements = 0;
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < text.length) {
    const token = tokenForm.exec(text);
    const parent = open.at(-1);
    if (!token || !parent) throw new XmlError('the document is not well-formed');
    const [whole, literal, closed, opened, , empty] = token;
    if (literal !== undefined) {
      parent.text += literal;
    } else if (closed !== undefined) {
      if (open.length === 1 || parent.name !== closed) throw new XmlError(`</${closed}> closes nothing`);
      open.pop();
    } else if (opened !== undefined) {
      elements += 1;
      if (elements > maxElements || open.length > maxDepth) throw new XmlError('the document is too large or too deep');
      const child: XmlElement = { name: opened, text: '', children: [] };
      parent.children.push(child);
      if (!empty) open.push(child);
    } else if (!whole.startsWith('<!--')) {
      parent.text += unescapeText(whole);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || !only || root.children.length !== 1 || root.text.trim() !== '') {
    throw new XmlError('the document is not one complete element');
  }
  return only;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(?:([a-z]{2,4})|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g, (_, name, decimal, hex) => {
    const entity = Object.hasOwn(entities, name) ? entities[name] : undefined;
    if (entity !== undefined) return entity;
    const code = decimal ? Number.parseInt(decimal, 10) : hex ? Number.parseInt(hex, 16) : 0;
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new XmlError('the document holds an entity that is not one of the five or a character reference');
    }
    return String.fromCodePoint(code);
  });
}

/** The text of the first child of that name, trimmed; undefined when there is none. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text.trim();
}
