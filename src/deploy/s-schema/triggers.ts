// Triggers in s.yaml: the OSS and timer kinds, by their own definitions. fc3's schema takes any object for a triggerConfig,
// a wrong event name and a missing suffix too: https://github.com/devsapp/fc3/blob/master/src/schema.json
import * as v from 'valibot';
import { bucketName, isTooLongForKey, maxKeyBytes, removalEvents, uploadEvents } from '../../rules/oss-limits.js';
import { longestWait } from './cron.js';
import { anyText, bool, fields, listOf, oneOf, type Refusal, text, together } from './fields.js';

const ossEvents = [...uploadEvents, ...removalEvents].map((name) => `oss:${name}` as const);

export const roleArn = text(
  /^acs:ram::\d{5,20}:role\/[\w.-]{1,64}$/,
  'the full ARN of a role, acs:ram::ACCOUNT:role/NAME',
);

const common = {
  triggerName: text(
    /^[A-Za-z_][\w-]{0,127}$/,
    'a name of at most 128 letters, digits, _ and -, that begins with a letter or _',
  ),
  description: v.optional(anyText(256)),
  // The retries, destinations and the limit of instances in s.yaml are those of LATEST alone.
  qualifier: v.optional(oneOf(['LATEST'])),
};

/** Of a key; OSS counts bytes. */
function keyPart(form: RegExp, expected: string) {
  return v.custom<string>(
    (input) => typeof input === 'string' && form.test(input) && !/\p{Cc}/u.test(input) && !isTooLongForKey(input),
    `${expected}; at most ${maxKeyBytes} bytes of UTF-8`,
  );
}

const ossTrigger = fields({
  ...common,
  triggerType: oneOf(['oss']),
  sourceArn: text(
    new RegExp(`^acs:oss:[a-z0-9-]+:\\d{5,20}:${bucketName.source.slice('^'.length)}`),
    'acs:oss:REGION:ACCOUNT:BUCKET',
  ),
  // Left out, fc3 creates a role on every command, by calls that fail behind many firewalls.
  invocationRole: roleArn,
  triggerConfig: fields({
    events: listOf(oneOf(ossEvents), 1, ossEvents.length, 'events'),
    filter: fields({
      key: fields({
        prefix: keyPart(/^(?!\/)/, "a prefix, or '' for all keys; one that begins with / never fires"),
        suffix: keyPart(/^/, "a suffix, or '' for all keys"),
      }),
    }),
  }),
});

const timerTrigger = fields({
  ...common,
  triggerType: oneOf(['timer']),
  triggerConfig: fields({
    cronExpression: v.custom<string>(
      (input) => typeof input === 'string' && input.length <= 256 && longestWait(input) !== undefined,
      "a time that comes: '@every 1m' (minutes), or six fields: second minute hour day month weekday",
    ),
    enable: bool,
    payload: v.optional(anyText(4_000)),
  }),
});

const known = v.variant('triggerType', [ossTrigger, timerTrigger], '"oss" or "timer"');

export const triggers = v.pipe(
  listOf(known, 0, 50, 'triggers'),
  together((list) => [...sameNames(list), ...overlaps(list), ...tooMany(list)]),
);

export type OssTrigger = v.InferOutput<typeof ossTrigger>;
export type TimerTrigger = v.InferOutput<typeof timerTrigger>;
export type Trigger = OssTrigger | TimerTrigger;

function* sameNames(list: readonly Trigger[]): Generator<Refusal> {
  const names = new Set<string>();
  for (const [index, { triggerName }] of list.entries()) {
    if (names.has(triggerName)) yield { path: [index, 'triggerName'], expected: 'a name that no other trigger has' };
    names.add(triggerName);
  }
}

/** OSS refuses two notifications that the same upload could match. */
function* overlaps(list: readonly Trigger[]): Generator<Refusal> {
  for (const [index, trigger] of list.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const former = list.slice(0, index).find((other) => other.triggerType === 'oss' && overlap(other, trigger));
    if (former === undefined) continue;
    const expected = `a prefix or suffix apart from trigger ${former.triggerName}, which hears the same uploads (OSS refuses that)`;
    yield { path: [index, 'triggerConfig', 'filter', 'key', 'prefix'], expected };
  }
}

function overlap(one: OssTrigger, other: OssTrigger): boolean {
  const [left, right] = [one.triggerConfig, other.triggerConfig];
  const nested = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
  const ends = (a: string, b: string): boolean => a.endsWith(b) || b.endsWith(a);
  return (
    one.sourceArn === other.sourceArn &&
    left.events.some((event) => right.events.includes(event)) &&
    nested(left.filter.key.prefix, right.filter.key.prefix) &&
    ends(left.filter.key.suffix, right.filter.key.suffix)
  );
}

const most = 10;

/** https://help.aliyun.com/zh/functioncompute/fc/user-guide/oss-trigger-overview */
function* tooMany(list: readonly Trigger[]): Generator<Refusal> {
  const counts = new Map<string, number>();
  for (const [index, trigger] of list.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const count = (counts.get(trigger.sourceArn) ?? 0) + 1;
    counts.set(trigger.sourceArn, count);
    if (count === most + 1) yield { path: [index, 'sourceArn'], expected: `at most ${most} triggers of one bucket` };
  }
}
