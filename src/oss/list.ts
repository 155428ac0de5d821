// A page of a bucket's keys: the query of ListObjectsV2 and its answer. Keys are requested percent-encoded, since XML
// cannot hold every character of a key. https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2
import { element, unexpectedAnswer, unquoted } from './answer.js';
import type { WireAnswer } from './connection.js';

export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  /** Epoch ms, whole seconds. */
  readonly lastModified: number;
  /** ETag, size and time are those of the link, not of what it leads to. */
  readonly symlink?: boolean | undefined;
}

export interface ListPage {
  /** In the order of the keys' UTF-8 bytes. */
  readonly objects: readonly ListedObject[];
  /** Absent on the last page. */
  readonly next?: string | undefined;
}

/** The query of a page. `after`: `next` of the previous page; `startAfter`: a key, where this is the first page. */
export function listQuery(
  prefix: string,
  limit: number,
  after?: string,
  startAfter?: string,
): (readonly [string, string])[] {
  return [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['max-keys', String(limit)],
    ...(prefix === '' ? [] : [['prefix', prefix] as const]),
    ...(after === undefined ? [] : [['continuation-token', after] as const]),
    ...(startAfter === undefined ? [] : [['start-after', startAfter] as const]),
  ];
}

/**
 * Reads a page.
 * @throws OssError `UnexpectedResponse`, transient: the answer is cut off or not a list. A list that goes on without a
 *   token counts as that too: it would be read for ever, or taken for complete.
 */
export function readListPage(answer: WireAnswer): ListPage {
  const xml = answer.body.toString('utf8').trimEnd();
  const objects: ListedObject[] = [];
  let whole = !answer.truncated && xml.endsWith('</ListBucketResult>');
  for (let at = xml.indexOf('<Contents>'); at !== -1 && whole; at = xml.indexOf('<Contents>', at + 1)) {
    const object = listedObject(xml.slice(at, xml.indexOf('</Contents>', at)));
    if (object === undefined) whole = false;
    else objects.push(object);
  }
  const more = element(xml, 'IsTruncated') === 'true';
  const next = more ? element(xml, 'NextContinuationToken') : undefined;
  if (!whole || (more && !next)) throw unexpectedAnswer(answer, 'not a list of objects');
  return next === undefined ? { objects } : { objects, next };
}

/** Undefined: what is there is not an object of a list. */
function listedObject(xml: string): ListedObject | undefined {
  const key = decoded(element(xml, 'Key') ?? '');
  const etag = unquoted(element(xml, 'ETag') ?? '');
  const size = Number(element(xml, 'Size') || Number.NaN);
  const lastModified = Date.parse(element(xml, 'LastModified') ?? '');
  const symlink = element(xml, 'Type') === 'Symlink' || undefined;
  return key && size >= 0 && lastModified >= 0 ? { key, etag, size, lastModified, symlink } : undefined;
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
