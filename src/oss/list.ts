// A page of a bucket's keys: ListObjectsV2, asked for percent-encoded, since XML cannot hold every character of a key.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2
import { type Answer, requestIdOf } from './answer.js';
import type { WireAnswer } from './connection.js';
import { OssError } from './error.js';

export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  /** Epoch ms, whole seconds. */
  readonly lastModified: number;
}

export interface ListPage {
  /** In the order of the keys' UTF-8 bytes. */
  readonly objects: readonly ListedObject[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** The query of a page. `after`: what `next` of the page before said. */
export function listQuery(prefix: string, limit: number, after?: string): (readonly [string, string])[] {
  return [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['max-keys', String(limit)],
    ...(prefix === '' ? [] : [['prefix', prefix] as const]),
    ...(after === undefined ? [] : [['continuation-token', after] as const]),
  ];
}

/**
 * Reads a page.
 * @throws OssError `UnexpectedResponse`, transient: cut off, or not a list. A truncated list without a token would be
 * read for ever, or taken for whole.
 */
export function readListPage(answer: WireAnswer): ListPage {
  const xml = answer.body.toString('utf8');
  if (answer.truncated || !/<\/ListBucketResult>\s*$/.test(xml)) throw notAList(answer);
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, one = '']) => {
    const key = decoded(text(one, 'Key'));
    const lastModified = Date.parse(text(one, 'LastModified'));
    const size = Number(text(one, 'Size') || Number.NaN);
    if (key === undefined || key === '' || Number.isNaN(size)) throw notAList(answer);
    return { key, etag: text(one, 'ETag').replace(/"|&quot;/g, ''), size, lastModified };
  });
  if (text(xml, 'IsTruncated') !== 'true') return { objects };
  const next = unescapeXml(text(xml, 'NextContinuationToken'));
  if (next === '') throw notAList(answer);
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

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(escaped: string): string {
  return escaped.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');
}

function notAList(answer: Answer): OssError {
  return new OssError({
    message: `UnexpectedResponse (HTTP ${answer.status}): not a list of objects`,
    status: answer.status,
    code: 'UnexpectedResponse',
    kind: 'transient',
    requestId: requestIdOf(answer),
  });
}
