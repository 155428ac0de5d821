// The triggers of s.yaml against the rules: keys that no trigger hears, triggers that no rule needs, the timer.
import { longestWait } from '../deploy/s-schema/cron.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { isUploadEvent, removalEvents, uploadEvents } from '../deploy/triggers/events.js';
import {
  allCovered,
  filtersOf,
  type KeyFilter,
  keysUri,
  type ListedFilter,
  someCovered,
} from '../deploy/triggers/filter.js';
import { planTriggers } from '../deploy/triggers/plan.js';
import type { Config, Rule } from '../rules/rule.js';
import { rewriteTriggers } from './commands.js';
import { type Found, found } from './finding.js';
import { ruleName } from './place.js';
import { skippedMillion } from './price.js';

/**
 * What the triggers miss, and what they hear in vain.
 * @param rewrite the command that writes those that the rules need
 */
export function checkTriggers(config: Config, resource: ResourceProps, rewrite = rewriteTriggers({})): Found[] {
  const hearers = filtersOf(resource);
  return [
    ...unheard(config, hearers).map((one) => missed(one, rewrite)),
    ...idle(config, hearers, resource, rewrite),
    ...timer(config, resource, rewrite),
    ...planTriggers(config).problems.map(({ code, message, fix }) =>
      found('info', code[0]?.toLowerCase() + code.slice(1), 'props.triggers', message, fix),
    ),
  ];
}

/** By bucket, prefix and suffix: what a rule asks for. */
function* asked({ when }: Rule): Generator<KeyFilter & { readonly bucket: string }> {
  for (const bucket of when.buckets) {
    for (const prefix of when.prefixes) {
      for (const suffix of when.suffixes.length === 0 ? [''] : when.suffixes) yield { bucket, prefix, suffix };
    }
  }
}

/** Keys that a rule asks for, and events of them that no trigger hears. */
export interface Unheard {
  readonly rule: string;
  readonly keys: KeyFilter & { readonly bucket: string };
  readonly missing: readonly string[];
  /** Triggers for some of these keys. */
  readonly near: readonly ListedFilter[];
}

/** What the rules ask for and no trigger hears; what is so for several rules is told of the first. */
export function unheard({ rules }: Config, hearers: readonly ListedFilter[]): Unheard[] {
  const found = new Map<string, Unheard>();
  for (const [index, rule] of rules.entries()) {
    for (const keys of asked(rule)) {
      const near = hearers.filter((hearer) => hearer.bucket === keys.bucket && someCovered(keys, hearer));
      const full = near.filter((hearer) => allCovered(keys, hearer));
      const heard = new Set(full.flatMap(({ events }) => events));
      const wanted = [...uploadEvents, ...(rule.onDelete === 'remove' ? removalEvents : [])];
      const missing = wanted.filter((event) => !heard.has(event));
      if (missing.length === 0) continue;
      const where = `${keys.bucket}/${keys.prefix}`;
      const id = `${where} ${missing.join()}`;
      if (!found.has(id)) found.set(id, { rule: ruleName(rule, index), keys, missing, near });
    }
  }
  return [...found.values()];
}

function missed({ rule: name, keys, missing, near }: Unheard, rewrite: string): Found {
  const what = keysUri(keys.bucket, { prefix: keys.prefix, suffix: '' });
  const events = missing.map((event) => event.slice('oss:'.length)).join(', ');
  const part = near.find(({ events: heard }) => missing.some((event) => heard.includes(event)));
  if (missing.every((event) => removalEvents.includes(event))) {
    const message = `${name} removes derivatives (onDelete), but no trigger hears ${events} of all of ${what}: they stay when their source is deleted`;
    return found('error', 'removalTriggerMissing', 'props.triggers', message, rewrite);
  }
  if (part !== undefined) {
    const message = `${name} asks for ${what}, but trigger ${part.name} hears only ${keysUri(part.bucket, part)} of it: other uploads are never processed`;
    return found('error', 'triggerTooNarrow', part.path, message, rewrite);
  }
  const message = `${name} asks for ${what}, but no trigger hears ${events} there: such uploads are never processed`;
  return found('error', 'triggerMissing', 'props.triggers', message, rewrite);
}

function idle({ rules }: Config, hearers: readonly ListedFilter[], resource: ResourceProps, rewrite: string): Found[] {
  const cost = `each costs an invocation that skips it, about ¥${skippedMillion(resource).toFixed(2)} a million`;
  const wanted = rules.map((rule) => ({ rule, keys: [...asked(rule)] }));
  return hearers.flatMap((hearer) => {
    const heard = wanted.flatMap(({ rule, keys }) =>
      keys.filter((one) => one.bucket === hearer.bucket && someCovered(one, hearer)).map((one) => ({ rule, ...one })),
    );
    const place = keysUri(hearer.bucket, hearer);
    if (heard.length === 0) {
      const message = `trigger ${hearer.name} hears ${place}, which no rule asks for: ${cost}`;
      return [found('warning', 'triggerIdle', hearer.path, message, `take it out: ${rewrite}`)];
    }
    const findings: Found[] = [];
    const removals = hearer.events.filter((event) => !isUploadEvent(event));
    if (removals.length > 0 && !heard.some(({ rule }) => rule.onDelete === 'remove')) {
      const message = `trigger ${hearer.name} hears removals in ${place}, where no rule has onDelete: ${cost}`;
      findings.push(found('warning', 'removalsIdle', `${hearer.path}.triggerConfig.events`, message, rewrite));
    }
    return findings;
  });
}

/** Seconds that what is due may wait without a word, and without a warning. */
const [prompt, slow] = [60, 3_600];

function timer({ journal }: Config, { triggers }: ResourceProps, rewrite: string): Found[] {
  const timers = triggers.flatMap((trigger, index) =>
    trigger.triggerType === 'timer' ? [{ ...trigger, path: `props.triggers[${index}]` }] : [],
  );
  const enabled = timers.filter(({ triggerConfig }) => triggerConfig.enable);
  if (journal === 'throw') {
    return enabled.map(({ triggerName, path }) => {
      const message = `trigger ${triggerName} runs what the journal holds due, but the configuration keeps no journal`;
      return found('warning', 'timerIdle', path, message, `take it out: ${rewrite}`);
    });
  }
  const [off] = timers;
  if (off === undefined) {
    const message = 'no timer trigger: what the journal holds due is never run';
    return [found('error', 'timerMissing', 'props.triggers', message, rewrite)];
  }
  // Each of them runs what is due: the best is what counts.
  const waits = enabled.map((one) => ({ ...one, wait: longestWait(one.triggerConfig.cronExpression) ?? 0 }));
  const best = waits.toSorted((one, other) => one.wait - other.wait)[0];
  if (best === undefined) {
    const message = `the timer trigger ${off.triggerName} is switched off: what the journal holds due is never run`;
    return [found('error', 'timerMissing', `${off.path}.triggerConfig.enable`, message, 'enable: true')];
  }
  if (best.wait <= prompt) return [];
  const message = `the timer trigger ${best.triggerName} does not run every minute: what is due waits for it, ${waitText(best.wait)}`;
  const where = `${best.path}.triggerConfig.cronExpression`;
  const severity = best.wait > slow ? 'warning' : 'info';
  return [found(severity, 'timerSlow', where, message, "cronExpression: '@every 1m'")];
}

function waitText(seconds: number): string {
  if (seconds >= 86_400) return 'a day or longer';
  return `for up to ${Math.ceil(seconds / 60)} minutes`;
}
