// What s.yaml gives Function Compute, for tests: right in all, with what the rules need, and changed as a test wishes.
import { type ResourceProps, validateResource } from '../../src/deploy/s-schema.js';
import { planTriggers } from '../../src/deploy/triggers/plan.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import type { RuleInput } from '../../src/rules/schema.js';
import { someProps } from '../support/project.js';

const account = '1234567890123456';

export const timer = {
  triggerName: 'every-minute',
  triggerType: 'timer',
  qualifier: 'LATEST',
  triggerConfig: { cronExpression: '@every 1m', enable: true, payload: '' },
} as const;

export function ossTrigger(bucket: string, prefix: string, events: readonly string[], suffix = '', name = 'one') {
  return {
    triggerName: name,
    triggerType: 'oss',
    sourceArn: `acs:oss:cn-hangzhou:${account}:${bucket}`,
    invocationRole: `acs:ram::${account}:role/starts-it`,
    triggerConfig: { events, filter: { key: { prefix, suffix } } },
  };
}

/** @throws {Error} when a test asks for what s.yaml may not say */
export function deployment(config: Config, over: Readonly<Record<string, unknown>> = {}): ResourceProps {
  const planned = planTriggers(config).triggers.map(({ bucket, prefix, events }, index) =>
    ossTrigger(bucket, prefix, events, '', `t${index}`),
  );
  const { props, mistakes } = validateResource({
    ...someProps(),
    environmentVariables: {},
    triggers: [...planned, ...(config.journal === 'throw' ? [] : [timer])],
    ...over,
  });
  if (props === undefined) throw new Error(JSON.stringify(mistakes));
  return props;
}

/** A configuration of these rules, by default in buckets of their own. */
export function configOf(
  rules: readonly (Omit<Partial<RuleInput>, 'when'> & { readonly when?: Partial<RuleInput['when']> })[],
  journal: 'throw' | { bucket: string; prefix: string } = { bucket: 'journal', prefix: 'autostyle/' },
): Config {
  return loadConfig(
    {
      journal,
      rules: rules.map(({ when, ...rule }, index) => ({
        name: `r${index}`,
        outputs: [{ style: 'image/auto-orient,1/resize,w_100', to: { bucket: 'out', key: '{key}' } }],
        ...rule,
        when: { bucket: 'photos', prefix: `in${index}/`, suffix: ['.jpg'], ...when },
      })),
    },
    {},
  );
}
