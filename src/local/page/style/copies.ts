// The style in the forms in which it is used elsewhere.

import { parseStyle, StyleError } from '../../../style/grammar.js';
import { localAccount } from '../../account.js';
import { literal } from '../literal.js';
import type { ObjectName } from '../object-name.js';
import { builderCode } from './builder-code.js';

export const forms = ['style', 'builder', 'output', 'address'] as const;
export type CopyForm = (typeof forms)[number];

/** Undefined where the style has no such form. */
export function copyOf(form: CopyForm, style: string, { bucket, key }: ObjectName): string | undefined {
  switch (form) {
    case 'style':
      return style;
    case 'builder':
      return builderCode(style);
    case 'output':
      return outputEntry(style, bucket);
    case 'address': {
      const path = key.split('/').map(encodeURIComponent).join('/');
      const query = encodeURIComponent(style).replaceAll('%2F', '/').replaceAll('%2C', ',');
      return `https://${bucket}.oss-${localAccount.region}.aliyuncs.com/${path}?x-oss-process=${query}`;
    }
  }
}

/** An entry of `outputs`, into another bucket than the source's, whose results would start the function again. */
function outputEntry(style: string, bucket: string): string {
  const ends = formatOf(style);
  const key = ends === undefined ? '{key}' : `{key}.${ends}`;
  return [
    '{',
    `  style: ${literal(style)},`,
    `  to: { bucket: ${literal(`${bucket.slice(0, 59)}-out`)}, key: ${literal(key)} },`,
    '},',
  ].join('\n');
}

function formatOf(style: string): string | undefined {
  try {
    return parseStyle(style).findLast(({ op }) => op === 'format')?.args[0]?.value;
  } catch (error) {
    if (error instanceof StyleError) return undefined;
    throw error;
  }
}
