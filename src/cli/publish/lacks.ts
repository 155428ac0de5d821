// What has to change around the function for a new configuration: triggers that hear more, and a role that may more.
import { functionGrants } from '../../deploy/policy/function-role.js';
import type { Setting } from '../../deploy/policy/setting.js';
import { type PlannedTrigger, planTriggers } from '../../deploy/trigger-plan.js';
import type { Config } from '../../rules/load.js';

/** What is granted or heard for the version in force, and what the new one needs beyond. */
export interface Lacks {
  readonly triggers: readonly PlannedTrigger[];
  /** Actions on a resource, as RAM writes it. */
  readonly permissions: readonly { readonly actions: readonly string[]; readonly resource: string }[];
}

/** @param before without a configuration: nothing is known to be there */
export function lacksOf(
  { config, setting }: { readonly config: Config; readonly setting: Setting },
  before: { readonly config: Config | undefined; readonly setting: Setting },
): Lacks {
  const former = before.config;
  const heard = former === undefined ? [] : planTriggers(former).triggers;
  const triggers = planTriggers(config).triggers.filter((wanted) => !isHeard(wanted, heard));
  const granted = former === undefined ? [] : permissionsOf(former, before.setting);
  const wanted = new Map<string, Set<string>>();
  for (const { action, resource } of permissionsOf(config, setting)) {
    if (granted.some((one) => one.action === action && covers(one.resource, resource))) continue;
    wanted.set(resource, (wanted.get(resource) ?? new Set()).add(action));
  }
  return { triggers, permissions: [...wanted].map(([resource, actions]) => ({ actions: [...actions], resource })) };
}

function isHeard({ bucket, prefix, events }: PlannedTrigger, heard: readonly PlannedTrigger[]): boolean {
  const near = heard.filter((one) => one.bucket === bucket && prefix.startsWith(one.prefix));
  return events.every((event) => near.some((one) => one.events.includes(event)));
}

function permissionsOf(config: Config, setting: Setting): { action: string; resource: string }[] {
  return functionGrants(config, setting).flatMap(({ statement }) =>
    statement.Action.flatMap((action) => statement.Resource.map((resource) => ({ action, resource }))),
  );
}

/** `*` at the end of what is granted stands for anything. */
function covers(granted: string, wanted: string): boolean {
  return granted === wanted || (granted.endsWith('*') && wanted.startsWith(granted.slice(0, -1)));
}
