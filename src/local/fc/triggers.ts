// Triggers: which OSS events and which minutes invoke a function, and what event they send.
// https://www.alibabacloud.com/help/en/functioncompute/configure-a-native-oss-trigger

import { createHash } from 'node:crypto';

/** A native OSS trigger; `events`, `prefix` and `suffix` as in its triggerConfig. */
export interface OssTrigger {
  triggerName: string;
  bucket: string;
  /** Such as `oss:ObjectCreated:PutObject`, `oss:ObjectCreated:*`. */
  events: readonly string[];
  prefix?: string;
  suffix?: string;
}

/** A timer trigger. */
export interface TimerTrigger {
  triggerName: string;
  /** `@every 5m`, or a cron expression that fires every N minutes: `0 * * * * *`, minutes `0/N`. */
  cronExpression: string;
  payload?: string;
}

/**
 * One element of the `events` that OSS sends. Only the fields that triggers read are named; all others are passed on.
 */
export interface RawRecord {
  eventName: string;
  oss: { bucket: { name: string }; object: { key: string } };
}

const eventForm = /^oss:Object(?:Created|Removed|Modified):(?:\*|[A-Za-z]+)$/;
const maxPerBucket = 10;

function sameEvent(a: string, b: string): boolean {
  const family = (event: string) => event.replace(/[^:]*$/, '');
  return a === b || (family(a) === family(b) && (a.endsWith(':*') || b.endsWith(':*')));
}

function conflict(a: OssTrigger, b: OssTrigger): boolean {
  const { prefix = '', suffix = '' } = a;
  const { prefix: otherPrefix = '', suffix: otherSuffix = '' } = b;
  return (
    a.events.some((event) => b.events.some((other) => sameEvent(event, other))) &&
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

/** Refuses what OSS refuses when triggers are created. Give it the triggers of all functions. Throws RangeError. */
export function checkOssTriggers(triggers: readonly OssTrigger[]): void {
  for (const [at, trigger] of triggers.entries()) {
    const name = `trigger ${trigger.triggerName}`;
    const unknown = trigger.events.find((event) => !eventForm.test(event));
    if (unknown !== undefined || trigger.events.length === 0) {
      throw new RangeError(`${name}: events: expected such as oss:ObjectCreated:PutObject, got ${unknown ?? 'none'}`);
    }
    if (trigger.prefix?.startsWith('/')) throw new RangeError(`${name}: prefix: must not start with / (never fires)`);
    const earlier = triggers.slice(0, at).filter(({ bucket }) => bucket === trigger.bucket);
    if (earlier.length >= maxPerBucket)
      throw new RangeError(`${name}: bucket ${trigger.bucket} has more than ${maxPerBucket} triggers`);
    const other = earlier.find((one) => conflict(one, trigger));
    if (other !== undefined) {
      throw new RangeError(`${name}: overlaps trigger ${other.triggerName} in bucket, events, prefix and suffix`);
    }
  }
}

/** Whether a trigger covers a record. Prefix and suffix are compared byte for byte, as OSS does. */
export function covers(trigger: OssTrigger, record: RawRecord): boolean {
  const { key } = record.oss.object;
  return (
    record.oss.bucket.name === trigger.bucket &&
    trigger.events.some((event) => sameEvent(event, `oss:${record.eventName}`)) &&
    key.startsWith(trigger.prefix ?? '') &&
    key.endsWith(trigger.suffix ?? '')
  );
}

/** The event that a trigger sends for a record: one record in `events`, with the id of the trigger's rule. */
export function ossEventPayload(trigger: OssTrigger, record: RawRecord): { events: [RawRecord] } {
  const ruleId = createHash('sha1').update(`${trigger.bucket}/${trigger.triggerName}`).digest('hex');
  return { events: [{ ...record, oss: { ...record.oss, ruleId } as RawRecord['oss'] }] };
}

/** The event that a timer sends; `now` in milliseconds. */
export function timerPayload(trigger: TimerTrigger, now: number): object {
  return {
    triggerTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
    triggerName: trigger.triggerName,
    payload: trigger.payload ?? '',
  };
}

/** A timer's period in milliseconds. Throws RangeError for expressions that mean anything else than every N minutes. */
export function parseTimer(trigger: TimerTrigger): number {
  const match = /^(?:@every (\d{1,5})m|0 (?:\*|(?:\*|0)\/(\d{1,2})) \* \* \* \*)$/.exec(trigger.cronExpression);
  const minutes = match === null ? 0 : Number(match[1] ?? match[2] ?? 1);
  if (minutes < 1) {
    throw new RangeError(
      `timer ${trigger.triggerName}: cronExpression: expected @every Nm or 0 */N * * * *, got ${JSON.stringify(trigger.cronExpression)}`,
    );
  }
  return minutes * 60_000;
}
