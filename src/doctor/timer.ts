// Whether a timer runs, each minute, what the journal holds due.
import * as v from 'valibot';
import { longestWait } from '../deploy/s-schema/cron.js';
import type { RemoteTrigger } from '../remote/function-compute.js';
import { type Diagnosis, ok, problem, warning } from './diagnosis.js';

const timerConfig = v.object({ enable: v.optional(v.boolean(), true), cronExpression: v.string() });

interface Timer extends v.InferOutput<typeof timerConfig> {
  readonly name: string;
  /** Seconds at most between two runs. */
  readonly wait: number;
}

/** Seconds. */
const [minute, hour] = [60, 3_600];

/**
 * @param live all triggers of the live function
 * @param howTo what to do where there is none
 */
export function timerDiagnosis(live: readonly RemoteTrigger[], howTo: string): Diagnosis {
  const timers = live
    .filter(startsLatest)
    .flatMap(timerOf)
    .sort((one, other) => one.wait - other.wait);
  const on = timers.find(({ enable }) => enable);
  if (on !== undefined && on.wait <= minute) return ok('timer', `${on.name}: ${on.cronExpression}`);
  const off = timers.find(({ enable, wait }) => !enable && wait <= minute);
  const fix = off === undefined ? howTo : `switch ${off.name} on in the console, or deploy`;
  if (on !== undefined && on.wait <= hour) {
    const message = `${on.name} runs every ${Math.round(on.wait / 60)} minutes (${on.cronExpression}): what failed for the moment waits that long`;
    return warning('timer', message, fix);
  }
  const seldom = on === undefined ? '' : ` (${on.name}: ${on.cronExpression} comes too seldom)`;
  const message = `no timer runs due records of the journal${seldom}: what failed for the moment is not tried again`;
  return problem('timer', message, fix);
}

/** Timers that would do, if they started the deployed code. */
export function otherTimers(live: readonly RemoteTrigger[]): Diagnosis[] {
  const fix = 'set its qualifier to LATEST in the console; npm run deploy sets that of s.yaml';
  return live
    .filter((trigger) => trigger.triggerType === 'timer' && !startsLatest(trigger))
    .map((trigger) => warning('timer', `${trigger.triggerName} ${startsOther(trigger)}`, fix));
}

function timerOf({ triggerType, triggerName, triggerConfig }: RemoteTrigger): Timer[] {
  const read = triggerType === 'timer' ? v.safeParse(timerConfig, triggerConfig) : undefined;
  if (!read?.success) return [];
  const { cronExpression } = read.output;
  const wait = cronExpression.length > 256 ? undefined : longestWait(cronExpression);
  return [{ name: triggerName, ...read.output, wait: wait ?? Number.POSITIVE_INFINITY }];
}

/** Whether a trigger starts the code that is deployed. */
export function startsLatest({ qualifier }: RemoteTrigger): boolean {
  return qualifier === '' || qualifier === 'LATEST';
}

export function startsOther({ qualifier }: RemoteTrigger): string {
  return `starts ${qualifier}, a version or alias that no deployment changes, instead of LATEST`;
}
