// Triggers: which OSS events and which minutes wake a function, and what they send it.
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

/** One element of the `events` that OSS sends. Only what triggers look at is named; all else passes through. */
export interface OssRecord {
  eventName: string;
  oss: { bucket: { name: string }; object: { key: string } };
}

const eventForm = /^oss:Object(?:Created|Removed|Modified):(?:\*|[A-Za-z]+)$/;
const maxPerBucket = 10;

function overlap(a: string, b: string, within: (longer: string, shorter: string) => boolean): boolean {
  return within(a, b) || within(b, a);
}

function sameEvent(a: string, b: string): boolean {
  const [family, name] = [a.slice(0, a.lastIndexOf(':')), a.slice(a.lastIndexOf(':') + 1)];
  const [otherFamily, otherName] = [b.slice(0, b.lastIndexOf(':')), b.slice(b.lastIndexOf(':') + 1)];
  return family === otherFamily && (name === otherName || name === '*' || otherName === '*');
}

function conflict(a: OssTrigger, b: OssTrigger): boolean {
  return (
    a.bucket === b.bucket &&
    a.events.some((event) => b.events.some((other) => sameEvent(event, other))) &&
    overlap(a.prefix ?? '', b.prefix ?? '', (longer, shorter) => longer.startsWith(shorter)) &&
    overlap(a.suffix ?? '', b.suffix ?? '', (longer, shorter) => longer.endsWith(shorter))
  );
}

/** Refuses what OSS refuses when triggers are created. Give it the triggers of all functions. Throws RangeError. */
export function checkOssTriggers(triggers: readonly OssTrigger[]): void {
  const perBucket = new Map<string, number>();
  for (const [at, trigger] of triggers.entries()) {
    const name = `trigger ${trigger.triggerName}`;
    const unknown = trigger.events.find((event) => !eventForm.test(event));
    if (unknown !== undefined || trigger.events.length === 0) {
      throw new RangeError(`${name}: events: expected such as oss:ObjectCreated:PutObject, got ${unknown ?? 'none'}`);
    }
    if (trigger.prefix?.startsWith('/')) throw new RangeError(`${name}: prefix: must not start with / (never fires)`);
    const count = (perBucket.get(trigger.bucket) ?? 0) + 1;
    perBucket.set(trigger.bucket, count);
    if (count > maxPerBucket)
      throw new RangeError(`${name}: bucket ${trigger.bucket} has more than ${maxPerBucket} triggers`);
    const other = triggers.slice(0, at).find((earlier) => conflict(earlier, trigger));
    if (other !== undefined) {
      throw new RangeError(`${name}: overlaps trigger ${other.triggerName} in bucket, events, prefix and suffix`);
    }
  }
}

/** Whether a trigger hears a record. Prefix and suffix compare byte for byte, as OSS does. */
export function hears(trigger: OssTrigger, record: OssRecord): boolean {
  const { key } = record.oss.object;
  return (
    record.oss.bucket.name === trigger.bucket &&
    trigger.events.some((event) => sameEvent(event, `oss:${record.eventName}`)) &&
    key.startsWith(trigger.prefix ?? '') &&
    key.endsWith(trigger.suffix ?? '')
  );
}

/** The event that a trigger sends for a record: one record in `events`, with the id of the trigger's rule. */
export function ossEventPayload(trigger: OssTrigger, record: OssRecord): { events: [OssRecord] } {
  const ruleId = createHash('sha1').update(`${trigger.bucket}/${trigger.triggerName}`).digest('hex');
  return { events: [{ ...record, oss: { ...record.oss, ruleId } as OssRecord['oss'] }] };
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
  const match = /^(?:@every (\d{1,5})m|0 (?:\*|\*\/(\d{1,2})|0\/(\d{1,2})) \* \* \* \*)$/.exec(trigger.cronExpression);
  const minutes = match === null ? 0 : Number(match[1] ?? match[2] ?? match[3] ?? 1);
  if (minutes < 1) {
    throw new RangeError(
      `timer ${trigger.triggerName}: cronExpression: expected @every Nm or 0 */N * * * *, got ${JSON.stringify(trigger.cronExpression)}`,
    );
  }
  return minutes * 60_000;
}
