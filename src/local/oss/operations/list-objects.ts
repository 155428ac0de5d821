// ListObjects (marker) and ListObjectsV2 (continuation token): one walk over the sorted keys, two ways to write it down.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2

import { authorize, type Call, numberParameter, type Operation, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { parameter } from '../resolve.js';
import { encode } from '../signature.js';
import type { StoredObject } from '../storage/storage.js';
import { toXml, type XmlNode } from '../xml.js';
import { owner } from './bucket.js';

interface Page {
  objects: StoredObject[];
  prefixes: string[];
  last: string | undefined;
  truncated: boolean;
}

export const listObjects: Operation = async (call) => {
  const text = encoder(call);
  const marker = parameter(call.query, 'marker') ?? '';
  const { page, shared } = list(call, marker, text);
  const next = page.truncated && page.last !== undefined ? [['NextMarker', text(page.last)] as const] : [];
  const nodes: XmlNode[] = [...shared, ['Marker', text(marker)], ...next];
  return { status: 200, body: toXml(['ListBucketResult', [...nodes, ...contents(call, page, text, true)]]) };
};

export const listObjectsV2: Operation = async (call) => {
  const text = encoder(call);
  const token = parameter(call.query, 'continuation-token');
  const startAfter = parameter(call.query, 'start-after') ?? '';
  const { page, shared } = list(call, token === undefined ? startAfter : readToken(token), text);
  const nodes: XmlNode[] = [
    ...shared,
    ...(startAfter !== '' ? [['StartAfter', text(startAfter)] as const] : []),
    ...(token !== undefined ? [['ContinuationToken', token] as const] : []),
    ...(page.truncated && page.last !== undefined ? [['NextContinuationToken', writeToken(page.last)] as const] : []),
    ['KeyCount', page.objects.length + page.prefixes.length],
  ];
  const withOwner = parameter(call.query, 'fetch-owner') === 'true';
  return { status: 200, body: toXml(['ListBucketResult', [...nodes, ...contents(call, page, text, withOwner)]]) };
};

function list(call: Call, after: string, text: (value: string) => string): { page: Page; shared: XmlNode[] } {
  authorize(call, 'oss:ListObjects', call.bucketName);
  const { name } = requireBucket(call);
  const prefix = parameter(call.query, 'prefix') ?? '';
  const delimiter = parameter(call.query, 'delimiter') ?? '';
  const limit = numberParameter(call, 'max-keys', 100, 1, 1000);
  const page = walk(call, { prefix, delimiter, after, limit });
  const shared: XmlNode[] = [
    ['Name', name],
    ['Prefix', text(prefix)],
    ['MaxKeys', limit],
    ['Delimiter', text(delimiter)],
    ['IsTruncated', page.truncated],
    ...(parameter(call.query, 'encoding-type') === 'url' ? [['EncodingType', 'url'] as const] : []),
  ];
  return { page, shared };
}

/** Keys after `after`, those that share a part up to the delimiter rolled into one prefix. A prefix counts as one key. */
function walk(
  call: Call,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Page {
  const { storage } = call.service;
  const start = Buffer.from(after);
  const page: Page = { objects: [], prefixes: [], last: undefined, truncated: false };
  let rolled: string | undefined;
  for (const key of storage.keys(call.bucketName)) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
    // A page that ended in a rolled-up prefix goes on behind everything under it.
    if (group !== undefined && (group === after || group === rolled)) continue;
    if (Buffer.compare(Buffer.from(key), start) <= 0) continue;
    if (page.objects.length + page.prefixes.length === limit) return { ...page, truncated: true };
    rolled = group;
    page.last = group ?? key;
    const object = group === undefined ? storage.object(call.bucketName, key) : undefined;
    if (group !== undefined) page.prefixes.push(group);
    else if (object) page.objects.push(object);
  }
  return page;
}

function contents(call: Call, page: Page, text: (value: string) => string, withOwner: boolean): XmlNode[] {
  return [
    ...page.objects.map(
      (object): XmlNode => [
        'Contents',
        [
          ['Key', text(object.key)],
          ['LastModified', new Date(object.lastModified).toISOString()],
          ['ETag', `"${object.etag}"`],
          ['Type', object.type],
          ['Size', object.size],
          ['StorageClass', 'Standard'],
          ...(withOwner ? [owner(call)] : []),
        ],
      ],
    ),
    ...page.prefixes.map((prefix): XmlNode => ['CommonPrefixes', [['Prefix', text(prefix)]]]),
  ];
}

/** How names are written: as they are, or percent-encoded. @throws ServiceError InvalidArgument */
function encoder(call: Call): (value: string) => string {
  const type = parameter(call.query, 'encoding-type') ?? '';
  if (type === 'url') return encode;
  if (type === '') return (value) => value;
  throw refuse('InvalidArgument', {
    message: 'encoding-type must be url.',
    extra: { ArgumentName: 'encoding-type', ArgumentValue: type },
  });
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64');
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString();
  if (token !== '' && writeToken(key) === token) return key;
  throw refuse('InvalidArgument', {
    message: 'The continuation token is not one of ours.',
    extra: { ArgumentName: 'continuation-token' },
  });
}
