// What an OSS trigger covers: the events that it names, of the keys that its filter takes. OSS compares prefix and
// suffix with case; our rules compare suffixes without.
import * as v from 'valibot';
import { objectUri } from '../../oss/object-name.js';
import { foldCase } from '../../rules/target-pattern.js';

/** Keys that start with the prefix and end with the suffix. For keys of a rule, the suffix is in lower case. */
export interface KeyFilter {
  readonly prefix: string;
  readonly suffix: string;
}

/** The filter of a native OSS trigger. */
export interface TriggerFilter extends KeyFilter {
  /** The trigger's name. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
  readonly events: readonly string[];
}

/** The filter of a trigger that s.yaml lists, and its place there. */
export interface ListedFilter extends TriggerFilter {
  readonly path: string;
}

/** A trigger as s.yaml lists it, or as Function Compute returns it. */
export interface TriggerFields {
  readonly triggerName: string;
  readonly triggerType: string;
  readonly triggerConfig?: unknown;
  readonly sourceArn?: string | undefined;
}

const ossConfig = v.object({
  events: v.array(v.string()),
  filter: v.optional(
    v.object({ key: v.optional(v.object({ prefix: v.nullish(v.string(), ''), suffix: v.nullish(v.string(), '') })) }),
  ),
});

/** Undefined: the trigger is not one of OSS, or has no valid configuration. */
export function filterOf(trigger: TriggerFields): TriggerFilter | undefined {
  const { triggerType, triggerName, triggerConfig, sourceArn = '' } = trigger;
  const read = triggerType === 'oss' ? v.safeParse(ossConfig, triggerConfig) : undefined;
  if (!read?.success) return undefined;
  const { events, filter } = read.output;
  const { prefix, suffix } = filter?.key ?? { prefix: '', suffix: '' };
  const [, , region = '', account = '', bucket = ''] = sourceArn.split(':');
  return { name: triggerName, region, account, bucket, events, prefix, suffix };
}

/** The filters of the OSS triggers that s.yaml lists. */
export function filtersOf({ triggers }: { readonly triggers: readonly TriggerFields[] }): ListedFilter[] {
  return triggers.flatMap((trigger, index) => {
    const filter = filterOf(trigger);
    return filter === undefined ? [] : [{ ...filter, path: `props.triggers[${index}]` }];
  });
}

/** Whether an event, such as `oss:ObjectCreated:PutObject`, is one that the trigger names. */
export function coversEvent({ events }: Pick<TriggerFilter, 'events'>, event: string): boolean {
  return events.some((one) => one === event || (one.endsWith(':*') && event.startsWith(one.slice(0, -1))));
}

/** Whether a filter covers all of these keys of a rule, in whatever case their suffix is written. */
export function allCovered({ prefix, suffix }: KeyFilter, filter: KeyFilter): boolean {
  if (!prefix.startsWith(filter.prefix)) return false;
  return suffix.endsWith(filter.suffix) && !/[a-z]/i.test(filter.suffix);
}

/** Whether a filter may cover some of these keys of a rule. */
export function someCovered(keys: KeyFilter, filter: KeyFilter): boolean {
  return haveKeysInCommon(keys, { prefix: filter.prefix, suffix: foldCase(filter.suffix) });
}

/** How many native triggers a bucket can have; the limit cannot be raised. */
export const mostPerBucket = 10;

/**
 * Whether two filters overlap, so that OSS refuses to have both triggers: one bucket, an event in common, and keys in
 * common.
 * https://help.aliyun.com/zh/functioncompute/fc/user-guide/overview-of-oss-trigger
 */
export function overlaps(one: Omit<TriggerFilter, 'name' | 'region' | 'account'>, other: typeof one): boolean {
  const event =
    one.events.some((event) => coversEvent(other, event)) || other.events.some((event) => coversEvent(one, event));
  return one.bucket === other.bucket && event && haveKeysInCommon(one, other);
}

/** One prefix starts with the other, and one suffix ends with the other. */
function haveKeysInCommon(one: KeyFilter, other: KeyFilter): boolean {
  return (
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
  );
}

/** `oss://photos/avatars/*.jpg`: the keys, for a reader. */
export function keysUri(bucket: string, { prefix, suffix }: KeyFilter): string {
  return objectUri(bucket, `${prefix}*${suffix}`);
}
