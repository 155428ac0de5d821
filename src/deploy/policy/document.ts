// RAM policy documents: what is granted and why, and how it fits into what RAM allows of a document.
// https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax
import { shortestPrefixes } from '../../rules/source-prefixes.js';
import { mergePrefixes } from '../triggers/merge-prefixes.js';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> | undefined;
}

export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly Statement[];
}

/** Who may take a role. */
export type TrustDocument = ReturnType<typeof trusting>;

/** One statement, and what it is for. */
export interface Grant {
  readonly why: string;
  readonly statement: Statement;
}

/** https://www.alibabacloud.com/help/en/ram/product-overview/limits */
export const mostCharacters = 6144;
/** Custom policies a role or user can have. */
export const mostPolicies = 10;

export function grant(
  why: string,
  actions: readonly string[],
  resources: Iterable<string>,
  condition?: Statement['Condition'],
): Grant {
  return {
    why,
    statement: { Effect: 'Allow', Action: actions, Resource: [...new Set(resources)], Condition: condition },
  };
}

export function trusting(service: string) {
  const statement = { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: [service] } } as const;
  return { Version: '1', Statement: [statement] } as const;
}

/**
 * Keys of a bucket: those that start with `prefix` and end with `suffix`, or `key` alone. RAM's `*` also matches `/`.
 */
export function objects(accountId: string, bucket: string, prefix: string, suffix = ''): string {
  return `${objectKey(accountId, bucket, prefix)}*${suffix}`;
}

export function objectKey(accountId: string, bucket: string, key: string): string {
  return `${bucketArn(accountId, bucket)}/${key}`;
}

/**
 * OSS has no regions in its resource names:
 * https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements
 */
export function bucketArn(accountId: string, bucket: string): string {
  return `acs:oss:*:${accountId}:${bucket}`;
}

export interface Fitted {
  /** As many as are needed, none longer than RAM allows. */
  readonly documents: readonly PolicyDocument[];
  /** What they grant in the end. */
  readonly grants: readonly Grant[];
  /** Set when they had to grant more than was needed: to how many prefixes a bucket. */
  readonly widenedTo?: number | undefined;
}

/**
 * Packs grants into as few documents as hold them; only if a role cannot have that many, the grants become wider.
 * @param room documents that the role can still have
 */
export function intoDocuments(grants: readonly Grant[], room = mostPolicies): Fitted {
  const needed = grants.filter(({ statement }) => statement.Resource.length > 0);
  const exact = pack(needed);
  if (exact.length <= room) return { documents: exact, grants: needed };
  for (let most = 128; ; most = Math.floor(most / 2)) {
    const wider = needed.map(({ why, statement }) => ({
      why,
      statement: { ...widenListed(statement, most), Resource: widen(statement.Resource, most) },
    }));
    const documents = pack(wider);
    if (documents.length <= room || most === 1) return { documents, grants: wider, widenedTo: most };
  }
}

/** The characters of a document as it is sent. */
export function lengthOf(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

function pack(grants: readonly Grant[]): PolicyDocument[] {
  const documents: Statement[][] = [[]];
  const empty = lengthOf({ Version: '1', Statement: [] });
  let length = empty;
  for (const statement of grants.flatMap((one) => divided(one.statement))) {
    let resources: string[] = [];
    for (const resource of statement.Resource) {
      const own = JSON.stringify(resource).length + 1;
      const opening = resources.length > 0 ? 0 : JSON.stringify({ ...statement, Resource: [] }).length + 1;
      if (length + opening + own > mostCharacters && length > empty) {
        documents.push([]);
        resources = [];
        length = empty + JSON.stringify({ ...statement, Resource: [] }).length + 1;
      } else {
        length += opening;
      }
      if (resources.length === 0) documents.at(-1)?.push({ ...statement, Resource: resources });
      resources.push(resource);
      length += own;
    }
  }
  return documents.map((statements) => ({ Version: '1', Statement: statements }));
}

/** As several, where its condition alone is too long for a document: each allows a part of the prefixes. */
function divided(statement: Statement): Statement[] {
  const prefixes = listedPrefixes(statement);
  const alone = lengthOf({ Version: '1', Statement: [{ ...statement, Resource: statement.Resource.slice(0, 1) }] });
  if (alone <= mostCharacters || prefixes.length < 2) return [statement];
  const half = Math.ceil(prefixes.length / 2);
  return [prefixes.slice(0, half), prefixes.slice(half)].flatMap((part) => divided(listing(statement, part)));
}

/** The same lists under at most so many prefixes. */
function widenListed(statement: Statement, most: number): Statement {
  const prefixes = listedPrefixes(statement);
  if (prefixes.length <= most || !prefixes.every((pattern) => pattern.endsWith('*'))) return statement;
  const wider = mergePrefixes(shortestPrefixes(prefixes.map((pattern) => pattern.slice(0, -1))), most);
  return listing(
    statement,
    wider.map((prefix) => `${prefix}*`),
  );
}

function listedPrefixes({ Condition }: Statement): readonly string[] {
  return Condition?.['StringLike']?.['oss:Prefix'] ?? [];
}

function listing(statement: Statement, prefixes: readonly string[]): Statement {
  const { Condition = {} } = statement;
  return {
    ...statement,
    Condition: { ...Condition, StringLike: { ...Condition['StringLike'], 'oss:Prefix': prefixes } },
  };
}

/** The same objects under at most so many prefixes a bucket. */
function widen(resources: readonly string[], most: number): string[] {
  const byBucket = new Map<string, string[]>();
  const others: string[] = [];
  for (const resource of resources) {
    const [, bucket, key] = /^(acs:oss:\*:[^:]*:[^/]+\/)([\s\S]*)$/.exec(resource) ?? [];
    if (bucket === undefined || key === undefined) {
      others.push(resource);
      continue;
    }
    const prefixes = byBucket.get(bucket) ?? [];
    prefixes.push(key.split('*')[0] ?? '');
    byBucket.set(bucket, prefixes);
  }
  const wider = [...byBucket].flatMap(([bucket, prefixes]) =>
    mergePrefixes(shortestPrefixes(prefixes), most).map((prefix) => `${bucket}${prefix}*`),
  );
  return [...others, ...wider];
}
