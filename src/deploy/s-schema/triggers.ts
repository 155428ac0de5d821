// Triggers in s.yaml: the OSS and timer kinds, by their own definitions. fc3's schema takes any object for a
// triggerConfig, also one with a wrong event name or without a suffix:
// https://github.com/devsapp/fc3/blob/master/src/schema.json
import * as v from 'valibot';
import { bucketName, isTooLongForKey, maxKeyBytes } from '../../rules/oss-limits.js';
import { listedEvents } from '../triggers/events.js';
import { filterOf, mostPerBucket, overlaps, type TriggerFilter } from '../triggers/filter.js';
import { longestWait } from './cron.js';
import { anyText, bool, fields, listOf, oneOf, type Refusal, repeated, text, together } from './fields.js';

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

const trigger = v.variant('triggerType', [ossTrigger, timerTrigger], '"oss" or "timer"');

export const triggers = v.pipe(
  listOf(trigger, 0, 50, 'triggers'),
  together((list) => [...repeated(list, 'triggerName', 'a name that no other trigger has'), ...refusedByOss(list)]),
);

type Trigger = v.InferOutput<typeof trigger>;

/**
 * What OSS refuses: two triggers that the same upload could start, and too many of one bucket.
 * https://help.aliyun.com/zh/functioncompute/fc/user-guide/oss-trigger-overview
 */
function refusedByOss(list: readonly Trigger[]): Refusal[] {
  const overlapping: Refusal[] = [];
  const tooMany: Refusal[] = [];
  const known = new Map<string, TriggerFilter[]>();
  for (const [index, trigger] of list.entries()) {
    const filter = filterOf(trigger);
    if (trigger.triggerType !== 'oss' || filter === undefined) continue;
    const others = known.get(trigger.sourceArn) ?? [];
    known.set(trigger.sourceArn, [...others, filter]);
    if (others.length === mostPerBucket) {
      tooMany.push({ path: [index, 'sourceArn'], expected: `at most ${mostPerBucket} triggers of one bucket` });
    }
    const other = others.find((one) => overlaps(one, filter));
    if (other === undefined) continue;
    const expected = `a prefix or suffix apart from trigger ${other.name}, which covers the same uploads (OSS refuses that)`;
    overlapping.push({ path: [index, 'triggerConfig', 'filter', 'key', 'prefix'], expected });
  }
  return [...overlapping, ...tooMany];
}
