// What has to change around the function for a new configuration: triggers that hear more, and a role that may more.

import { unheard } from '../check/triggers.js';
import { functionGrants } from '../deploy/policy/function-role.js';
import type { Setting } from '../deploy/policy/setting.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { filtersOf, type ListedFilter } from '../deploy/triggers/filter.js';
import { type PlannedTrigger, planTriggers } from '../deploy/triggers/plan.js';
import type { Config } from '../rules/rule.js';

/** What is granted or heard for the version in force, and what the new one needs beyond. */
export interface Lacks {
  readonly triggers: readonly PlannedTrigger[];
  /** The timer that runs what the journal holds due. */
  readonly timer: boolean;
  /** Actions on a resource, as RAM writes it. */
  readonly permissions: readonly { readonly actions: readonly string[]; readonly resource: string }[];
}

/**
 * @param before without a configuration: nothing is known to be there
 * @param deployed what s.yaml says, which has the triggers; without it, those of the former configuration are taken to be there
 */
export function lacksOf(
  { config, setting }: { readonly config: Config; readonly setting: Setting },
  before: { readonly config: Config | undefined; readonly setting: Setting },
  deployed?: Pick<ResourceProps, 'triggers'>,
): Lacks {
  const former = before.config;
  const plan = planTriggers(config);
  const hearers = deployed === undefined ? plannedHearers(former) : filtersOf(deployed);
  const silent = unheard(config, hearers);
  const triggers = plan.triggers.filter(({ bucket, prefix, events }) =>
    silent.some(
      ({ keys, missing }) =>
        keys.bucket === bucket && keys.prefix.startsWith(prefix) && missing.some((event) => events.includes(event)),
    ),
  );
  const timer = plan.timer && !(deployed === undefined ? hasTimer(former) : runsTimer(deployed));
  const granted = former === undefined ? [] : permissionsOf(former, before.setting);
  const wanted = new Map<string, Set<string>>();
  for (const { action, resource } of permissionsOf(config, setting)) {
    if (granted.some((one) => one.action === action && covers(one.resource, resource))) continue;
    wanted.set(resource, (wanted.get(resource) ?? new Set()).add(action));
  }
  return {
    triggers,
    timer,
    permissions: [...wanted].map(([resource, actions]) => ({ actions: [...actions], resource })),
  };
}

function plannedHearers(config: Config | undefined): ListedFilter[] {
  if (config === undefined) return [];
  return planTriggers(config).triggers.map((one) => ({ ...one, path: '', region: '', account: '', suffix: '' }));
}

function hasTimer(config: Config | undefined): boolean {
  return config !== undefined && config.journal !== 'throw';
}

function runsTimer({ triggers }: Pick<ResourceProps, 'triggers'>): boolean {
  return triggers.some((one) => one.triggerType === 'timer' && one.triggerConfig.enable);
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
