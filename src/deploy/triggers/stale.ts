// Triggers that are deployed and that s.yaml does not list: shown, asked about, and removed in the order that OSS forces.

import { objectUri } from '../../oss/object-name.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { printable } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import type { DeploymentPlan } from '../live.js';
import { kindOf } from './block.js';
import type { Hearing } from './oss-trigger.js';

export interface Removals {
  /** Before the deployment: they hear what a new one is to hear. */
  readonly before: readonly Hearing[];
  readonly after: readonly string[];
}

export interface Asking {
  /** Remove without a question. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Absent: there is nobody to ask. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  say(line: string): void;
}

const none: Removals = { before: [], after: [] };

/**
 * Shows what should go, asks, and gives what may go.
 * @throws {UserError} when a trigger that stays would make the deployment fail half way: the new code would run without
 * the trigger that wakes it
 */
export async function agreedRemovals(plan: DeploymentPlan, asking: Asking): Promise<Removals> {
  const { stale, inTheWay, alike, blocking } = plan;
  const { yes, dryRun, ask, say } = asking;
  for (const trigger of alike) {
    say(`left alone, since its name, events or description are not as we make them: ${shown(trigger)}`);
  }
  if (blocking.length > 0) throw new UserError(refusal(blocking, 'remove it yourself if it may go'));
  if (stale.length === 0) return none;
  say('triggers of ours that s.yaml no longer lists, and that still call the function:');
  for (const trigger of stale) say(`  ${shown(trigger)}`);
  for (const { name, bucket, prefix, events } of inTheWay) {
    say(
      `  ${printable(name)} has to go first, since OSS has no two that hear the same: for the seconds until its successor`,
    );
    say(`  is there nobody hears ${kindOf(events)} in ${printable(objectUri(bucket, prefix))}; repeat them afterwards`);
  }
  if (dryRun ? yes || ask !== undefined : yes || ((await ask?.('remove them?')) ?? false)) {
    return dryRun ? none : split(plan);
  }
  if (inTheWay.length > 0) throw new UserError(refusal(inTheWay, '--yes removes it'));
  say(ask === undefined ? 'they stay: --yes removes them' : 'they stay');
  return none;
}

function split({ stale, inTheWay }: DeploymentPlan): Removals {
  const first = new Set(inTheWay.map(({ name }) => name));
  const names = stale.map(({ triggerName }) => triggerName);
  return { before: inTheWay, after: names.filter((name) => !first.has(name)) };
}

function shown({ triggerName, triggerType, sourceArn }: RemoteTrigger): string {
  return printable(`${triggerName} (${triggerType}${sourceArn ? ` of ${sourceArn}` : ''})`);
}

function refusal(triggers: readonly Hearing[], wayOn: string): string {
  return [
    'nothing was deployed: OSS has no two triggers that hear the same, and s.yaml has a new one that hears what is heard by',
    ...triggers.map(({ name, bucket, prefix }) => printable(`${name} (${objectUri(bucket, prefix)}): ${wayOn}`)),
  ].join('\n  ');
}

/**
 * Removes what is in the way, one after the other; stops where one stays.
 * @throws {UserError} when one could not be removed, after having said what nobody hears now
 */
export async function removeBefore(
  triggers: readonly Hearing[],
  remove: (name: string) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  const gone: Hearing[] = [];
  for (const trigger of triggers) {
    const error = await failureOf(trigger.name, remove, say);
    if (error === undefined) {
      gone.push(trigger);
      continue;
    }
    // Without an answer, or with one of a service in trouble, it may be gone as well.
    const uncertain = error.status === undefined || error.status >= 500;
    sayUnheard(uncertain ? [...gone, trigger] : gone, say);
    throw new UserError(`nothing was deployed: ${notRemoved(trigger.name, error)}`, 1, { cause: error });
  }
}

/** @throws {UserError} naming each that could not be removed, after having tried all */
export async function removeAfter(
  names: readonly string[],
  remove: (name: string) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  const failures: string[] = [];
  for (const name of names) {
    const error = await failureOf(name, remove, say);
    if (error !== undefined) failures.push(`${notRemoved(name, error)}; it goes on calling the function`);
  }
  if (failures.length > 0) throw new UserError(failures.join('\n  '));
}

/** Says what nobody hears, now that these triggers are gone and their successors did not come. */
export function sayUnheard(triggers: readonly Hearing[], say: (line: string) => void): void {
  for (const { bucket, prefix, events } of triggers) {
    const place = printable(objectUri(bucket, prefix));
    say(`nobody hears ${kindOf(events)} in ${place} until a deployment succeeds; repeat them then`);
  }
}

async function failureOf(
  name: string,
  remove: (name: string) => Promise<void>,
  say: (line: string) => void,
): Promise<FunctionComputeError | undefined> {
  try {
    await remove(name);
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return error;
  }
  say(`removed ${printable(name)}`);
  return undefined;
}

function notRemoved(name: string, { message }: FunctionComputeError): string {
  return `trigger ${printable(name)} could not be removed: ${message}`;
}
