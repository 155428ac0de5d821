// Which triggers a configuration needs: the fewest that cover every upload and removal that a rule could act on,
// within what OSS allows. https://help.aliyun.com/zh/functioncompute/fc/user-guide/overview-of-oss-trigger

import { boundedRules } from '../../rules/bounded.js';
import { showText } from '../../rules/issue.js';
import { type Config, envelopeOf } from '../../rules/rule.js';
import { shortestPrefixes, sourcePrefixes } from '../../rules/source-prefixes.js';
import { triggerRemovalEvents, triggerUploadEvents } from './events.js';
import { mostPerBucket } from './filter.js';
import { mergePrefixes } from './merge-prefixes.js';
import { ossTriggerName } from './own.js';

/** A native OSS trigger; the names of its events have the `oss:` prefix. */
export interface PlannedTrigger {
  /** A name that FC takes, the same each time, and another one for every bucket and prefix. */
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly events: readonly string[];
}

/** Something about the plan that its user should know: it can be deployed, at a cost that the message names. */
export interface TriggerProblem {
  readonly code: 'PrefixWidened' | 'PrefixesMerged' | 'RemovalsMerged' | 'ManyTriggers';
  readonly message: string;
  readonly fix: string;
}

export interface TriggerPlan {
  /** Sorted by bucket and prefix. */
  readonly triggers: readonly PlannedTrigger[];
  /** Whether the minute timer is needed, which runs what the journal holds due. */
  readonly timer: boolean;
  readonly problems: readonly TriggerProblem[];
}

/** Triggers a function: the trigger page says 10, the quota page 50. */
const mostPerFunction = 10;

/**
 * Plans the triggers. No two of a bucket overlap: one trigger covers the uploads of every key that a deployed rule
 * listens to, and one its removals where a rule has `onDelete`. Where OSS's limits are exceeded, prefixes are merged
 * into wider ones.
 */
export function planTriggers(config: Config): TriggerPlan {
  const removing = sourcePrefixes(boundedRules(config).filter(({ onDelete }) => onDelete === 'remove'));
  const problems: TriggerProblem[] = [];
  const triggers = [...sourcePrefixes(envelopeOf(config))].flatMap(([bucket, wanted]) => {
    const removals = removing.get(bucket) ?? [];
    problems.push(...widened(bucket, [...wanted, ...removals]));
    const uploads = merged(bucket, shortestPrefixes(wanted.map(writableStart)), problems);
    return planBucket(bucket, uploads, removals, problems);
  });
  const timer = config.journal !== 'throw';
  const count = triggers.length + Number(timer);
  if (count > mostPerFunction) {
    problems.push({
      code: 'ManyTriggers',
      message:
        `the function needs ${count} triggers; Function Compute's documents disagree on whether it takes 10 or 50 ` +
        '(https://help.aliyun.com/zh/functioncompute/manage-triggers says 10)',
      fix: 'if the deployment is refused for it, ask for a higher quota in Quota Center, or give the rules wider prefixes',
    });
  }
  return { triggers, timer, problems };
}

/**
 * The start of a prefix that can stand in s.yaml and in OSS's notification rules: the prefix itself, or a wider one.
 */
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
      `the prefix ${showText(prefix)} of bucket ${bucket} holds what s.yaml or a trigger cannot hold: a wider trigger ` +
      `covers it (${placeOf(bucket, writableStart(prefix))}), and each event there that no rule takes costs an invocation ` +
      'that skips it',
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
  const places = wider.map(({ prefix, removals }) => `${removals.length} into ${placeOf(bucket, prefix)}`);
  if (places.length > 0) {
    problems.push({
      code: 'RemovalsMerged',
      message:
        `there is no room for triggers of their own for the removals of bucket ${bucket} (${mostPerBucket} a bucket): ` +
        `merged ${places.join(', ')}; each removal there that no rule with onDelete takes costs an invocation that skips it`,
      fix: 'give the rules with onDelete prefixes that lie in no wider prefix of another rule, or use fewer prefixes',
    });
  }
  return groups.flatMap(({ prefix, removals: own, shared }) => [
    trigger(bucket, prefix, shared ? [...triggerUploadEvents, ...triggerRemovalEvents] : triggerUploadEvents),
    ...(shared ? [] : own.map((removal) => trigger(bucket, removal, triggerRemovalEvents))),
  ]);
}

function removalsIn(upload: string, removals: readonly string[]): string[] {
  const starts = removals.filter((removal) => removal.startsWith(upload)).map(writableStart);
  return shortestPrefixes(starts.map((start) => (start.startsWith(upload) ? start : upload)));
}

function trigger(bucket: string, prefix: string, events: readonly string[]): PlannedTrigger {
  return { name: ossTriggerName(bucket, prefix), bucket, prefix, events };
}

function placeOf(bucket: string, prefix: string): string {
  return prefix === '' ? `all of oss://${bucket}` : `oss://${bucket}/${prefix}`;
}
