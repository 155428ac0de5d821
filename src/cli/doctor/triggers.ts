// The triggers of the live function against what the rules need.
import * as v from 'valibot';
import type { PlannedTrigger, TriggerPlan } from '../../deploy/trigger-plan.js';
import { objectUri } from '../../event.js';
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { type Hearing, hearingOf, hears } from '../../remote/oss-trigger.js';
import { type Line, ok, problem, warning } from './line.js';

const timerConfig = v.object({ enable: v.optional(v.boolean(), true), cronExpression: v.string() });

const howTo = 'npm run triggers prints the block for s.yaml; npm run deploy sets it';

export function triggerLines(live: readonly RemoteTrigger[], plan: TriggerPlan): Line[] {
  const hearing = live.flatMap((trigger) => hearingOf(trigger) ?? []);
  const bus = live.some(({ triggerType }) => triggerType === 'eventbridge');
  return [
    ...plan.triggers.map((planned) => plannedLine(planned, hearing, bus)),
    ...(plan.timer ? [timerLine(live)] : []),
    ...hearing.flatMap((trigger) => needless(trigger, plan.triggers)),
    ...hearing.flatMap(faults),
  ];
}

function plannedLine(planned: PlannedTrigger, hearing: readonly Hearing[], bus: boolean): Line {
  const place = objectUri(planned.bucket, planned.prefix);
  const near = hearing.filter(
    ({ bucket, prefix, suffix }) => bucket === planned.bucket && planned.prefix.startsWith(prefix) && suffix === '',
  );
  const deaf = planned.events.filter((event) => !near.some((trigger) => hears(trigger, event)));
  if (deaf.length === 0) return ok('trigger', `${place}: ${near.map(({ name }) => name).join(', ')}`);
  const what =
    deaf.length === planned.events.length
      ? `nothing that happens below ${place} starts the function`
      : `these do not start the function below ${place}: ${deaf.join(', ')}`;
  if (!bus) return problem('trigger', what, howTo);
  const message = `${what} by a trigger of OSS; an EventBridge trigger is there, which was not looked into`;
  return warning('trigger', message, 'see in the console that its pattern has these events');
}

function timerLine(live: readonly RemoteTrigger[]): Line {
  const timers = live.flatMap(({ triggerType, triggerName, triggerConfig }) => {
    const read = triggerType === 'timer' ? v.safeParse(timerConfig, triggerConfig) : undefined;
    return read?.success ? [{ name: triggerName, ...read.output }] : [];
  });
  const [on] = timers.filter(({ enable }) => enable);
  if (on !== undefined) return ok('timer', `${on.name}: ${on.cronExpression}`);
  const message = 'no timer runs what the journal holds due: what failed for the moment is not tried again';
  const [off] = timers;
  return problem('timer', message, off === undefined ? howTo : `switch ${off.name} on in the console, or deploy`);
}

/** Costs an invocation for each event that no rule wants. */
function needless(trigger: Hearing, planned: readonly PlannedTrigger[]): Line[] {
  const { name, bucket, prefix } = trigger;
  const used = planned.some(
    (one) =>
      one.bucket === bucket &&
      (one.prefix.startsWith(prefix) || prefix.startsWith(one.prefix)) &&
      one.events.some((event) => hears(trigger, event)),
  );
  if (used) return [];
  const message = `${name} hears ${objectUri(bucket, prefix)}, where no rule listens: an invocation each, for nothing`;
  return [warning('trigger', message, 'npm run deploy offers to remove it')];
}

function faults({ name, events, invocationRole }: Hearing): Line[] {
  const lines: Line[] = [];
  if (events.some((event) => event.endsWith('ObjectCreated:*'))) {
    const message = `${name} hears oss:ObjectCreated:*, which fires for each part of a multipart upload as well`;
    lines.push(warning('trigger', message, `write the events out: ${howTo}`));
  }
  if (invocationRole === '') {
    const message = `${name} has no invocation role: OSS may not call the function`;
    lines.push(problem('trigger', message, 'set invocationRole in s.yaml, and deploy'));
  }
  return lines;
}
