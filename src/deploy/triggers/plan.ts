// Which triggers a configuration needs: the fewest that hear every upload and removal that a rule could act on, within
// what OSS allows. https://help.aliyun.com/zh/functioncompute/fc/user-guide/overview-of-oss-trigger
import { createHash } from 'node:crypto';
import { showText } from '../../rules/issue.js';
import * as ossEvents from '../../rules/oss-limits.js';
import type { Config } from '../../rules/rule.js';
import { neededPrefixes, shortestPrefixes } from '../../rules/triggers.js';
import { mergePrefixes } from './merge-prefixes.js';

/** A native OSS trigger; the names of its events have the `oss:` prefix. */
export interface PlannedTrigger {
  /** A name that FC takes, the same each time, and another one for every bucket and prefix. */
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly events: readonly string[];
}

/** Something about the plan that its user should know: it can be deployed, at a cost that the message tells. */
export interface TriggerProblem {
  readonly code: 'PrefixWidened' | 'PrefixesMerged' | 'RemovalsMerged' | 'ManyTriggers';
  readonly message: string;
  readonly fix: string;
}

export interface TriggerPlan {
  /** By bucket and prefix. */
  readonly triggers: readonly PlannedTrigger[];
  /** Whether the minute timer is needed, which runs what the journal holds due. */
  readonly timer: boolean;
  readonly problems: readonly TriggerProblem[];
}

/** What stores a whole object. Not `ObjectCreated:*`, which fires for each part of a multipart upload as well. */
export const uploadEvents: readonly string[] = ossEvents.uploadEvents
  .filter((name) => !/AppendObject|PutSymlink/.test(name))
  .map((name) => `oss:${name}`);

export const removalEvents: readonly string[] = ossEvents.removalEvents.map((name) => `oss:${name}`);

/** Native triggers a bucket; not raisable. */
export const mostPerBucket = 10;
/** Triggers a function: the trigger page says 10, the quota page 50. */
const mostPerFunction = 10;

/**
 * Plans the triggers. No two of a bucket overlap: every key that a rule listens to is heard by one trigger for uploads,
 * and where a rule has `onDelete` by one for removals. What is beyond OSS's limits is merged into wider prefixes.
 */
export function planTriggers(config: Config): TriggerPlan {
  const removing = neededPrefixes(config.rules.filter(({ onDelete }) => onDelete === 'remove'));
  const problems: TriggerProblem[] = [];
  const triggers = [...neededPrefixes(config.rules)].flatMap(([bucket, wanted]) => {
    const removals = removing.get(bucket) ?? [];
    problems.push(...widened(bucket, [...wanted, ...removals]));
    const uploads = merged(bucket, shortestPrefixes(wanted.map(writableStart)), problems);
    return planBucket(bucket, uploads, removals, problems);
  });
  const timer = config.journal !== 'throw';
  if (triggers.length + Number(timer) > mostPerFunction) problems.push(manyTriggers(triggers.length + Number(timer)));
  return { triggers, timer, problems };
}

/** The start of a prefix that can stand in s.yaml and in OSS's notification rules: the prefix itself, or a wider one. */
function writableStart(prefix: string): string {
  // `s` evaluates ${…} and <%…%> in every value, and nothing escapes them; XML, in which OSS keeps the rule, has no
  // control characters.
  const end = prefix.search(/\$\{|<%|[\p{Cc}\ufffe\uffff]/u);
  return end === -1 ? prefix : prefix.slice(0, end);
}

function widened(bucket: string, prefixes: readonly string[]): TriggerProblem[] {
  const unwritable = [...new Set(prefixes)].filter((prefix) => writableStart(prefix) !== prefix);
  return unwritable.map((prefix) => ({
    code: 'PrefixWidened',
    message:
      `the prefix ${showText(prefix)} of bucket ${bucket} holds what s.yaml or a trigger cannot: a wider trigger hears ` +
      `it (${placeOf(bucket, writableStart(prefix))}), and each event there that no rule takes costs an invocation that ` +
      'skips it',
    fix: 'use a prefix without ${, <% and control characters, or accept the wider trigger',
  }));
}

function merged(bucket: string, wanted: readonly string[], problems: TriggerProblem[]): string[] {
  if (wanted.length <= mostPerBucket) return [...wanted];
  const kept = mergePrefixes(wanted, mostPerBucket);
  const wider = kept
    .map((prefix) => ({ prefix, count: wanted.filter((one) => one.startsWith(prefix)).length }))
    .filter(({ count }) => count > 1)
    .map(({ prefix, count }) => `${count} into ${placeOf(bucket, prefix)}`);
  problems.push({
    code: 'PrefixesMerged',
    message:
      `the rules listen to ${wanted.length} prefixes of bucket ${bucket}, and OSS allows ${mostPerBucket} triggers a ` +
      `bucket: merged ${wider.join(', ')}; each upload there that no rule takes costs an invocation that skips it`,
    fix:
      'give the rules prefixes with a common start of their own, spread the sources over several buckets, or deliver ' +
      'through EventBridge, which has no such limit (the function understands its events)',
  });
  return kept;
}

/** Removals have triggers of their own as long as there is room, so that removals elsewhere cost nothing. */
function planBucket(
  bucket: string,
  uploads: readonly string[],
  removals: readonly string[],
  problems: TriggerProblem[],
): PlannedTrigger[] {
  const groups = uploads.map((prefix) => ({ prefix, removals: removalsIn(prefix, removals), shared: false }));
  let room = mostPerBucket - uploads.length;
  // The smallest first: as many prefixes as possible keep their own trigger.
  for (const group of [...groups].sort((a, b) => a.removals.length - b.removals.length)) {
    group.shared = group.removals.includes(group.prefix) || group.removals.length > room;
    if (!group.shared) room -= group.removals.length;
  }
  const wider = groups.filter(({ prefix, removals, shared }) => shared && !removals.includes(prefix));
  if (wider.length > 0) problems.push(removalsMerged(bucket, wider));
  return groups.flatMap(({ prefix, removals: own, shared }) => [
    trigger(bucket, prefix, shared ? [...uploadEvents, ...removalEvents] : uploadEvents),
    ...(shared ? [] : own.map((removal) => trigger(bucket, removal, removalEvents))),
  ]);
}

function removalsIn(upload: string, removals: readonly string[]): string[] {
  const starts = removals.filter((removal) => removal.startsWith(upload)).map(writableStart);
  return shortestPrefixes(starts.map((start) => (start.startsWith(upload) ? start : upload)));
}

function removalsMerged(
  bucket: string,
  wider: readonly { readonly prefix: string; readonly removals: readonly string[] }[],
): TriggerProblem {
  const places = wider.map(({ prefix, removals }) => `${removals.length} into ${placeOf(bucket, prefix)}`);
  return {
    code: 'RemovalsMerged',
    message:
      `there is no room for triggers of their own for the removals of bucket ${bucket} (${mostPerBucket} a bucket): ` +
      `merged ${places.join(', ')}; each removal there that no rule with onDelete takes costs an invocation that skips it`,
    fix: 'give the rules with onDelete prefixes of their own that no other rule listens around, or use fewer prefixes',
  };
}

function manyTriggers(count: number): TriggerProblem {
  return {
    code: 'ManyTriggers',
    message:
      `the function needs ${count} triggers; Function Compute's documents disagree on whether it takes 10 or 50 ` +
      '(https://help.aliyun.com/zh/functioncompute/manage-triggers says 10)',
    fix: 'if the deployment is refused for it, ask for a higher quota in Quota Center, or give the rules wider prefixes',
  };
}

function trigger(bucket: string, prefix: string, events: readonly string[]): PlannedTrigger {
  return { name: `${bucketMark}${bucket}${prefixMark(prefix)}`, bucket, prefix, events };
}

/** What a trigger's name begins with, before the bucket: names start with no digit, buckets may. */
export const bucketMark = 'oss_';

/**
 * What follows the bucket in a trigger's name (1 to 128 of A-Z a-z 0-9 - _, see
 * https://www.alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-createtriggerinput). Buckets have no
 * underscore, so that it says where the bucket ends. Folders are spelled out; any other prefix has its hash, after two
 * underscores, which no folders have.
 */
export function prefixMark(prefix: string): string {
  if (prefix === '') return '';
  if (prefix.length <= 60 && /^(?:[A-Za-z0-9-]+\/)+$/.test(prefix))
    return `_${prefix.slice(0, -1).replaceAll('/', '_')}`;
  const readable = prefix
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 30)
    .replace(/_$/, '');
  const hash = createHash('sha256').update(prefix).digest('hex').slice(0, 12);
  return `${readable === '' ? '' : `_${readable}`}__${hash}`;
}

function placeOf(bucket: string, prefix: string): string {
  return prefix === '' ? `all of oss://${bucket}` : `oss://${bucket}/${prefix}`;
}
