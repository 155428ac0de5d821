// The command that comes after a plan, to be copied: the user's own words, and the flags that carry the plan out.
import { objectUri } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import { shellWord } from '../terminal/shell-quote.js';
import { grouped } from '../terminal/text.js';
import { needsNumber } from './bounds.js';
import { locationText } from './location.js';
import type { Plan } from './plan.js';
import type { Planned } from './planning.js';

/** What comes after a plan: how it is carried out. Empty where there is nothing to do. */
export function nextText(planned: Planned): string {
  const { make, orphans, sampled } = planned.plan;
  if (sampled !== undefined) {
    return `Nothing was changed. This was a look at the first ${grouped(sampled)}; the whole: leave out --sample\n`;
  }
  const wants = make.targets > 0;
  const command = wants ? commandOf(planned, ['--apply', ...numberOf(make)]) : undefined;
  const lines = [
    ...(command === undefined ? ['Nothing is to be made.'] : ['Nothing was changed. To make them:', `  ${command}`]),
    ...(command !== undefined && planned.cost.inCloud !== undefined
      ? ['or, inside the deployed function, on its timer:', `  ${command} --in-cloud`]
      : []),
    ...(orphans !== undefined && orphans.targets > 0
      ? ['To delete the orphans:', `  ${commandOf(planned, ['--apply', '--prune', String(orphans.targets)], false)}`]
      : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function numberOf(make: Plan['make']): string[] {
  return needsNumber(make) ? ['--max-objects', String(make.targets)] : [];
}

/** @param selecting whether the flags that choose derivatives are in it */
function commandOf(
  { plan, choice, configFile, endpoint }: Planned,
  flags: readonly string[],
  selecting = true,
): string {
  const { rule, since, until, only, force } = choice.selection;
  const given = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
  const time = (value: number | undefined) => (value === undefined ? undefined : new Date(value).toISOString());
  const selected = [
    ...given('--rule', rule),
    ...given('--since', time(since)),
    ...given('--until', time(until)),
    ...given('--only', only),
    ...(force ? ['--force'] : []),
    ...given('--inventory', choice.inventory && objectUri(choice.inventory.bucket, choice.inventory.key)),
  ];
  const words = [
    ...plan.scopes.map(locationText),
    ...(selecting ? selected : []),
    ...given('--config', configFile),
    ...given('--endpoint', endpoint),
    ...flags,
  ];
  return `npm run reconcile -- ${words.map(shellWord).join(' ')}`;
}
