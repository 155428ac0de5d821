// Bytes → records. Takes every shape in which an OSS event can reach a function and gives back its uploads and
// removals, or a reason for each record that is neither. message-envelope.ts opens what wraps the records. Knows
// nothing of rules and OSS calls. After: journal/run.ts runs each upload, journal/timer.ts each tick.
import { createHash } from 'node:crypto';
import { objectUri } from '../oss/object-name.js';
import { eventFate } from '../rules/oss-events.js';
import {
  isObject,
  isText,
  type Json,
  type MessageEnvelope,
  messageEnvelopeOf,
  type Origin,
  shorten,
  valueOfText,
} from './message-envelope.js';

/** An object that was stored or removed, as the event describes it. `key` is literal: OSS does not URL-encode it. */
export interface Upload {
  readonly kind: 'stored' | 'removed';
  /** The event's name without its `oss:` prefix, e.g. `ObjectCreated:PutObject`. */
  readonly event: string;
  readonly bucket: string;
  readonly key: string;
  /** Bytes; absent when the event does not say. */
  readonly size?: number | undefined;
  /** Without quotes, upper case. */
  readonly etag?: string | undefined;
  /** Epoch milliseconds of `eventTime`. */
  readonly time?: number | undefined;
  /** Function Compute gave this event up before: an earlier invocation may have been ended in the middle of a call. */
  readonly givenUp?: true | undefined;
  /** What a journal needs to run this upload again: the known fields of the record, in the native shape. */
  readonly record: OssRecord;
}

/** A record of the native `{events: […]}` shape, reduced to the fields that this function reads or hands on. */
export interface OssRecord {
  readonly eventName: string;
  readonly eventSource: 'acs:oss';
  readonly eventTime?: string | undefined;
  readonly eventVersion: '1.0';
  readonly region?: string | undefined;
  readonly oss: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly size?: number | undefined; readonly eTag?: string | undefined };
  };
  readonly responseElements?: { readonly requestId: string } | undefined;
}

/** A record that needs nothing done: it is reported as a skip. */
export interface IgnoredRecord {
  readonly source: string;
  readonly reason: 'not-an-upload' | 'foreign-source' | 'folder';
  /** Who sent it: for `foreign-source`. */
  readonly origin?: Origin | undefined;
}

/** A record that cannot be read; the others of its batch are handled all the same. */
export interface MalformedRecord {
  /** Where it stands, e.g. `events[2]`. */
  readonly at: string;
  readonly message: string;
  /** The object, where the record names one: `oss://bucket/key`. */
  readonly source?: string | undefined;
  /** SHA-256 of the whole event: distinguishes two without keeping what may be a secret. */
  readonly digest: string;
}

/** The timer trigger's event. */
export interface Tick {
  readonly triggerName: string;
  readonly triggerTime: string;
}

export interface Delivery {
  readonly uploads: readonly Upload[];
  readonly ignored: readonly IgnoredRecord[];
  readonly malformed: readonly MalformedRecord[];
  readonly ticks: readonly Tick[];
}

/** The bytes are no event at all. The message never quotes them: a payload may hold anything. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly code = 'EventError';
}

/** Each time that Function Compute gives an event up and a queue brings it back, six come on; more is an attack. */
const maxEnvelopes = 100;

/**
 * Reads an event. Accepts `{events: […]}`, one bare record, a CloudEvent with `data`, an array of these, a message of
 * SMQ (MNS) or RocketMQ with a `Message`, `messageBody` or `body` that is JSON or base64 of JSON, what Function Compute
 * hands to an onFailure destination (`requestPayload`), base64 text of any of them, and the timer trigger's event.
 * @throws {EventError} when the bytes are none of these
 */
export function readEvent(bytes: Uint8Array): Delivery {
  const found = nothingYet();
  readValue(decodeText(bytes), '', maxEnvelopes, found);
  const { uploads, ignored, malformed, ticks } = found;
  if (uploads.length + ignored.length + ticks.length === 0) throw nothingReadable(malformed);
  return { uploads, ignored, malformed: malformed.length === 0 ? [] : withDigest(malformed, bytes), ticks };
}

/** What has been read so far. */
interface Found {
  readonly uploads: Upload[];
  readonly ignored: IgnoredRecord[];
  readonly malformed: Unreadable[];
  readonly ticks: Tick[];
}

interface Unreadable extends Omit<MalformedRecord, 'digest'> {
  /** It is a record of OSS, though a bad one. */
  readonly isRecord: boolean;
  readonly isTooDeep: boolean;
}

function nothingYet(): Found {
  return { uploads: [], ignored: [], malformed: [], ticks: [] };
}

function nothingReadable([first]: readonly Unreadable[]): EventError {
  if (first === undefined) return new EventError('the event holds no record: its list of records is empty');
  const about = first.message.startsWith(first.at || 'the event') ? '' : `${first.at || 'the event'} `;
  return new EventError(`the event holds no record that can be read: ${about}${first.message}`);
}

function withDigest(malformed: readonly Unreadable[], bytes: Uint8Array): MalformedRecord[] {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return malformed.map(({ at, message, source }) => ({ at, message, source, digest }));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) throw new EventError('the event is empty: expected JSON');
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new EventError('the event is not UTF-8 text: expected JSON', { cause });
  }
}

/** Adds what a value holds to what was found. Throws before it has added anything. */
function readValue(value: unknown, at: string, envelopes: number, found: Found): void {
  if (envelopes === 0) throw new TooDeep(`the event is wrapped more than ${maxEnvelopes} times`);
  if (typeof value === 'string') {
    readValue(parseText(value, at), at, envelopes - 1, found);
  } else if (Array.isArray(value)) {
    readList(value, at, envelopes, found);
  } else if (!isObject(value)) {
    throw new EventError(`${at || 'the event'} is ${nameOf(value)}: expected an OSS event object`);
  } else if (Array.isArray(value['events'])) {
    readList(value['events'], join(at, 'events'), envelopes, found);
  } else if (value['oss'] !== undefined || value['eventName'] !== undefined) {
    readOssRecord(value, at, found);
  } else {
    readOther(value, at, envelopes, found);
  }
}

/** One unreadable element must not cost the others, so inside a list a wrong shape is that element's alone. */
function readList(list: readonly unknown[], at: string, envelopes: number, found: Found): void {
  for (let index = 0; index < list.length; index += 1) {
    const place = `${at}[${index}]`;
    try {
      readValue(list[index], place, envelopes - 1, found);
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      const { message } = error;
      found.malformed.push({ at: place, message, isRecord: false, isTooDeep: error instanceof TooDeep });
    }
  }
}

function readOther(value: Json, at: string, envelopes: number, found: Found): void {
  const envelope = messageEnvelopeOf(value);
  if (envelope !== undefined) {
    readEnvelope(envelope, at, envelopes, found);
  } else if (typeof value['triggerTime'] === 'string' && typeof value['triggerName'] === 'string') {
    found.ticks.push({ triggerName: value['triggerName'], triggerTime: value['triggerTime'] });
  } else {
    const what = at || 'the event';
    throw new EventError(
      `${what} is an object of no known shape: expected events, oss, specversion and data, Message, messageBody, body, ` +
        'requestPayload or triggerTime in it',
    );
  }
}

/** Looks inside first: OSS's events also come in the envelopes of others. */
function readEnvelope(envelope: MessageEnvelope, at: string, envelopes: number, found: Found): void {
  const { field, content, origin, id, type = '', givenUp } = envelope;
  const source = `event:${id || at}`;
  // OSS's own news of buckets and accounts has records of other shapes.
  const named = isObject(content) && content['oss'] !== undefined;
  const fate = type.startsWith('oss:') ? eventFate(type.slice(4)) : undefined;
  if (fate === 'skip' && !named) {
    found.ignored.push({ source, reason: 'not-an-upload' });
    return;
  }
  const inside = nothingYet();
  try {
    if (content === undefined) throw new EventError(`${at || 'the event'} is a CloudEvent without data`);
    readValue(content, join(at, field), envelopes - 1, inside);
  } catch (error) {
    if (origin === undefined || !(error instanceof EventError) || error instanceof TooDeep) throw error;
  }
  if (origin !== undefined && isNothing(inside, givenUp)) {
    found.ignored.push({ source, reason: 'foreign-source', origin });
    return;
  }
  for (const upload of inside.uploads) found.uploads.push(givenUp ? { ...upload, givenUp } : upload);
  for (const one of inside.ignored) found.ignored.push(one);
  for (const one of inside.malformed) found.malformed.push(one);
  for (const one of inside.ticks) found.ticks.push(one);
}

/**
 * Not even a bad record of OSS, but something of another shape or service. A bad record that was given up is nothing
 * either: thrown once more, it would come back for ever.
 */
function isNothing({ uploads, ignored, malformed, ticks }: Found, givenUp = false): boolean {
  return (
    uploads.length + ticks.length === 0 &&
    ignored.every(({ reason }) => reason === 'foreign-source') &&
    malformed.every(({ isRecord, isTooDeep }) => !isTooDeep && (givenUp || !isRecord))
  );
}

/** A wrapping that has no end is no message of another service: nobody knows what is in it. */
class TooDeep extends EventError {}

function parseText(text: string, at: string): unknown {
  const value = valueOfText(text);
  if (value === undefined) throw new EventError(`${at || 'the event'} is neither JSON nor base64 of JSON`);
  return value;
}

function readOssRecord(record: Json, at: string, found: Found): void {
  const { eventSource, eventName: name } = record;
  const oss = isObject(record['oss']) ? record['oss'] : noFields;
  const bucket = isObject(oss['bucket']) ? oss['bucket']['name'] : undefined;
  const object = isObject(oss['object']) ? oss['object'] : noFields;
  const key = object['key'];
  if (eventSource !== undefined && eventSource !== 'acs:oss' && eventSource !== 'acs.oss') {
    const source = isText(eventSource) ? shorten(eventSource) : 'unknown';
    const origin = { source, type: isText(name) ? shorten(name) : '' };
    found.ignored.push({ source: uriOf(bucket, key) ?? (at || 'event'), reason: 'foreign-source', origin });
    return;
  }
  const event = isText(name) && name.startsWith('oss:') ? name.slice(4) : name;
  const fate = isText(event) ? eventFate(event) : undefined;
  // The name comes first: what happens to a bucket names no object.
  if (fate === 'skip') {
    const place = uriOf(bucket, key) ?? (isText(bucket) ? `oss://${shorten(bucket)}` : at || 'event');
    found.ignored.push({ source: place, reason: 'not-an-upload' });
    return;
  }
  if (!isText(event) || !isText(bucket) || !isText(key)) {
    const fields = { eventName: name, 'oss.bucket.name': bucket, 'oss.object.key': key };
    const missing = Object.entries(fields).flatMap(([field, value]) => (isText(value) ? [] : [field]));
    const message = `lacks ${missing.join(', ')}: expected non-empty text`;
    const isRecord = eventSource !== undefined || fate !== undefined || record['oss'] !== undefined;
    const uri = uriOf(bucket, key);
    found.malformed.push({ at, message, source: uri && shorten(uri, 1_200), isRecord, isTooDeep: false });
    return;
  }
  if (fate === undefined) {
    found.ignored.push({ source: objectUri(bucket, key), reason: 'not-an-upload' });
    return;
  }
  const given = object['size'];
  const size = typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : undefined;
  const kind = fate === 'removal' ? 'removed' : 'stored';
  if (kind === 'stored' && size === 0 && key.endsWith('/')) {
    found.ignored.push({ source: objectUri(bucket, key), reason: 'folder' });
    return;
  }
  const upload = uploadOf(record, { kind, event, bucket, key, size, eTag: object['eTag'] });
  // What is read may be something else: of a link, it is the object that the link leads to.
  found.uploads.push(fate === 'look' ? { ...upload, size: undefined } : upload);
}

const noFields: Json = {};

/** The object that a record names, if it names one. */
function uriOf(bucket: unknown, key: unknown): string | undefined {
  return isText(bucket) && isText(key) ? objectUri(bucket, key) : undefined;
}

interface Essentials {
  readonly kind: Upload['kind'];
  readonly event: string;
  readonly bucket: string;
  readonly key: string;
  readonly size: number | undefined;
  readonly eTag: unknown;
}

function uploadOf(record: Json, { kind, event, bucket, key, size, eTag }: Essentials): Upload {
  const etag = isText(eTag) && eTag.length <= 128 ? eTag.replace(/^"|"$/g, '').toUpperCase() : undefined;
  const eventTime = isText(record['eventTime']) && record['eventTime'].length <= 40 ? record['eventTime'] : undefined;
  const time = eventTime === undefined ? Number.NaN : Date.parse(eventTime);
  const region = isText(record['region']) && record['region'].length <= 64 ? record['region'] : undefined;
  const response = isObject(record['responseElements']) ? record['responseElements']['requestId'] : undefined;
  const requestId = isText(response) && /^[0-9A-Za-z-]{1,64}$/.test(response) ? response : undefined;
  return {
    kind,
    event,
    bucket,
    key,
    size,
    etag,
    time: Number.isNaN(time) ? undefined : time,
    record: {
      eventName: event,
      eventSource: 'acs:oss',
      eventVersion: '1.0',
      eventTime,
      region,
      oss: { bucket: { name: bucket }, object: { key, size, eTag: etag } },
      responseElements: requestId === undefined ? undefined : { requestId },
    },
  };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return `a ${typeof value}`;
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
