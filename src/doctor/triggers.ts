// The triggers of the live function against what the rules need.

import type { ResourceProps } from '../deploy/s-schema.js';
import { type Hearing, hearingOf, hears } from '../deploy/triggers/oss-trigger.js';
import { ownershipOf } from '../deploy/triggers/own.js';
import type { PlannedTrigger, TriggerPlan } from '../deploy/triggers/plan.js';
import { objectUri } from '../oss/object-name.js';
import type { RemoteTrigger } from '../remote/function-compute.js';
import { type Line, ok, problem, warning } from './diagnosis.js';
import { timerLine } from './timer.js';

/** Where the function is, and what s.yaml lists; absent: it could not be read. */
export interface Surroundings {
  readonly region: string;
  readonly accountId: string;
  readonly listed?: ResourceProps['triggers'] | undefined;
}

interface Heard {
  readonly trigger: RemoteTrigger;
  readonly hearing: Hearing;
  /** Why OSS does not start the deployed function by it. */
  readonly faults: readonly string[];
}

const howTo = 'npm run triggers prints the block for s.yaml; npm run deploy sets it';

export function triggerLines(live: readonly RemoteTrigger[], plan: TriggerPlan, around: Surroundings): Line[] {
  const heard = live.flatMap((trigger): Heard[] => {
    const hearing = hearingOf(trigger);
    return hearing === undefined ? [] : [{ trigger, hearing, faults: faultsOf(trigger, hearing, around) }];
  });
  const bus = live.some(({ triggerType }) => triggerType === 'eventbridge');
  const used = heard.filter(({ hearing }) => isUsed(hearing, plan.triggers));
  const unused = heard.filter((one) => !used.includes(one));
  return [
    ...plan.triggers.flatMap((planned) => plannedLine(planned, heard, bus)),
    ...(plan.timer ? [timerLine(live.filter(startsLatest), howTo)] : []),
    ...unused.map((one) => needless(one, around)),
    ...heard.flatMap(({ hearing }) => everyPart(hearing)),
    ...used.flatMap((one) => faultLine(one, around)),
    ...(plan.timer ? live.flatMap(staleTimer) : []),
  ];
}

/** None where triggers hear all of it, some of them with faults: those are told. */
function plannedLine(planned: PlannedTrigger, heard: readonly Heard[], bus: boolean): Line[] {
  const place = objectUri(planned.bucket, planned.prefix);
  const near = heard.filter(
    ({ hearing: { bucket, prefix, suffix } }) =>
      bucket === planned.bucket && planned.prefix.startsWith(prefix) && suffix === '',
  );
  const deafTo = (some: readonly Heard[]) =>
    planned.events.filter((event) => !some.some(({ hearing }) => hears(hearing, event)));
  const sound = near.filter(({ faults }) => faults.length === 0);
  if (deafTo(sound).length === 0)
    return [ok('trigger', `${place}: ${sound.map(({ hearing }) => hearing.name).join(', ')}`)];
  const deaf = deafTo(near);
  if (deaf.length === 0) return [];
  const what =
    deaf.length === planned.events.length
      ? `nothing that happens below ${place} starts the function`
      : `these do not start the function below ${place}: ${deaf.join(', ')}`;
  if (!bus) return [problem('trigger', what, howTo)];
  const message = `${what} by a trigger of OSS; an EventBridge trigger is there, which was not looked into`;
  return [warning('trigger', message, 'see in the console that its pattern has these events')];
}

function isUsed(trigger: Hearing, planned: readonly PlannedTrigger[]): boolean {
  return planned.some(
    ({ bucket, prefix, events }) =>
      bucket === trigger.bucket &&
      (prefix.startsWith(trigger.prefix) || trigger.prefix.startsWith(prefix)) &&
      events.some((event) => hears(trigger, event)),
  );
}

/** Costs an invocation for each event that no rule wants. */
function needless({ trigger, hearing: { name, bucket, prefix } }: Heard, { listed }: Surroundings): Line {
  const message = `${name} hears ${objectUri(bucket, prefix)}, where no rule listens: an invocation each, for nothing`;
  if (ownershipOf(trigger) !== 'mine') {
    return warning('trigger', message, 'remove it in the console if nobody needs it');
  }
  const offer = 'npm run deploy offers to remove it';
  const still = listed?.some(({ triggerName }) => triggerName === name) ?? false;
  return warning(
    'trigger',
    message,
    still ? `npm run triggers prints the block for s.yaml without it; ${offer}` : offer,
  );
}

function everyPart({ name, events }: Hearing): Line[] {
  if (!events.some((event) => event.endsWith('ObjectCreated:*'))) return [];
  const message = `${name} hears oss:ObjectCreated:*, which fires for each part of a multipart upload as well`;
  return [warning('trigger', message, `write the events out: ${howTo}`)];
}

function faultLine({ hearing: { name }, faults }: Heard, { listed }: Surroundings): Line[] {
  if (faults.length === 0) return [];
  const ours = listed?.some(({ triggerName }) => triggerName === name) ?? false;
  const fix = ours ? 'npm run deploy sets it as s.yaml has it' : `mend it in the console; or ${howTo}`;
  return [problem('trigger', `${name} ${faults.join('; it ')}`, fix)];
}

function faultsOf(
  trigger: RemoteTrigger,
  { name, invocationRole: role }: Hearing,
  { region, accountId, listed }: Surroundings,
): string[] {
  const [, , bucketRegion = '', owner = ''] = (trigger.sourceArn ?? '').split(':');
  const wanted = listed?.find(({ triggerName }) => triggerName === name);
  const wantedRole = wanted?.triggerType === 'oss' ? wanted.invocationRole : undefined;
  const faults: string[] = [];
  if (!startsLatest(trigger)) faults.push(startsOther(trigger));
  if (bucketRegion.replace(/^oss-/, '') !== region) {
    faults.push(`hears a bucket of ${bucketRegion || 'no region'}, and the function is in ${region}`);
  }
  if (owner !== accountId)
    faults.push(`hears a bucket of account ${owner || '(none)'}, and the function’s is ${accountId}`);
  if (role === '') faults.push('has no invocation role: OSS may not call the function');
  else if (role.split(':')[3] !== accountId)
    faults.push(`has ${role} as invocation role, which is none of this account`);
  // FC gives role names back in lower case, as fc3 sends them.
  else if (wantedRole !== undefined && wantedRole.toLowerCase() !== role.toLowerCase()) {
    faults.push(`has ${role} as invocation role, not ${wantedRole} as s.yaml says`);
  }
  return faults;
}

/** A timer that would do, if it were for the deployed code. */
function staleTimer(trigger: RemoteTrigger): Line[] {
  if (trigger.triggerType !== 'timer' || startsLatest(trigger)) return [];
  const fix = 'set its qualifier to LATEST in the console; npm run deploy sets that of s.yaml';
  return [warning('timer', `${trigger.triggerName} ${startsOther(trigger)}`, fix)];
}

function startsLatest({ qualifier }: RemoteTrigger): boolean {
  return qualifier === '' || qualifier === 'LATEST';
}

function startsOther({ qualifier }: RemoteTrigger): string {
  return `starts ${qualifier}, a version or alias that no deployment changes, instead of LATEST`;
}
