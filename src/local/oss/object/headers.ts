// The headers of objects: which a request leaves with one, and by which an answer names what is stored.

import type { IncomingHttpHeaders } from 'node:http';
import { type OssCall, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import type { StoredObject } from '../storage/storage.js';
import { versionHeaders } from './versioning.js';

const keptHeaders =
  /^(?:content-type|content-encoding|content-disposition|content-language|cache-control|expires|x-oss-meta-.+)$/;
const maxMeta = 8 * 1024;

/**
 * The headers of a request that are kept with an object, over `defaults`.
 * @throws ServiceError MetadataTooLarge, InvalidArgument
 */
export function objectHeaders(
  headers: IncomingHttpHeaders,
  defaults: Readonly<Record<string, string>> = { 'content-type': 'application/octet-stream' },
): Record<string, string> {
  const kept: Record<string, string> = { ...defaults };
  let meta = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !keptHeaders.test(name)) continue;
    kept[name] = headerText(name, String(value));
    if (name.startsWith('x-oss-meta-')) meta += name.length + String(value).length;
  }
  if (meta > maxMeta) throw refuse('MetadataTooLarge');
  return kept;
}

/**
 * A value that may go out as a header again. @throws ServiceError InvalidArgument for control characters or text
 * outside latin1.
 */
export function headerText(name: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw invalidArgument(`The value of ${name} cannot be a header.`, { extra: { ArgumentName: name } });
}

/** Whether the request forbids to replace an existing object. */
export function forbidsOverwrite(headers: IncomingHttpHeaders): boolean {
  return headers['x-oss-forbid-overwrite']?.toString().toLowerCase() === 'true';
}

/** The headers by which an answer names an object that is stored: its content and, where there are versions, which. */
export function storedHeaders(call: OssCall, object: StoredObject): Record<string, string> {
  return { ...contentHeaders(object), ...versionHeaders(requireBucket(call), object) };
}

/** The headers by which an answer names the content of an object or part. */
export function contentHeaders(what: { etag: string; crc64?: string | bigint | undefined }): Record<string, string> {
  const checksum = what.crc64 === undefined ? {} : { 'x-oss-hash-crc64ecma': String(what.crc64) };
  return { ETag: `"${what.etag}"`, ...checksum };
}
