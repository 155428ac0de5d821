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
  const found = [...unwrap(decodeText(bytes), '', maxEnvelopes)];
  const malformed = found.flatMap((record) => ('malformed' in record ? [record.malformed] : []));
  const [first] = malformed;
  if (found.length === 0) throw new EventError('the event holds no record: its list of records is empty');
  if (first !== undefined && found.length === malformed.length) {
    const about = first.message.startsWith(first.at || 'the event') ? '' : `${first.at || 'the event'} `;
    throw new EventError(`the event holds no record that can be read: ${about}${first.message}`);
  }
  return {
    uploads: found.flatMap((record) => ('upload' in record ? [record.upload] : [])),
    ignored: found.flatMap((record) => ('ignored' in record ? [record.ignored] : [])),
    malformed: malformed.length === 0 ? [] : withDigest(malformed, bytes),
    ticks: found.flatMap((record) => ('tick' in record ? [record.tick] : [])),
  };
}

function withDigest(malformed: readonly Omit<MalformedRecord, 'digest'>[], bytes: Uint8Array): MalformedRecord[] {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return malformed.map((record) => ({ ...record, digest }));
}

type Found =
  | { readonly upload: Upload }
  | { readonly ignored: IgnoredRecord }
  | { readonly malformed: Omit<MalformedRecord, 'digest'>; readonly isRecord?: boolean; readonly isTooDeep?: boolean }
  | { readonly tick: Tick };

function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) throw new EventError('the event is empty: expected JSON');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EventError('the event is not UTF-8 text: expected JSON', { cause });
  }
}

function* unwrap(value: unknown, at: string, envelopes: number): Generator<Found> {
  if (envelopes === 0) throw new TooDeep(`the event is wrapped more than ${maxEnvelopes} times`);
  if (typeof value === 'string') {
    yield* unwrap(parseText(value, at), at, envelopes - 1);
  } else if (Array.isArray(value)) {
    yield* unwrapList(value, at, envelopes);
  } else if (!isObject(value)) {
    throw new EventError(`${at || 'the event'} is ${nameOf(value)}: expected an OSS event object`);
  } else if (Array.isArray(value['events'])) {
    yield* unwrapList(value['events'], join(at, 'events'), envelopes);
  } else if (value['oss'] !== undefined || value['eventName'] !== undefined) {
    yield readOssRecord(value, at);
  } else {
    yield* unwrapObject(value, at, envelopes);
  }
}

function* unwrapObject(value: Json, at: string, envelopes: number): Generator<Found> {
  const envelope = messageEnvelopeOf(value);
  if (envelope !== undefined) {
    yield* unwrapEnvelope(envelope, at, envelopes);
  } else if (typeof value['triggerTime'] === 'string' && typeof value['triggerName'] === 'string') {
    yield { tick: { triggerName: value['triggerName'], triggerTime: value['triggerTime'] } };
  } else {
    const what = at || 'the event';
    throw new EventError(
      `${what} is an object of no known shape: expected events, oss, specversion and data, Message, messageBody, body, ` +
        'requestPayload or triggerTime in it',
    );
  }
}

/** One unreadable element must not cost the others, so inside a list a wrong shape is that element's alone. */
function* unwrapList(list: readonly unknown[], at: string, envelopes: number): Generator<Found> {
  for (const [index, element] of list.entries()) {
    const place = `${at}[${index}]`;
    try {
      yield* unwrap(element, place, envelopes - 1);
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      yield { malformed: { at: place, message: error.message }, isTooDeep: error instanceof TooDeep };
    }
  }
}

/** Looks inside first: OSS's events also come in the envelopes of others. */
function unwrapEnvelope(envelope: MessageEnvelope, at: string, envelopes: number): Found[] {
  const { field, content, origin, id, type = '', givenUp } = envelope;
  const source = `event:${id || at}`;
  // OSS's own news of buckets and accounts has records of other shapes.
  const named = isObject(content) && content['oss'] !== undefined;
  const fate = type.startsWith('oss:') ? eventFate(type.slice(4)) : undefined;
  if (fate === 'skip' && !named) return [{ ignored: { source, reason: 'not-an-upload' } }];
  try {
    if (content === undefined) throw new EventError(`${at || 'the event'} is a CloudEvent without data`);
    const found = [...unwrap(content, join(at, field), envelopes - 1)];
    if (origin === undefined || !found.every((one) => isNothing(one, givenUp))) {
      return givenUp ? found.map(asGivenUp) : found;
    }
  } catch (error) {
    if (origin === undefined || !(error instanceof EventError) || error instanceof TooDeep) throw error;
  }
  return [{ ignored: { source, reason: 'foreign-source', origin } }];
}

/**
 * Not even a bad record of OSS, but something of another shape or service. A bad record that was given up is nothing
 * either: thrown once more, it would come back for ever.
 */
function isNothing(found: Found, givenUp = false): boolean {
  if ('malformed' in found) return !found.isTooDeep && (givenUp || !found.isRecord);
  return 'ignored' in found && found.ignored.reason === 'foreign-source';
}

function asGivenUp(found: Found): Found {
  return 'upload' in found ? { upload: { ...found.upload, givenUp: true } } : found;
}

/** A wrapping that has no end is no message of another service: nobody knows what is in it. */
class TooDeep extends EventError {}

function parseText(text: string, at: string): unknown {
  const value = valueOfText(text);
  if (value === undefined) throw new EventError(`${at || 'the event'} is neither JSON nor base64 of JSON`);
  return value;
}

function readOssRecord(record: Json, at: string): Found {
  const { eventSource, eventName: name } = record;
  const oss = isObject(record['oss']) ? record['oss'] : {};
  const bucket = isObject(oss['bucket']) ? oss['bucket']['name'] : undefined;
  const object = isObject(oss['object']) ? oss['object'] : {};
  const key = object['key'];
  const source = isText(bucket) && isText(key) ? objectUri(bucket, key) : undefined;
  if (eventSource !== undefined && eventSource !== 'acs:oss' && eventSource !== 'acs.oss') {
    const origin = {
      source: isText(eventSource) ? shorten(eventSource) : 'unknown',
      type: isText(name) ? shorten(name) : '',
    };
    return { ignored: { source: source ?? (at || 'event'), reason: 'foreign-source', origin } };
  }
  const event = isText(name) && name.startsWith('oss:') ? name.slice(4) : name;
  const fate = isText(event) ? eventFate(event) : undefined;
  // The name comes first: what happens to a bucket names no object.
  if (fate === 'skip') {
    const place = source ?? (isText(bucket) ? `oss://${shorten(bucket)}` : at || 'event');
    return { ignored: { source: place, reason: 'not-an-upload' } };
  }
  if (!isText(event) || !isText(bucket) || !isText(key)) {
    const fields = { eventName: name, 'oss.bucket.name': bucket, 'oss.object.key': key };
    const missing = Object.entries(fields).flatMap(([field, value]) => (isText(value) ? [] : [field]));
    const message = `lacks ${missing.join(', ')}: expected non-empty text`;
    const isRecord = eventSource !== undefined || fate !== undefined || record['oss'] !== undefined;
    return { malformed: { at, message, source: source && shorten(source, 1_200) }, isRecord };
  }
  if (fate === undefined) return { ignored: { source: objectUri(bucket, key), reason: 'not-an-upload' } };
  const given = object['size'];
  const size = typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : undefined;
  const kind = fate === 'removal' ? 'removed' : 'stored';
  if (kind === 'stored' && size === 0 && key.endsWith('/')) {
    return { ignored: { source: objectUri(bucket, key), reason: 'folder' } };
  }
  const upload = uploadOf(record, { kind, event, bucket, key, size, eTag: object['eTag'] });
  // What is read may be something else: of a link, it is the object that the link leads to.
  return { upload: fate === 'look' ? { ...upload, size: undefined } : upload };
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
