// Conditional and range requests: how If-* headers and Range change an answer.
// https://www.alibabacloud.com/help/en/oss/developer-reference/getobject

import type { IncomingHttpHeaders } from 'node:http';
import { refuse } from '../error.js';
import type { StoredObject } from '../storage/storage.js';

/**
 * Whether the client's copy is current (304). `prefix` is `x-oss-copy-source-` for a copy.
 * @throws ServiceError PreconditionFailed
 */
export function notModified(headers: IncomingHttpHeaders, object: StoredObject, prefix = ''): boolean {
  const value = (name: string) => headers[`${prefix}${name}`]?.toString();
  const match = value('if-match');
  const noneMatch = value('if-none-match');
  const since = time(value('if-modified-since'));
  const unmodifiedSince = time(value('if-unmodified-since'));
  if (match !== undefined && !names(match, object.etag))
    throw refuse('PreconditionFailed', { extra: { Condition: 'If-Match' } });
  if (unmodifiedSince !== undefined && object.lastModified > unmodifiedSince) {
    throw refuse('PreconditionFailed', { extra: { Condition: 'If-Unmodified-Since' } });
  }
  if (noneMatch !== undefined) return names(noneMatch, object.etag);
  return since !== undefined && object.lastModified <= since;
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const bare = item.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
    return bare === '*' || bare.toUpperCase() === etag.toUpperCase();
  });
}

function time(text: string | undefined): number | undefined {
  const value = Date.parse(text ?? '');
  return Number.isNaN(value) ? undefined : value;
}

/**
 * The first and last byte that a GET requests; undefined: all. OSS answers a range that is not wholly inside the object
 * with the whole object, unless `x-oss-range-behavior: standard` requests what HTTP prescribes.
 * @throws ServiceError InvalidRange (standard behaviour only)
 */
export function byteRange(headers: IncomingHttpHeaders, size: number): { first: number; last: number } | undefined {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '');
  const [, from = '', to = ''] = parts ?? [];
  if (!parts || (from === '' && to === '')) return undefined;
  const standard = headers['x-oss-range-behavior'] === 'standard';
  const first = from === '' ? size - Number(to) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Number(to);
  if (from !== '' && to !== '' && last < first) return undefined;
  if (first >= 0 && first < size && last < size) return { first, last };
  if (!standard) return undefined;
  if (first >= size || (from === '' && Number(to) === 0)) throw refuse('InvalidRange');
  return { first: Math.max(first, 0), last: Math.min(last, size - 1) };
}
