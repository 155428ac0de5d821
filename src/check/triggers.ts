// The triggers of s.yaml against the rules: keys that no trigger hears, triggers that no rule needs, the timer.
import type { ResourceProps } from '../deploy/s-schema.js';
import { planTriggers, removalEvents, uploadEvents } from '../deploy/trigger-plan.js';
import type { Config, Rule } from '../rules/load.js';
import { type Found, found } from './finding.js';
import { type Hearer, hearersOf, hearsAll, hearsSome, isUpload, type Keys, keysUri } from './hearing.js';
import { ruleName } from './place.js';
import { skippedMillion } from './price.js';

const rewrite = 'npm run triggers -- --write';

/** What the triggers miss, and what they hear in vain. */
export function checkTriggers(config: Config, resource: ResourceProps): Found[] {
  const hearers = hearersOf(resource);
  return [
    ...unheard(config, hearers),
    ...idle(config, hearers, resource),
    ...timer(config, resource),
    ...planTriggers(config).problems.map(({ code, message, fix }) =>
      found('info', code[0]?.toLowerCase() + code.slice(1), 'props.triggers', message, fix),
    ),
  ];
}

/** By bucket, prefix and suffix: what a rule asks for. */
function* asked({ when }: Rule): Generator<Keys & { readonly bucket: string }> {
  for (const bucket of when.buckets) {
    for (const prefix of when.prefixes) {
      for (const suffix of when.suffixes.length === 0 ? [''] : when.suffixes) yield { bucket, prefix, suffix };
    }
  }
}

function unheard({ rules }: Config, hearers: readonly Hearer[]): Found[] {
  const findings = new Map<string, Found>();
  for (const [index, rule] of rules.entries()) {
    for (const keys of asked(rule)) {
      const near = hearers.filter((hearer) => hearer.bucket === keys.bucket && hearsSome(keys, hearer));
      const full = near.filter((hearer) => hearsAll(keys, hearer));
      const heard = new Set(full.flatMap(({ events }) => events));
      const wanted = [...uploadEvents, ...(rule.onDelete === 'remove' ? removalEvents : [])];
      const missing = wanted.filter((event) => !heard.has(event));
      if (missing.length === 0) continue;
      const where = `${keys.bucket}/${keys.prefix}`;
      const id = `${where} ${missing.join()}`;
      if (!findings.has(id)) findings.set(id, missed(ruleName(rule, index), keys, missing, near));
    }
  }
  return [...findings.values()];
}

function missed(
  name: string,
  keys: Keys & { bucket: string },
  missing: readonly string[],
  near: readonly Hearer[],
): Found {
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

function idle({ rules }: Config, hearers: readonly Hearer[], resource: ResourceProps): Found[] {
  const cost = `each costs an invocation that skips it, about ¥${skippedMillion(resource).toFixed(2)} a million`;
  const wanted = rules.map((rule) => ({ rule, keys: [...asked(rule)] }));
  return hearers.flatMap((hearer) => {
    const heard = wanted.flatMap(({ rule, keys }) =>
      keys.filter((one) => one.bucket === hearer.bucket && hearsSome(one, hearer)).map((one) => ({ rule, ...one })),
    );
    const place = keysUri(hearer.bucket, hearer);
    if (heard.length === 0) {
      const message = `trigger ${hearer.name} hears ${place}, which no rule asks for: ${cost}`;
      return [found('warning', 'triggerIdle', hearer.path, message, `take it out: ${rewrite}`)];
    }
    const findings: Found[] = [];
    const removals = hearer.events.filter((event) => !isUpload(event));
    if (removals.length > 0 && !heard.some(({ rule }) => rule.onDelete === 'remove')) {
      const message = `trigger ${hearer.name} hears removals in ${place}, where no rule has onDelete: ${cost}`;
      findings.push(found('warning', 'removalsIdle', `${hearer.path}.triggerConfig.events`, message, rewrite));
    }
    return findings;
  });
}

function timer({ journal }: Config, { triggers }: ResourceProps): Found[] {
  const index = triggers.findIndex(({ triggerType }) => triggerType === 'timer');
  const one = triggers[index];
  const path = `props.triggers[${index}]`;
  if (journal === 'throw') {
    if (one === undefined) return [];
    const message = `trigger ${one.triggerName} runs what the journal holds due, but the configuration keeps no journal`;
    return [found('warning', 'timerIdle', path, message, `take it out: ${rewrite}`)];
  }
  if (one?.triggerType !== 'timer') {
    const message = 'no timer trigger: what the journal holds due is never run';
    return [found('error', 'timerMissing', 'props.triggers', message, rewrite)];
  }
  const { enable, cronExpression } = one.triggerConfig;
  if (!enable) {
    const message = `the timer trigger ${one.triggerName} is switched off: what the journal holds due is never run`;
    return [found('error', 'timerMissing', `${path}.triggerConfig.enable`, message, 'enable: true')];
  }
  if (cronExpression === '@every 1m') return [];
  const message = `the timer trigger ${one.triggerName} does not run every minute: what is due waits for it`;
  return [found('info', 'timerSlow', `${path}.triggerConfig.cronExpression`, message, "cronExpression: '@every 1m'")];
}
