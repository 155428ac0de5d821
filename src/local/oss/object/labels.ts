// What a request says of an object beside its bytes and its headers: ACL, tags and storage class. Read from headers,
// from form fields of the same names, or, tags, from XML.

import { authorize, type OssCall } from '../call.js';
import { invalidArgument, malformedXml, refuse } from '../error.js';
import { percentDecode } from '../request/percent.js';
import { acls, type BucketAcl, type ObjectLabels, type Tag } from '../storage/storage.js';
import type { XmlElement } from '../xml.js';

/** What a set of tags may be. Lengths are counted as the documents do: characters for objects, bytes for buckets. */
export interface TagLimits {
  count: number;
  keyLength: number;
  valueLength: number;
  length: (text: string) => number;
  key: RegExp;
  value: RegExp;
}

/** https://www.alibabacloud.com/help/en/oss/developer-reference/putobjecttagging */
export const objectTagLimits: TagLimits = {
  count: 10,
  keyLength: 128,
  valueLength: 256,
  length: (text) => [...text].length,
  key: /^[\p{L}\p{N} +\-=._:/]+$/u,
  value: /^[\p{L}\p{N} +\-=._:/]*$/u,
};

/** Each is shown only: an object of every class can be read at once. */
export const storageClasses = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;

/** Headers, or form fields in their place, with lower-case names; values as node:http gives them, bytes as latin1. */
export type HeaderFields = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The labels that a request gives to a new object. Tags need a right of their own:
 * https://alibabacloud.com/help/en/oss/developer-reference/configure-object-tagging-6
 * @throws ServiceError as objectLabels; AccessDenied
 */
export function requestedLabels(call: OssCall, fields: HeaderFields = call.headers): ObjectLabels {
  const labels = objectLabels(fields);
  if (labels.tags) authorize(call, 'oss:PutObjectTagging');
  return labels;
}

/**
 * The labels of a new object: `x-oss-object-acl`, `x-oss-tagging`, `x-oss-storage-class`.
 * @throws ServiceError InvalidArgument, InvalidTag
 */
export function objectLabels(fields: HeaderFields): ObjectLabels {
  const acl = requestedAcl(fields);
  const tags = text(fields, 'x-oss-tagging');
  const storageClass = text(fields, 'x-oss-storage-class');
  if (storageClass !== undefined && !storageClasses.some((known) => known === storageClass)) {
    throw invalidArgument(`There is no storage class "${storageClass}".`, {
      extra: { ArgumentName: 'x-oss-storage-class' },
    });
  }
  return {
    ...(acl !== undefined && acl !== 'default' && { acl }),
    ...(tags !== undefined && { tags: readTags(tags) }),
    ...(storageClass !== undefined && { storageClass }),
  };
}

/**
 * The object ACL that a request names; `default`: that of the bucket.
 * @throws ServiceError InvalidArgument
 */
export function requestedAcl(fields: HeaderFields): BucketAcl | 'default' | undefined {
  const name = 'x-oss-object-acl';
  const given = text(fields, name);
  if (given === undefined || given === 'default') return given;
  const found = acls.find((acl) => acl === given);
  if (found !== undefined) return found;
  throw invalidArgument(`${name} must be default, ${acls.join(', ')}.`, {
    extra: { ArgumentName: name, ArgumentValue: given },
  });
}

/** Reads `KEY=VALUE&KEY`, percent-encoded, `+` being a space. @throws ServiceError InvalidTag */
function readTags(encoded: string): Tag[] {
  const ec = '0010-00000219';
  const invalid = (cause?: unknown) =>
    refuse('InvalidTag', { message: 'x-oss-tagging must be KEY=VALUE&KEY=VALUE, percent-encoded.', ec, cause });
  const decode = (part: string) => percentDecode(part.replaceAll('+', ' '), invalid);
  const tags = encoded.split('&').flatMap((pair) => {
    if (pair === '') return [];
    const [key = '', value = '', ...more] = pair.split('=');
    if (more.length > 0) throw invalid();
    return { key: decode(key), value: decode(value) };
  });
  checkTags(tags, objectTagLimits);
  return tags;
}

/**
 * Reads `<Tagging><TagSet><Tag><Key/><Value/></Tag></TagSet></Tagging>`.
 * @throws ServiceError MalformedXML, InvalidTag
 */
export function tagsOfXml(tagging: XmlElement, limits: TagLimits): Tag[] {
  const set = tagging.children.find(({ name }) => name === 'TagSet');
  if (!set) throw malformedXml('expected <TagSet>');
  const tags = set.children
    .filter(({ name }) => name === 'Tag')
    .map((tag) => {
      // Not trimmed: a tag may begin or end with a space.
      const textOf = (child: string) => tag.children.find(({ name }) => name === child)?.text ?? '';
      return { key: textOf('Key'), value: textOf('Value') };
    });
  checkTags(tags, limits);
  return tags;
}

function checkTags(tags: readonly Tag[], limits: TagLimits): void {
  const { count, keyLength, valueLength, length } = limits;
  const invalid = (message: string, ec?: string) => refuse('InvalidTag', { message, ec });
  if (tags.length > count) throw invalid(`There may be ${count} tags at most.`, '0010-00000217');
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalid('The keys of the tags must differ.', '0010-00000210');
  }
  for (const { key, value } of tags) {
    if (length(key) > keyLength) throw invalid(`The key of a tag is longer than ${keyLength}.`, '0010-00000209');
    if (length(value) > valueLength)
      throw invalid(`The value of a tag is longer than ${valueLength}.`, '0010-00000217');
    if (!limits.key.test(key) || !limits.value.test(value)) {
      throw invalid('A tag holds a character that tags may not have, or no key.', '0010-00000217');
    }
  }
}

function text(fields: HeaderFields, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name]?.toString() : undefined;
}
