// The event of an object, as OSS would send it now: for an object that is there an upload, else a removal.
import { localAccount } from '../account.js';
import { type EventRecord, eventRecord } from '../oss/object/event.js';
import type { ObjectNow } from './routes/uploads.js';

/** @param time epoch ms @param requestId of the request that it stands for */
export function eventOf({ bucket, key, size, etag = '' }: ObjectNow, time: number, requestId: string): EventRecord {
  const { region, accountId } = localAccount;
  return eventRecord({
    name: size === undefined ? 'ObjectRemoved:DeleteObject' : 'ObjectCreated:PutObject',
    bucket,
    key,
    size: size ?? 0,
    previousSize: size ?? 0,
    etag,
    time,
    region,
    accountId,
    principalId: accountId,
    requestId,
    sourceAddress: '127.0.0.1',
  });
}
