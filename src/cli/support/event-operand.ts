// The operand of `explain`: an object, oss://bucket/key, or a file with an event; and the flags that describe the
// upload.
import { type Delivery, EventError, readEvent, type Upload } from '../../pipeline/event.js';
import { eventFates } from '../../rules/oss-events.js';
import { printable } from '../../rules/printable.js';
import { readBytes } from '../../terminal/file.js';
import { UserError } from '../../terminal/user-error.js';

/** Whether the operand names an object; else it names a file. */
export function isUri(operand: string): boolean {
  return operand.startsWith('oss://');
}

/**
 * The event of an operand, read as the function reads it.
 * @param event replaces the event's own name: an API of OSS, such as CopyObject, or a whole event name
 * @throws {UserError} (2) the operand or `event` is wrong, or the file cannot be read; (1) the file holds no event
 */
export function readOperand(operand: string, event?: string): Delivery {
  const name = event === undefined ? undefined : eventName(event);
  const meant = addressed(operand);
  if (meant !== undefined) {
    throw new UserError(`${printable(operand)} is an address: expected oss://BUCKET/KEY, here ${printable(meant)}`, 2);
  }
  const bytes = isUri(operand) ? eventOf(operand, name ?? 'ObjectCreated:PutObject') : readBytes(operand);
  const delivery = deliveryOf(bytes, operand);
  if (isUri(operand) || name === undefined || delivery.uploads.length === 0) return delivery;
  const events = delivery.uploads.map(({ record }) => ({ ...record, eventName: name }));
  const { uploads, ignored } = deliveryOf(Buffer.from(JSON.stringify({ events })), operand);
  return { ...delivery, uploads, ignored: [...delivery.ignored, ...ignored] };
}

/** The object of an address by http or s3, whose host names the bucket. */
function addressed(operand: string): string | undefined {
  if (!/^(https?|s3):\/\//i.test(operand) || !URL.canParse(operand)) return undefined;
  const { protocol, hostname, pathname } = new URL(operand);
  const bucket = protocol === 's3:' ? hostname : hostname.split('.')[0];
  try {
    return `oss://${bucket}${decodeURIComponent(pathname)}`;
  } catch {
    return `oss://${bucket}${pathname}`;
  }
}

/**
 * Reads an event.
 * @param name of the event, for the message
 * @throws {UserError} (1) the bytes are not an event
 */
export function deliveryOf(bytes: Buffer, name: string): Delivery {
  try {
    return readEvent(bytes);
  } catch (cause) {
    if (!(cause instanceof EventError)) throw cause;
    throw new UserError(`${name}: ${cause.message}`, 1, { cause });
  }
}

function eventOf(uri: string, eventName: string): Buffer {
  const [, name = '', key = ''] = /^oss:\/\/([^/]*)\/(.*)$/s.exec(uri) ?? [];
  if (name === '' || key === '')
    throw new UserError(`'${printable(uri)}' is not an object: expected oss://BUCKET/KEY`, 2);
  return Buffer.from(JSON.stringify({ eventName, eventSource: 'acs:oss', oss: { bucket: { name }, object: { key } } }));
}

function eventName(text: string): string {
  const name = text.replace(/^oss:/, '');
  if (/^Object[A-Za-z]+:[A-Za-z]+$/.test(name)) return name;
  if (name === 'ObjectRemoved') return 'ObjectRemoved:DeleteObject';
  const documented = [...eventFates.keys()].find((full) => full.endsWith(`:${name}`));
  if (documented !== undefined && /^(?!Object)[A-Z]/.test(name)) return documented;
  if (/^[A-Z][A-Za-z]+$/.test(name) && name !== 'ObjectCreated') return `ObjectCreated:${name}`;
  const expected = 'a name such as PutObject or ObjectRemoved:DeleteObject';
  throw new UserError(`--event takes ${expected}, got '${printable(text)}'`, 2);
}

type Described = 'size' | 'etag' | 'time';

/**
 * The properties of the upload that flags give.
 * @throws {UserError} (2) a flag that cannot be read
 */
export function valuesOf(flags: { readonly [Name in Described]?: string | undefined }): Pick<Upload, Described> {
  return {
    ...(flags.size === undefined ? {} : { size: sizeOf(flags.size) }),
    ...(flags.etag === undefined ? {} : { etag: etagOf(flags.etag) }),
    ...(flags.time === undefined ? {} : { time: timeOf(flags.time) }),
  };
}

const units: Readonly<Record<string, number>> = { '': 1, KB: 1_000, MB: 1_000_000 };

function sizeOf(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})\s?(KB|MB)?$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
  throw new UserError(`--size takes bytes, e.g. 300000, 300KB or 4MB, got '${printable(text)}'`, 2);
}

function etagOf(text: string): string {
  const etag = text.replace(/^"|"$/g, '').toUpperCase();
  if (/^[\x21-\x7e]{1,128}$/.test(etag)) return etag;
  throw new UserError(`--etag takes an ETag, got '${printable(text)}'`, 2);
}

function timeOf(text: string): number {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const time = year === undefined ? Number.NaN : Date.parse(text);
  // Date.parse takes the 30th of February for the 1st or 2nd of March.
  const day = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  if (!Number.isNaN(time) && day.getUTCDate() === Number(date)) return time;
  throw new UserError(`--time takes a time in ISO 8601, e.g. 2026-01-31T12:00:00Z, got '${printable(text)}'`, 2);
}
