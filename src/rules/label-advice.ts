// What to write in place of a name that means a header, tags or something else that an object has beside its bytes.
import { nearest } from '../style/lint/nearest.js';
import { objectHeaders } from './headers-and-tags.js';

const label =
  /^(?:cache-?control|content-?(?:type|disposition|encoding|language)|expires|headers?|meta(?:data)?|tags?|tagging|(?:object-?)?acl|storage-?class)$/i;

/** Whether a key that a configuration does not have is one of those. */
export function isLabel(name: string): boolean {
  return label.test(name);
}

const ofBucket = 'leave it out: a derivative has the ACL and the storage class of its bucket';
const ofFormat = 'leave it out: OSS says what type the result has';

/** What to write in place of such a key. */
export function labelFix(name: string): string {
  const folded = fold(name);
  const header = objectHeaders.find((one) => fold(one) === folded);
  if (header !== undefined) return `headers: { '${header}': … }, in an output`;
  if (folded.startsWith('tag')) return 'tags: { … }, in an output';
  if (folded.startsWith('header')) return 'headers: { … }, in an output';
  if (folded.startsWith('meta')) return `headers: { 'x-oss-meta-…': … }, in an output`;
  return folded.startsWith('content') ? ofFormat : ofBucket;
}

/** What to write in place of a name that stands in `headers` and cannot. */
export function headerFix(name: string): string {
  const possible = `possible here: ${objectHeaders.join(', ')}, x-oss-meta-…`;
  if (/(?:acl|storage-?class)$/i.test(name)) return `${ofBucket}; ${possible}`;
  if (/^content-?(?:type|encoding)$/i.test(name)) return `${ofFormat}; ${possible}`;
  if (/tagging$/i.test(name)) return 'tags: { … }, beside "headers"';
  if (/^access-control-/i.test(name)) return `leave it out: the CORS rules of the bucket say that; ${possible}`;
  const [, own] = /^(?:x[-_])?(?:oss[-_])?meta[-_](.{1,64})$/i.exec(name) ?? [];
  if (own !== undefined) return `x-oss-meta-${own.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return nearest(name, objectHeaders) ?? `leave it out; ${possible}`;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
