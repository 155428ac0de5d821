// Whether a text can be an s.yaml at all, told before `s` is asked: what it says of these does not help.
import type { Document } from 'yaml';
import { isMap } from 'yaml';
import { showText } from '../rules/issue.js';

/** The only one that `s` 3.1.10 takes. */
const edition = '3.0.0';

/** What is wrong; undefined: nothing. */
export function editionMistake(documents: readonly Document.Parsed[]): string | undefined {
  const [document, ...more] = documents;
  if (document === undefined || document.contents === null || isNull(document)) return 'is empty';
  if (more.length > 0) return `holds ${documents.length} YAML documents, divided by ---: expected one`;
  if (!isMap(document.contents)) return `holds no keys: expected edition: ${edition}, name, access and resources`;
  const found: unknown = document.get('edition');
  if (found === edition) return undefined;
  if (found === undefined) return `has no edition: expected the line edition: ${edition}`;
  return `has ${shown(found)}: expected edition: ${edition}, the only one that Serverless Devs takes`;
}

function isNull({ contents }: Document.Parsed): boolean {
  return (contents as { value?: unknown } | null)?.value === null;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return `the edition ${value}`;
  return typeof value === 'string' ? `the edition ${showText(value)}` : 'an edition that is no text';
}
