// What a native OSS trigger hears, as Function Compute tells it or s.yaml writes it; and which two OSS does not have at one time.
import * as v from 'valibot';

/** A native OSS trigger that hears something. */
export interface Hearing {
  readonly name: string;
  readonly bucket: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly invocationRole: string;
}

export interface TriggerFields {
  readonly triggerName: string;
  readonly triggerType: string;
  readonly triggerConfig?: unknown;
  readonly sourceArn?: string | undefined;
  readonly invocationRole?: string | undefined;
}

const ossConfig = v.object({
  events: v.array(v.string()),
  filter: v.optional(
    v.object({ key: v.optional(v.object({ prefix: v.nullish(v.string(), ''), suffix: v.nullish(v.string(), '') })) }),
  ),
});

/** Undefined: no OSS trigger, or one whose configuration is none. */
export function hearingOf(trigger: TriggerFields): Hearing | undefined {
  const { triggerType, triggerName, triggerConfig, sourceArn = '', invocationRole = '' } = trigger;
  const read = triggerType === 'oss' ? v.safeParse(ossConfig, triggerConfig) : undefined;
  if (!read?.success) return undefined;
  const { events, filter } = read.output;
  const { prefix, suffix } = filter?.key ?? { prefix: '', suffix: '' };
  return { name: triggerName, bucket: sourceArn.split(':')[4] ?? '', events, prefix, suffix, invocationRole };
}

/** Whether an event, such as `oss:ObjectCreated:PutObject`, is one that the trigger names. */
export function hears({ events }: Pick<Hearing, 'events'>, event: string): boolean {
  return events.some((one) => one === event || (one.endsWith(':*') && event.startsWith(one.slice(0, -1))));
}

/**
 * Whether OSS refuses to have both: an event, a start and an end in common.
 * https://help.aliyun.com/zh/functioncompute/fc/user-guide/overview-of-oss-trigger
 */
export function overlap(one: Hearing, other: Hearing): boolean {
  const nested = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
  const ended = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  const common = one.events.some((event) => hears(other, event)) || other.events.some((event) => hears(one, event));
  return one.bucket === other.bucket && common && ended && nested(one.prefix, other.prefix);
}
