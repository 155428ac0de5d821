// The triggers of the live function compared with what the rules need.
import { coversEvent, filterOf, filtersOf, overlaps, type TriggerFilter } from '../deploy/triggers/filter.js';
import { ownershipOf } from '../deploy/triggers/own.js';
import type { PlannedTrigger, TriggerPlan } from '../deploy/triggers/plan.js';
import { objectUri } from '../oss/object-name.js';
import type { RemoteTrigger } from '../remote/function-compute.js';
import { type Diagnosis, ok, problem, warning } from './diagnosis.js';
import type { ExpectedFunction } from './settings.js';
import { otherTimers, startsLatest, startsOther, timerDiagnosis } from './timer.js';

/** Where the function is, and what s.yaml says; undefined: it could not be read. */
export interface TriggerContext {
  readonly region: string;
  readonly accountId: string;
  readonly expected: ExpectedFunction | undefined;
}

/** A live OSS trigger. */
interface LiveTrigger {
  readonly trigger: RemoteTrigger;
  readonly filter: TriggerFilter;
  /** What s.yaml says of the trigger of this name. */
  readonly listed: ExpectedFunction['resource']['triggers'][number] | undefined;
  /** Why OSS does not start the deployed function by it. */
  readonly faults: readonly string[];
}

const howTo = 'npm run triggers prints the block for s.yaml; npm run deploy sets it';

/** @param plan what the rules need; undefined: they are not known, and s.yaml says what is meant */
export function triggerDiagnoses(
  live: readonly RemoteTrigger[],
  plan: TriggerPlan | undefined,
  context: TriggerContext,
): Diagnosis[] {
  const all = live.flatMap((trigger): LiveTrigger[] => {
    const filter = filterOf(trigger);
    if (filter === undefined) return [];
    const listed = context.expected?.resource.triggers.find(({ triggerName }) => triggerName === filter.name);
    return [{ trigger, filter, listed, faults: faultsOf(trigger, listed, context) }];
  });
  const eventBridge = live.some(({ triggerType }) => triggerType === 'eventbridge');
  const { triggers: wanted, timer } = plan ?? listedPlan(context.expected);
  const used = all.filter(({ filter }) => wanted.some((planned) => overlaps({ suffix: '', ...planned }, filter)));
  const others = all.filter((one) => !used.includes(one));
  return [
    ...wanted.flatMap((planned) => plannedDiagnosis(planned, all, eventBridge)),
    ...(timer ? [timerDiagnosis(live, howTo)] : []),
    ...(plan === undefined ? [] : others.map(needless)),
    ...all.flatMap(everyPart),
    ...(plan === undefined ? all : used).flatMap(faultDiagnosis),
    ...(timer ? otherTimers(live) : []),
  ];
}

/** What s.yaml lists; nothing where it could not be read. */
function listedPlan(expected: ExpectedFunction | undefined): Pick<TriggerPlan, 'triggers' | 'timer'> {
  const triggers = expected?.resource.triggers ?? [];
  const whole = filtersOf({ triggers }).filter(({ suffix }) => suffix === '');
  return { triggers: whole, timer: triggers.some(({ triggerType }) => triggerType === 'timer') };
}

/** None where triggers cover all of it, some of them with faults: those have diagnoses of their own. */
function plannedDiagnosis(planned: PlannedTrigger, all: readonly LiveTrigger[], eventBridge: boolean): Diagnosis[] {
  const place = objectUri(planned.bucket, planned.prefix);
  const near = all.filter(
    ({ filter: { bucket, prefix, suffix } }) =>
      bucket === planned.bucket && planned.prefix.startsWith(prefix) && suffix === '',
  );
  const missingFrom = (some: readonly LiveTrigger[]) =>
    planned.events.filter((event) => !some.some(({ filter }) => coversEvent(filter, event)));
  const sound = near.filter(({ faults }) => faults.length === 0);
  if (missingFrom(sound).length === 0) {
    return [ok('trigger', `${place}: ${sound.map(({ filter }) => filter.name).join(', ')}`)];
  }
  const missing = missingFrom(near);
  if (missing.length === 0) return [];
  const what =
    missing.length === planned.events.length
      ? `nothing that happens below ${place} starts the function`
      : `these do not start the function below ${place}: ${missing.join(', ')}`;
  if (!eventBridge) return [problem('trigger', what, howTo)];
  const message = `${what} by a trigger of OSS; there is an EventBridge trigger, which was not looked into`;
  return [warning('trigger', message, 'see in the console that its pattern has these events')];
}

/** Costs an invocation for each event that no rule wants. */
function needless({ trigger, filter, listed }: LiveTrigger): Diagnosis {
  const place = objectUri(filter.bucket, filter.prefix);
  const message = `${filter.name} covers ${place}, where no rule listens: each event costs a needless invocation`;
  if (ownershipOf(trigger) !== 'own') {
    return warning('trigger', message, 'remove it in the console if nobody needs it');
  }
  const offer = 'npm run deploy offers to remove it';
  const block = 'npm run triggers prints the block for s.yaml without it';
  return warning('trigger', message, listed === undefined ? offer : `${block}; ${offer}`);
}

function everyPart({ filter: { name, events } }: LiveTrigger): Diagnosis[] {
  if (!events.some((event) => event.endsWith('ObjectCreated:*'))) return [];
  const message = `${name} is for oss:ObjectCreated:*, which fires for each part of a multipart upload as well`;
  return [warning('trigger', message, `write the events out: ${howTo}`)];
}

function faultDiagnosis({ filter, listed, faults }: LiveTrigger): Diagnosis[] {
  if (faults.length === 0) return [];
  const fix = listed ? 'npm run deploy sets it as s.yaml has it' : `fix it in the console; or ${howTo}`;
  return [problem('trigger', `${filter.name} ${faults.join('; it ')}`, fix)];
}

function faultsOf(
  trigger: RemoteTrigger,
  listed: LiveTrigger['listed'],
  { region, accountId }: TriggerContext,
): string[] {
  const role = trigger.invocationRole;
  const [, , bucketRegion = '', owner = ''] = (trigger.sourceArn ?? '').split(':');
  const wantedRole = listed?.triggerType === 'oss' ? listed.invocationRole : undefined;
  const faults: string[] = [];
  if (!startsLatest(trigger)) faults.push(startsOther(trigger));
  if (bucketRegion.replace(/^oss-/, '') !== region) {
    faults.push(`is for a bucket of ${bucketRegion || 'no region'}, and the function is in ${region}`);
  }
  if (owner !== accountId) {
    faults.push(`is for a bucket of account ${owner || '(none)'}, and the function’s is ${accountId}`);
  }
  if (role === '') faults.push('has no invocation role: OSS may not call the function');
  else if (role.split(':')[3] !== accountId) {
    faults.push(`has ${role} as invocation role, which is none of this account`);
    // FC gives role names back in lower case, as fc3 sends them.
  } else if (wantedRole !== undefined && wantedRole.toLowerCase() !== role.toLowerCase()) {
    faults.push(`has ${role} as invocation role, not ${wantedRole} as s.yaml says`);
  }
  return faults;
}
