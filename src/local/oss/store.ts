// Storing and removing an object, with the event that follows. Every operation that changes an object ends here.

import type { IncomingHttpHeaders } from 'node:http';
import { type Call, requireBucket } from './call.js';
import { refuse } from './error.js';
import { type EventName, eventRecord } from './event.js';
import type { Staged, StoredObject } from './storage/storage.js';

/** What to store. `etag` without quotes. `unless` looks at the object that is there at the last moment and may throw. */
export interface Storing {
  bucketName: string;
  key: string;
  body: Buffer;
  etag: string;
  headers: Readonly<Record<string, string>>;
  type?: StoredObject['type'];
  symlinkTarget?: string;
  event: EventName;
  position?: number;
  forbidOverwrite?: boolean;
  unless?: (existing: StoredObject | undefined) => void;
}

const keptHeaders =
  /^(?:content-type|content-encoding|content-disposition|content-language|cache-control|expires|x-oss-meta-.+)$/;
const maxMeta = 8 * 1024;

/**
 * Stores an object and reports it.
 * @throws ServiceError NoSuchBucket, FileAlreadyExists
 */
export async function storeObject(call: Call, what: Storing): Promise<StoredObject> {
  const { storage, now } = call.service;
  const { bucketName, key, body } = what;
  await call.beforeStore?.();
  requireBucket(call, bucketName);
  const staged = await storage.stage(bucketName, body);
  const existing = storage.object(bucketName, key);
  guard(staged, () => {
    requireBucket(call, bucketName);
    if (what.forbidOverwrite && existing) throw refuse('FileAlreadyExists', { extra: { Key: key } });
    what.unless?.(existing);
  });
  const object: StoredObject = {
    key,
    size: body.length,
    etag: what.etag,
    lastModified: Math.floor(now() / 1000) * 1000,
    type: what.type ?? 'Normal',
    headers: what.headers,
    ...(what.symlinkTarget !== undefined && { symlinkTarget: what.symlinkTarget }),
  };
  storage.commit(bucketName, object, staged);
  const { position } = what;
  report(call, what.event, {
    bucketName,
    key,
    size: object.size,
    formerSize: existing?.size ?? 0,
    etag: object.etag,
    ...(position !== undefined && { position }),
  });
  return object;
}

/** Removes an object and reports it; false, and no event, when there is none. */
export async function removeObject(call: Call, key: string, event: EventName): Promise<boolean> {
  await call.beforeStore?.();
  const { bucketName } = call;
  const { storage } = call.service;
  requireBucket(call, bucketName);
  const existing = storage.object(bucketName, key);
  if (!existing) return false;
  storage.remove(bucketName, key);
  report(call, event, { bucketName, key, size: 0, formerSize: existing.size, etag: existing.etag });
  return true;
}

interface Reported {
  bucketName: string;
  key: string;
  size: number;
  formerSize: number;
  etag: string;
  position?: number;
}

/** Hands the event of a change to the service's listener. */
export function report(call: Call, name: EventName, { bucketName, ...change }: Reported): void {
  const { service, caller, requestId, sourceAddress } = call;
  const { region, accountId, now } = service;
  const principalId = caller?.key.principalId ?? accountId;
  service.onEvent(
    eventRecord({
      name,
      bucket: bucketName,
      ...change,
      time: now(),
      region,
      accountId,
      principalId,
      requestId,
      sourceAddress,
    }),
  );
}

/** The headers of a request that are kept with an object. @throws ServiceError MetadataTooLarge, InvalidArgument */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  let meta = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !keptHeaders.test(name)) continue;
    kept[name] = headerText(name, String(value));
    if (name.startsWith('x-oss-meta-')) meta += name.length + String(value).length;
  }
  if (meta > maxMeta) throw refuse('MetadataTooLarge');
  return kept;
}

/** A value that may go out as a header again. @throws ServiceError InvalidArgument for control characters or text outside latin1. */
export function headerText(name: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw refuse('InvalidArgument', {
    message: `The value of ${name} cannot be a header.`,
    extra: { ArgumentName: name },
  });
}

/** Whether x-oss-forbid-overwrite asks to keep an existing object. */
export function forbidsOverwrite(headers: IncomingHttpHeaders): boolean {
  return headers['x-oss-forbid-overwrite'] === 'true';
}

function guard(staged: Staged, check: () => void): void {
  try {
    check();
  } catch (error) {
    staged.discard();
    throw error;
  }
}
