// Example uploads: a few that each rule takes, and what the function would save for them. They are run through the
// function's own stages, so that a finding that shows two of them is always true.
import type { ObjectName } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { jobsOf } from '../../pipeline/jobs.js';
import { match, type RuleIndex } from '../../pipeline/match.js';
import type { Config, Rule } from '../../rules/rule.js';

/** Values of what only an event tells. */
export const someEtag = '5D41402ABC4B2A76B9719D911017C592';
export const someTime = Date.UTC(2026, 0, 31);

/** Names of folders, unlike each other so that no exclude and no other rule has them all. */
export const someFolders: readonly string[] = ['a/', 'b/', 'trip/'];

/** How many of a rule's buckets, prefixes and suffixes are tried: the first ones. */
const tried = 4;

/** An upload of this size, or of one that the rule asks for. */
export function uploadFor(rule: Rule, bucket: string, key: string, size = sizeFor(rule)): Upload {
  const event = 'ObjectCreated:PutObject';
  const object = { key, size, eTag: someEtag };
  const record = {
    eventName: event,
    eventSource: 'acs:oss',
    eventVersion: '1.0',
    oss: { bucket: { name: bucket }, object },
  } as const;
  return { kind: 'stored', event, bucket, key, size, etag: someEtag, time: someTime, record };
}

function sizeFor({ when }: Rule): number {
  const { min = 0, max = Number.POSITIVE_INFINITY } = when.size ?? {};
  return Math.min(Math.max(min, 1_000), max);
}

/** Whether this rule takes the upload, no earlier one. */
export function takes(rule: Rule, upload: Upload, index: RuleIndex): boolean {
  const found = match(index, upload);
  return 'rule' in found && found.rule === rule;
}

/**
 * Uploads that the rule takes, at most `most`.
 * @param folders that matter elsewhere in the configuration
 */
export function* exampleUploads(
  rule: Rule,
  index: RuleIndex,
  most: number,
  folders: readonly string[] = [],
): Generator<Upload> {
  const seen = new Set<string>();
  for (const { bucket, key } of exampleNames(rule, folders)) {
    const upload = uploadFor(rule, bucket, key);
    if (seen.has(`${bucket}/${key}`) || !takes(rule, upload, index)) continue;
    seen.add(`${bucket}/${key}`);
    yield upload;
    if (seen.size >= most) return;
  }
}

/**
 * Names that the rule may take, some of them twice: for each of its first buckets, prefixes and suffixes, in nearer
 * and deeper folders.
 * @param folders that matter elsewhere in the configuration
 */
export function* exampleNames(rule: Rule, folders: readonly string[] = []): Generator<ObjectName> {
  const { buckets, prefixes } = rule.when;
  for (const name of ['photo', 'photo.jpg', ...[...folders, ...someFolders].map((folder) => `${folder}photo`)]) {
    for (const end of endsOf(rule)) {
      for (const prefix of prefixes.slice(0, tried)) {
        // A folder may be given from the root.
        const key = (name.startsWith(prefix) ? name : prefix + name) + end;
        for (const bucket of buckets.slice(0, tried)) yield { bucket, key };
      }
    }
  }
}

/** The folders that templates write, and that rules listen to or leave out: at most `most`, the first ones. */
export function foldersIn({ rules }: Config, most: number): string[] {
  const folders = new Set<string>();
  for (const { name, when, outputs } of rules) {
    for (const text of [...when.prefixes, ...when.excludes]) folders.add(text.slice(0, text.lastIndexOf('/') + 1));
    for (const { key } of outputs) {
      for (const part of key.parts) {
        if (typeof part === 'string') folders.add(part.slice(0, part.lastIndexOf('/') + 1).replace(/^\//, ''));
        else if (part.variable === 'rule') folders.add(`${name}/`);
        else if (part.variable === 'bucket') for (const bucket of when.buckets) folders.add(`${bucket}/`);
      }
    }
    if (folders.size > most) break;
  }
  folders.delete('');
  return [...folders].slice(0, most);
}

/** What keys of the rule may end with. */
export function endsOf({ when: { suffixes } }: Rule): readonly string[] {
  return suffixes.length === 0 ? ['.jpg', '.png', '', '.webp'] : suffixes.slice(0, tried);
}

/** Whether the function, given this upload of the rule, would save this target. */
export function saves(rule: Rule, upload: Upload, target: ObjectName, index: RuleIndex): boolean {
  const { jobs } = jobsOf(upload, rule, index);
  return jobs.some((job) => job.target.bucket === target.bucket && job.target.key === target.key);
}
