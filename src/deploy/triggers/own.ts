// Whether a trigger that is deployed is one that this project made. What is not may be someone's billing: it is left alone.
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { ossDescription, ownMark, timer } from './block.js';
import { hearingOf } from './oss-trigger.js';
import { bucketMark, prefixMark, removalEvents, uploadEvents } from './plan.js';

/** `mine`: as we make it, to the letter. `alike`: it says that it is ours, and is not as we would have made it. */
export type Ownership = 'mine' | 'alike' | 'foreign';

/** The events that one of our triggers names. */
const ownEvents: readonly (readonly string[])[] = [uploadEvents, removalEvents, [...uploadEvents, ...removalEvents]];

/** Triggers of s.yaml before their names began with their bucket: by name, the prefix. */
const formerDescription = `${ownMark} uploads`;
const former: ReadonlyMap<string, string> = new Map([
  ['photos-avatars', 'avatars/'],
  ['photos-gallery', 'gallery/'],
]);
const timerDescriptions: readonly string[] = [timer.description, `${ownMark} journal`];

export function ownershipOf(trigger: RemoteTrigger): Ownership {
  if (isOwnTimer(trigger) || isOwnOss(trigger)) return 'mine';
  return trigger.description?.startsWith(ownMark) ? 'alike' : 'foreign';
}

function isOwnTimer({ triggerType, triggerName, description = '' }: RemoteTrigger): boolean {
  return triggerType === 'timer' && triggerName === timer.triggerName && timerDescriptions.includes(description ?? '');
}

function isOwnOss(trigger: RemoteTrigger): boolean {
  const hearing = hearingOf(trigger);
  if (hearing === undefined || hearing.suffix !== '' || hearing.bucket === '') return false;
  const { name, bucket, prefix, events } = hearing;
  if (!ownEvents.some((own) => sameTexts(own, events))) return false;
  if (trigger.description === ossDescription(events)) return name === `${bucketMark}${bucket}${prefixMark(prefix)}`;
  return trigger.description === formerDescription && former.get(name) === prefix && sameTexts(uploadEvents, events);
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
