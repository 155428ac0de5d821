// The triggers that this project makes: how they are named and described, and whether a deployed trigger is one of
// them. Any other may be someone's billing: it is left alone.
import { createHash } from 'node:crypto';
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { kindsOf, triggerRemovalEvents, triggerUploadEvents } from './events.js';
import { filterOf } from './filter.js';

/** Begins the description of every trigger that is ours; others may begin theirs so too. */
const ownMark = 'oss-autostyle';

/** The timer that is ours. */
export const timer = {
  triggerName: 'every-minute',
  triggerType: 'timer',
  description: `${ownMark} runs what the journal holds due`,
  qualifier: 'LATEST',
  triggerConfig: { cronExpression: '@every 1m', enable: true, payload: '' },
};

/** The description of an OSS trigger that is ours. */
export function ossDescription(events: readonly string[]): string {
  return `${ownMark} hears ${kindsOf(events)}`;
}

/**
 * The name of an OSS trigger that is ours: 1 to 128 of A-Z a-z 0-9 - _, see
 * https://www.alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-createtriggerinput It begins with
 * `oss_`, since a bucket may begin with a digit and a name may not. Buckets have no underscore, so that the next one
 * says where the bucket ends.
 */
export function ossTriggerName(bucket: string, prefix: string): string {
  return `oss_${bucket}${prefixMark(prefix)}`;
}

/** Folders are spelled out; any other prefix has its hash, after two underscores, which no folders have. */
function prefixMark(prefix: string): string {
  if (prefix === '') return '';
  if (prefix.length <= 60 && /^(?:[A-Za-z0-9-]+\/)+$/.test(prefix)) {
    return `_${prefix.slice(0, -1).replaceAll('/', '_')}`;
  }
  const readable = prefix
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 30)
    .replace(/_$/, '');
  const hash = createHash('sha256').update(prefix).digest('hex').slice(0, 12);
  return `${readable === '' ? '' : `_${readable}`}__${hash}`;
}

/** `own`: exactly as we make it. `similar`: its description begins like ours, but something differs. */
export type Ownership = 'own' | 'similar' | 'foreign';

/** The events that one of our triggers names. */
const ownEvents = [triggerUploadEvents, triggerRemovalEvents, triggerUploadEvents.concat(triggerRemovalEvents)];

/** Triggers of s.yaml before their names began with their bucket: by name, the prefix. */
const previousDescription = `${ownMark} uploads`;
const previousNames: ReadonlyMap<string, string> = new Map([
  ['photos-avatars', 'avatars/'],
  ['photos-gallery', 'gallery/'],
]);
const timerDescriptions: readonly string[] = [timer.description, `${ownMark} journal`];

export function ownershipOf(trigger: RemoteTrigger): Ownership {
  if (isOwnTimer(trigger) || isOwnOss(trigger)) return 'own';
  return trigger.description?.startsWith(ownMark) ? 'similar' : 'foreign';
}

function isOwnTimer({ triggerType, triggerName, description }: RemoteTrigger): boolean {
  return triggerType === 'timer' && triggerName === timer.triggerName && timerDescriptions.includes(description);
}

function isOwnOss(trigger: RemoteTrigger): boolean {
  const filter = filterOf(trigger);
  if (filter === undefined || filter.suffix !== '' || filter.bucket === '') return false;
  const { name, bucket, prefix, events } = filter;
  if (!ownEvents.some((own) => sameTexts(own, events))) return false;
  if (trigger.description === ossDescription(events)) return name === ossTriggerName(bucket, prefix);
  const previous = trigger.description === previousDescription && previousNames.get(name) === prefix;
  return previous && sameTexts(triggerUploadEvents, events);
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
