// Removes stale triggers around a deployment: shows them, asks, and removes them in the order that OSS forces.
import { objectUri } from '../../oss/object-name.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { printable } from '../../rules/printable.js';
import type { Ask } from '../../terminal/ask.js';
import { UserError } from '../../terminal/user-error.js';
import { kindsOf } from './events.js';
import type { TriggerFilter } from './filter.js';
import type { StaleTriggers } from './stale.js';

export interface TriggersToRemove {
  /** Before the deployment. */
  readonly before: readonly TriggerFilter[];
  /** After it: the names. */
  readonly after: readonly string[];
}

export interface RemoveOptions {
  /** Remove without a question. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
  say(line: string): void;
}

type Remove = (name: string) => Promise<void>;
type Say = (line: string) => void;

const none: TriggersToRemove = { before: [], after: [] };
const catchUp = 'upload or delete those objects again afterwards';

/**
 * Shows what should be removed, asks, and returns what may be removed.
 * @throws {UserError} when a trigger that stays would make the deployment fail half way: the new code would run without
 * its trigger
 */
export async function agreedRemovals(
  { stale, removeFirst, similar, blocking }: StaleTriggers,
  { yes, dryRun, ask, say }: RemoveOptions,
): Promise<TriggersToRemove> {
  for (const trigger of similar) {
    say(`left alone, since its name, events or description differ from those of our triggers: ${shown(trigger)}`);
  }
  if (blocking.length > 0) throw new UserError(refusal(blocking, 'remove it yourself if nobody needs it'));
  if (stale.length === 0) return none;
  say('triggers of this project that s.yaml no longer lists, and that still start the function:');
  for (const trigger of stale) say(`  ${shown(trigger)}`);
  for (const filter of removeFirst) {
    say(`  ${printable(filter.name)} must be removed before the deployment, since OSS refuses triggers that overlap;`);
    say(`  until the new trigger is there, ${gap(filter)}; ${catchUp}`);
  }
  if (yes || (ask !== undefined && (dryRun || (await ask('remove them?'))))) {
    const first = new Set(removeFirst.map(({ name }) => name));
    const names = stale.map(({ triggerName }) => triggerName);
    return dryRun ? none : { before: removeFirst, after: names.filter((name) => !first.has(name)) };
  }
  if (removeFirst.length > 0) throw new UserError(refusal(removeFirst, '--yes removes it'));
  say(ask === undefined ? 'they stay: --yes removes them' : 'they stay');
  return none;
}

function shown({ triggerName, triggerType, sourceArn }: RemoteTrigger): string {
  return printable(`${triggerName} (${triggerType}${sourceArn ? ` of ${sourceArn}` : ''})`);
}

function refusal(triggers: readonly TriggerFilter[], advice: string): string {
  return [
    'nothing was deployed: OSS refuses triggers that overlap, and a new trigger of s.yaml overlaps',
    ...triggers.map(({ name, bucket, prefix }) => printable(`${name} (${objectUri(bucket, prefix)}): ${advice}`)),
  ].join('\n  ');
}

function gap({ bucket, prefix, events }: TriggerFilter): string {
  return `no trigger covers ${kindsOf(events)} in ${printable(objectUri(bucket, prefix))}`;
}

/** Says which events start nothing, now that these triggers are removed and the new ones were not created. */
export function reportGaps(triggers: readonly TriggerFilter[], say: Say): void {
  for (const filter of triggers) say(`${gap(filter)} until a deployment succeeds; ${catchUp}`);
}

/**
 * Removes the triggers that the deployment needs out of the way, one after the other; stops where one stays.
 * @throws {UserError} when one could not be removed, after having said which events start nothing now
 */
export async function removeBefore(triggers: readonly TriggerFilter[], remove: Remove, say: Say): Promise<void> {
  for (const [index, { name }] of triggers.entries()) {
    const error = await tryToRemove(name, remove, say);
    if (error === undefined) continue;
    // Without an answer, or with one of a service in trouble, it may be removed as well.
    const uncertain = error.status === undefined || error.status >= 500;
    reportGaps(triggers.slice(0, uncertain ? index + 1 : index), say);
    throw new UserError(`nothing was deployed: ${notRemoved(name, error)}`, 1, { cause: error });
  }
}

/** @throws {UserError} naming each that could not be removed, after having tried all */
export async function removeAfter(names: readonly string[], remove: Remove, say: Say): Promise<void> {
  const failures: string[] = [];
  for (const name of names) {
    const error = await tryToRemove(name, remove, say);
    if (error !== undefined) failures.push(`${notRemoved(name, error)}; it goes on starting the function`);
  }
  if (failures.length > 0) throw new UserError(failures.join('\n  '));
}

async function tryToRemove(name: string, remove: Remove, say: Say): Promise<FunctionComputeError | undefined> {
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
