// Whether a timer runs, each minute, what the journal holds due.
import * as v from 'valibot';
import { longestWait } from '../deploy/s-schema/cron.js';
import type { RemoteTrigger } from '../remote/function-compute.js';
import { type Line, ok, problem, warning } from './diagnosis.js';

const timerConfig = v.object({ enable: v.optional(v.boolean(), true), cronExpression: v.string() });

interface Timer {
  readonly name: string;
  readonly cronExpression: string;
  readonly enable: boolean;
  /** Seconds at most between two runs. */
  readonly wait: number;
}

/** Seconds. */
const [minute, hour] = [60, 3_600];

/**
 * @param live those that start the code that is deployed
 * @param howTo what to do where there is none
 */
export function timerLine(live: readonly RemoteTrigger[], howTo: string): Line {
  const timers = live.flatMap(timerOf).sort((one, other) => one.wait - other.wait);
  const on = timers.find(({ enable }) => enable);
  if (on !== undefined && on.wait <= minute) return ok('timer', `${on.name}: ${on.cronExpression}`);
  const off = timers.find(({ enable, wait }) => !enable && wait <= minute);
  const fix = off === undefined ? howTo : `switch ${off.name} on in the console, or deploy`;
  if (on !== undefined && on.wait <= hour) {
    const message = `${on.name} runs every ${Math.round(on.wait / 60)} minutes (${on.cronExpression}): what failed for the moment waits that long`;
    return warning('timer', message, fix);
  }
  const seldom = on === undefined ? '' : ` (${on.name}: ${on.cronExpression} comes too seldom)`;
  const message = `no timer runs what the journal holds due${seldom}: what failed for the moment is not tried again`;
  return problem('timer', message, fix);
}

function timerOf({ triggerType, triggerName, triggerConfig }: RemoteTrigger): Timer[] {
  const read = triggerType === 'timer' ? v.safeParse(timerConfig, triggerConfig) : undefined;
  if (!read?.success) return [];
  const { cronExpression } = read.output;
  const wait = cronExpression.length > 256 ? undefined : longestWait(cronExpression);
  return [{ name: triggerName, ...read.output, wait: wait ?? Number.POSITIVE_INFINITY }];
}
