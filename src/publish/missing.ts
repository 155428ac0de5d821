// What a new configuration needs around the function and does not have yet: triggers for more keys, and permissions of
// the function's role.

import { uncovered } from '../check/project/triggers.js';
import { functionGrants } from '../deploy/policy/function-role.js';
import type { Setting } from '../deploy/policy/setting.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { filtersOf } from '../deploy/triggers/filter.js';
import { type PlannedTrigger, planTriggers } from '../deploy/triggers/plan.js';
import type { Config } from '../rules/rule.js';

export interface Missing {
  readonly triggers: readonly PlannedTrigger[];
  /** The timer that runs what the journal holds due. */
  readonly timer: boolean;
  /** Actions on a resource, as RAM writes it. */
  readonly permissions: readonly { readonly actions: readonly string[]; readonly resource: string }[];
}

/** Rules, and where they run. */
interface RunningRules<C> {
  readonly config: C;
  readonly setting: Setting;
}

/**
 * @param previous whose permissions are granted; without a configuration, nothing is known to be granted
 * @param deployed s.yaml, which lists the triggers; without it, those of the previous configuration are taken to be
 * there
 */
export function missingFor(
  { config, setting }: RunningRules<Config>,
  previous: RunningRules<Config | undefined>,
  deployed: Pick<ResourceProps, 'triggers'> | undefined,
): Missing {
  const plan = planTriggers(config);
  const { filters, timer } = deployed === undefined ? plannedTriggers(previous.config) : listedTriggers(deployed);
  const gaps = uncovered(config, filters);
  const granted = previous.config === undefined ? [] : permissionsOf(previous.config, previous.setting);
  const actions = new Map<string, string[]>();
  for (const { action, resource } of permissionsOf(config, setting)) {
    if (granted.some((one) => one.action === action && includes(one.resource, resource))) continue;
    actions.set(resource, [...new Set([...(actions.get(resource) ?? []), action])]);
  }
  return {
    triggers: plan.triggers.filter(({ bucket, prefix, events }) =>
      gaps.some(
        ({ keys, missing }) =>
          keys.bucket === bucket && keys.prefix.startsWith(prefix) && missing.some((event) => events.includes(event)),
      ),
    ),
    timer: plan.timer && !timer,
    permissions: [...actions].map(([resource, names]) => ({ actions: names, resource })),
  };
}

function plannedTriggers(config: Config | undefined) {
  const { triggers, timer } = config === undefined ? { triggers: [], timer: false } : planTriggers(config);
  return { filters: triggers.map((one) => ({ ...one, path: '', region: '', account: '', suffix: '' })), timer };
}

function listedTriggers({ triggers }: Pick<ResourceProps, 'triggers'>) {
  const timer = triggers.some((one) => one.triggerType === 'timer' && one.triggerConfig.enable);
  return { filters: filtersOf({ triggers }), timer };
}

function permissionsOf(config: Config, setting: Setting): { action: string; resource: string }[] {
  return functionGrants(config, setting).flatMap(({ statement }) =>
    statement.Action.flatMap((action) => statement.Resource.map((resource) => ({ action, resource }))),
  );
}

/** `*` at the end of what is granted stands for anything. */
function includes(granted: string, wanted: string): boolean {
  return granted === wanted || (granted.endsWith('*') && wanted.startsWith(granted.slice(0, -1)));
}
