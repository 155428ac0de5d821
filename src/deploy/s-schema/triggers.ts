// Triggers in s.yaml: the OSS and timer kinds, by their own definitions. fc3's schema takes any object for a triggerConfig,
// also one with a wrong event name or without a suffix: https://github.com/devsapp/fc3/blob/master/src/schema.json
import * as v from 'valibot';
import { maxKeyBytes } from '../../rules/template.js';
import { listedEvents } from '../triggers/events.js';
import { filterOf, mostPerBucket, overlaps } from '../triggers/filter.js';
import { longestWait } from './cron.js';
import { anyText, bool, fields, listOf, oneOf, type Refusal, text, together } from './fields.js';

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
    (input) =>
      typeof input === 'string' &&
      form.test(input) &&
      !/\p{Cc}/u.test(input) &&
      Buffer.byteLength(input) <= maxKeyBytes,
    `${expected}; at most ${maxKeyBytes} bytes of UTF-8`,
  );
}

const ossTrigger = fields({
  ...common,
  triggerType: oneOf(['oss']),
  sourceArn: text(/^acs:oss:[a-z0-9-]+:\d{5,20}:[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'acs:oss:REGION:ACCOUNT:BUCKET'),
  // Left out, fc3 creates a role on every command, by calls that fail behind many firewalls.
  invocationRole: roleArn,
  triggerConfig: fields({
    events: listOf(oneOf(listedEvents), 1, listedEvents.length, 'events'),
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
  together((list) => [...sameNames(list), ...overlapping(list), ...tooMany(list)]),
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

/** OSS refuses two triggers that the same upload could start. */
function* overlapping(list: readonly Trigger[]): Generator<Refusal> {
  for (const [index, trigger] of list.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const filter = filterOf(trigger);
    const other = list.slice(0, index).find((earlier) => {
      const covered = earlier.triggerType === 'oss' && earlier.sourceArn === trigger.sourceArn && filterOf(earlier);
      return filter && covered && overlaps(covered, filter);
    });
    if (other === undefined) continue;
    const expected = `a prefix or suffix apart from trigger ${other.triggerName}, which covers the same uploads (OSS refuses that)`;
    yield { path: [index, 'triggerConfig', 'filter', 'key', 'prefix'], expected };
  }
}

/** https://help.aliyun.com/zh/functioncompute/fc/user-guide/oss-trigger-overview */
function* tooMany(list: readonly Trigger[]): Generator<Refusal> {
  const counts = new Map<string, number>();
  for (const [index, trigger] of list.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const count = (counts.get(trigger.sourceArn) ?? 0) + 1;
    counts.set(trigger.sourceArn, count);
    if (count === mostPerBucket + 1)
      yield { path: [index, 'sourceArn'], expected: `at most ${mostPerBucket} triggers of one bucket` };
  }
}
