// The triggers of s.yaml compared with the rules: keys that no trigger covers, triggers that no rule needs, the timer.
import { longestWait } from '../../deploy/s-schema/cron.js';
import type { ResourceProps } from '../../deploy/s-schema.js';
import { isUploadEvent, triggerRemovalEvents, triggerUploadEvents } from '../../deploy/triggers/events.js';
import { allCovered, filtersOf, keysUri, type ListedFilter, someCovered } from '../../deploy/triggers/filter.js';
import { planTriggers } from '../../deploy/triggers/plan.js';
import { boundedRules } from '../../rules/bounded.js';
import { showText } from '../../rules/issue.js';
import { type Config, envelopeOf, type Rule } from '../../rules/rule.js';
import { type Finding, finding, writeTriggersCommand } from '../finding.js';
import { type AskedKeys, askedKeys } from '../rules/asked-keys.js';
import { ruleName } from '../rules/outputs.js';

/**
 * What the triggers do not cover, and what they cover needlessly.
 * @param fix the command that writes the triggers that the rules need
 */
export function checkTriggers(config: Config, resource: ResourceProps, fix = writeTriggersCommand()): Finding[] {
  const filters = filtersOf(resource);
  return [
    ...uncovered(config, filters).map((one) => uncoveredFinding(one, fix)),
    ...filters.flatMap((filter) => idle(filter, config, skippedCost(resource), fix)),
    ...timer(config, resource, fix),
    ...planTriggers(config).problems.map(({ code, message, fix: planFix }) =>
      finding('info', code[0]?.toLowerCase() + code.slice(1), 'props.triggers', message, planFix),
    ),
  ];
}

/** Keys that a rule asks for, and events of them that no trigger covers. */
export interface Uncovered {
  readonly rule: string;
  readonly keys: AskedKeys;
  readonly missing: readonly string[];
  /** Triggers for some of these keys. */
  readonly near: readonly ListedFilter[];
}

/** What the rules ask for and no trigger covers; what several rules ask for is given for the first of them. */
export function uncovered(config: Config, filters: readonly ListedFilter[]): Uncovered[] {
  const found = new Map<string, Uncovered>();
  for (const { rule, name, wanted } of wantedEvents(config)) {
    for (const keys of askedKeys(rule)) {
      const near = filters.filter((filter) => filter.bucket === keys.bucket && someCovered(keys, filter));
      const covered = new Set(near.filter((filter) => allCovered(keys, filter)).flatMap(({ events }) => events));
      const missing = wanted.filter((event) => !covered.has(event));
      const id = `${keys.bucket}/${keys.prefix} ${missing.join()}`;
      if (missing.length > 0 && !found.has(id)) found.set(id, { rule: name, keys, missing, near });
    }
  }
  return [...found.values()];
}

/** The events that each rule asks for: uploads those of the envelope, removals those with onDelete. */
function wantedEvents(config: Config): { rule: Rule; name: string; wanted: readonly string[] }[] {
  const removes = (rule: Rule) => rule.onDelete === 'remove';
  if (config.envelope === undefined) {
    return config.rules.map((rule, index) => {
      const wanted = removes(rule) ? [...triggerUploadEvents, ...triggerRemovalEvents] : triggerUploadEvents;
      return { rule, name: ruleName(rule, index), wanted };
    });
  }
  const deployed = config.envelope.rules.map((rule, index) => {
    return { rule, name: `the deployed ${ruleName(rule, index)}`, wanted: triggerUploadEvents };
  });
  const removing = boundedRules(config).filter(removes);
  const named = removing.map((rule) => ({ rule, name: `rule ${showText(rule.name)}`, wanted: triggerRemovalEvents }));
  return [...deployed, ...named];
}

function uncoveredFinding({ rule, keys, missing, near }: Uncovered, fix: string): Finding {
  const place = keysUri(keys.bucket, { prefix: keys.prefix, suffix: '' });
  const events = missing.map((event) => event.slice('oss:'.length)).join(', ');
  if (missing.every((event) => triggerRemovalEvents.includes(event))) {
    const message = `${rule} removes derivatives (onDelete), but no trigger covers ${events} of all of ${place}: they stay when their source is deleted`;
    return finding('error', 'removalTriggerMissing', 'props.triggers', message, fix);
  }
  const part = near.find((filter) => missing.some((event) => filter.events.includes(event)));
  if (part !== undefined) {
    const message = `${rule} asks for ${place}, but trigger ${part.name} covers only ${keysUri(part.bucket, part)} of it: other uploads are never processed`;
    return finding('error', 'triggerTooNarrow', part.path, message, fix);
  }
  const message = `${rule} asks for ${place}, but no trigger covers ${events} there: such uploads are never processed`;
  return finding('error', 'triggerMissing', 'props.triggers', message, fix);
}

function idle(filter: ListedFilter, config: Config, cost: string, fix: string): Finding[] {
  const asks = (rule: Rule) =>
    askedKeys(rule).some((keys) => keys.bucket === filter.bucket && someCovered(keys, filter));
  const asking = envelopeOf(config).filter(asks);
  const place = keysUri(filter.bucket, filter);
  const each = `each costs an invocation that skips it, ${cost}`;
  if (asking.length === 0) {
    const message = `trigger ${filter.name} covers ${place}, which no rule asks for: ${each}`;
    return [finding('warning', 'triggerIdle', filter.path, message, `remove it: ${fix}`)];
  }
  const removing = boundedRules(config).filter(({ onDelete }) => onDelete === 'remove');
  if (filter.events.every(isUploadEvent) || removing.some(asks)) return [];
  const message = `trigger ${filter.name} covers removals in ${place}, where no rule has onDelete: ${each}`;
  return [finding('warning', 'removalsIdle', `${filter.path}.triggerConfig.events`, message, fix)];
}

/**
 * The price of invocations that skip all that they were started for; to say how much it matters, not what the bill is.
 * https://help.aliyun.com/zh/functioncompute/fc/product-overview/billing-overview-1
 */
export function skippedCost({ cpu, memorySize }: Pick<ResourceProps, 'cpu' | 'memorySize'>): string {
  // Yuan a CU, in the first tier; CU an invocation, a second of a vCPU, and a second of a GB of memory.
  const yuan = 0.000_11;
  const [perInvocation, perCpuSecond, perGbSecond] = [0.0075, 1, 0.15];
  // Of a warm instance that finds nothing to do.
  const seconds = 0.02;
  const cuPerSecond = cpu * perCpuSecond + (memorySize / 1024) * perGbSecond;
  return `about ¥${(1_000_000 * (perInvocation + cuPerSecond * seconds) * yuan).toFixed(2)} a million`;
}

/** Seconds that due records may wait without a finding, and without a warning. */
const [prompt, slow] = [60, 3_600];

function timer({ journal }: Config, { triggers }: ResourceProps, fix: string): Finding[] {
  const timers = triggers.flatMap((trigger, index) =>
    trigger.triggerType === 'timer' ? [{ ...trigger, path: `props.triggers[${index}]` }] : [],
  );
  const enabled = timers.filter(({ triggerConfig }) => triggerConfig.enable);
  if (journal === 'throw') {
    return enabled.map(({ triggerName, path }) => {
      const message = `trigger ${triggerName} runs due records of the journal, but the configuration keeps no journal`;
      return finding('warning', 'timerIdle', path, message, `remove it: ${fix}`);
    });
  }
  const [off] = timers;
  if (off === undefined) {
    const message = 'no timer trigger: due records of the journal are never run';
    return [finding('error', 'timerMissing', 'props.triggers', message, fix)];
  }
  // Each of them runs what is due: the best is what counts.
  const waits = enabled.map((one) => ({ ...one, wait: longestWait(one.triggerConfig.cronExpression) ?? 0 }));
  const best = waits.toSorted((one, other) => one.wait - other.wait)[0];
  if (best === undefined) {
    const message = `the timer trigger ${off.triggerName} is switched off: due records of the journal are never run`;
    return [finding('error', 'timerMissing', `${off.path}.triggerConfig.enable`, message, 'enable: true')];
  }
  if (best.wait <= prompt) return [];
  const wait = best.wait >= 86_400 ? 'a day or longer' : `for up to ${Math.ceil(best.wait / 60)} minutes`;
  const message = `the timer trigger ${best.triggerName} does not run every minute: due records wait for it, ${wait}`;
  const where = `${best.path}.triggerConfig.cronExpression`;
  const severity = best.wait > slow ? 'warning' : 'info';
  return [finding(severity, 'timerSlow', where, message, "cronExpression: '@every 1m'")];
}
