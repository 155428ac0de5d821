// A page of a bucket's keys: the query of ListObjectsV2 and its answer. Keys are requested percent-encoded, since XML
// cannot hold every character of a key. https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2
import { unescapeXml, unexpectedAnswer } from './answer.js';
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
  const xml = answer.body.toString('utf8');
  const notAList = () => unexpectedAnswer(answer, 'not a list of objects');
  if (answer.truncated || !/<\/ListBucketResult>\s*$/.test(xml)) throw notAList();
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, one = '']) => {
    const key = decoded(text(one, 'Key'));
    const lastModified = Date.parse(text(one, 'LastModified'));
    const size = Number(text(one, 'Size') || Number.NaN);
    if (key === undefined || key === '' || Number.isNaN(size)) throw notAList();
    const symlink = text(one, 'Type') === 'Symlink' || undefined;
    return { key, etag: text(one, 'ETag').replace(/"|&quot;/g, ''), size, lastModified, symlink };
  });
  if (text(xml, 'IsTruncated') !== 'true') return { objects };
  const next = unescapeXml(text(xml, 'NextContinuationToken'));
  if (next === '') throw notAList();
  return { objects, next };
}

function text(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(unescapeXml(encoded).replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
