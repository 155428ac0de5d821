// A line of an OSS inventory as a listed object. Which columns there are is the user's choice when the inventory is set
// up; the manifest names them.
import type { ListedObject } from '../oss/list.js';
import { isTooLongForKey } from '../rules/oss-limits.js';
import { UserError } from '../terminal/user-error.js';

/** Where a line has what is needed of it. */
export interface Columns {
  readonly count: number;
  readonly bucket: number;
  readonly key: number;
  readonly size: number;
  readonly lastModified: number;
  readonly etag: number | undefined;
  readonly type: number | undefined;
  /** Of an inventory of all versions. */
  readonly isLatest: number | undefined;
  readonly isDeleteMarker: number | undefined;
}

/** @throws {UserError} naming the columns that are missing */
export function columnsOf(schema: readonly string[], uri: string): Columns {
  const place = (name: string): number | undefined => {
    const at = schema.findIndex((one) => one.toLowerCase() === name.toLowerCase());
    return at === -1 ? undefined : at;
  };
  const missing = ['Bucket', 'Key', 'Size', 'LastModifiedDate'].filter((name) => place(name) === undefined);
  if (missing.length > 0) {
    throw new UserError(`${uri}: the inventory has no ${missing.join(', no ')}; add it to the fields of the inventory`);
  }
  return {
    count: schema.length,
    bucket: place('Bucket') ?? 0,
    key: place('Key') ?? 0,
    size: place('Size') ?? 0,
    lastModified: place('LastModifiedDate') ?? 0,
    etag: place('ETag'),
    type: place('ObjectType'),
    isLatest: place('IsLatest'),
    isDeleteMarker: place('IsDeleteMarker'),
  };
}

/**
 * Reads lines: an object; undefined for what is no object now, an older version or a delete marker; a text that says
 * why the line cannot be read.
 */
export function rowReader(columns: Columns, bucket: string): (line: string) => ListedObject | string | undefined {
  return (line) => {
    const fields = fieldsOf(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (fields === undefined) return 'a quote is not closed';
    if (fields.length !== columns.count) return `it has ${fields.length} columns, not ${columns.count}`;
    const at = (column: number | undefined): string | undefined => (column === undefined ? undefined : fields[column]);
    if (at(columns.bucket) !== bucket) return `it is of another bucket than ${bucket}`;
    if (isTrue(at(columns.isDeleteMarker)) || isTrue(at(columns.isLatest)) === false) return undefined;
    const key = decoded(at(columns.key) ?? '');
    if (key === undefined || key === '' || isTooLongForKey(key)) return 'it has no percent-encoded key';
    const size = at(columns.size) ?? '';
    if (!/^\d{1,15}$/.test(size)) return 'its size is no number of bytes';
    const lastModified = timeOf(at(columns.lastModified) ?? '');
    if (Number.isNaN(lastModified)) return 'its LastModifiedDate is no time';
    const symlink = at(columns.type) === 'Symlink' || undefined;
    return { key, etag: (at(columns.etag) ?? '').replaceAll('"', ''), size: Number(size), lastModified, symlink };
  };
}

/** Undefined without such a column, or where it is empty. */
function isTrue(text: string | undefined): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  return text.toLowerCase() === 'true';
}

function decoded(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** In whole seconds, as a listing has it. */
function timeOf(text: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(\.\d{1,9})?Z$/.test(text)) return Number.NaN;
  const time = Date.parse(`${text.slice(0, 13)}:${text.slice(14, 16)}:${text.slice(17, 19)}Z`);
  return time;
}

/** The fields of a line of CSV, without their quotes. Undefined: a quote is not closed, or something follows it. */
function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let end: number;
    if (line[at] === '"') {
      end = line.indexOf('"', at + 1);
      // Two quotes stand for one of the text.
      while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
      if (end === -1) return undefined;
      const text = line.slice(at + 1, end);
      fields.push(text.includes('"') ? text.replaceAll('""', '"') : text);
      end += 1;
      if (end < line.length && line[end] !== ',') return undefined;
    } else {
      const comma = line.indexOf(',', at);
      end = comma === -1 ? line.length : comma;
      fields.push(line.slice(at, end));
    }
    if (end >= line.length) return fields;
    at = end + 1;
  }
}
