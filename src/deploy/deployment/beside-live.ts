// What is to be deployed beside what runs now. For as long as one time-out, instances of both run: the envelope of
// rules (rules/loops.ts) keeps versions of one deployment apart, but not two deployments. And what waits in the journal
// stays where the version before has written it.
import type { RemoteTrigger } from '../../remote/function-compute.js';
import { showText } from '../../rules/issue.js';
import { printable } from '../../rules/printable.js';
import type { Config, Journal } from '../../rules/rule.js';
import { outputsOf } from '../../rules/rule.js';
import { journalPattern, type TargetPattern, targetPatterns } from '../../rules/target-pattern.js';
import type { Environment } from '../../rules/values.js';
import { UserError } from '../../terminal/user-error.js';
import { sameJournal, takeAlong } from '../moved-journal.js';
import { isUploadEvent } from '../triggers/events.js';
import { filterOf, keysUri, someCovered, type TriggerFields, type TriggerFilter } from '../triggers/filter.js';

/** What a deployment replaces, and by what. */
export interface Replacement {
  readonly config: Config;
  /** The triggers of s.yaml. */
  readonly listed: readonly TriggerFields[];
  /** The triggers of the live function; what EventBridge or a queue delivers has no filter that can be seen. */
  readonly live: readonly RemoteTrigger[];
  /** Seconds. */
  readonly timeout: number;
}

/**
 * The outputs, and the journal, that would be saved where only the version that runs now listens. If that one saves
 * where the new one listens, which cannot be seen, the two start each other. Where both listen, rules that suffix or
 * exclude alone tell apart are taken to be the same.
 */
export function heardByLive({ config, listed, live }: Omit<Replacement, 'timeout'>): string[] {
  const own = filters(listed);
  const left = filters(live).filter((filter) => !own.some((other) => isWithin(filter, other)));
  const hearing = (patterns: readonly TargetPattern[]) =>
    left.find((filter) => patterns.some((one) => one.bucket === filter.bucket && someCovered(one, filter)));
  const places = [
    { name: 'the journal', patterns: journalPattern(config) },
    ...outputsOf(config).map(({ rule, output, path }) => ({
      name: `${path} ${showText(output.key.text)}`,
      patterns: targetPatterns(output, rule),
    })),
  ];
  return places.flatMap(({ name, patterns }) => {
    const filter = hearing(patterns);
    return filter === undefined ? [] : [`${name}: trigger ${filter.name} covers ${keysUri(filter.bucket, filter)}`];
  });
}

/** @throws {UserError} when the two versions could start each other */
export function refuseMutualStart(replacement: Replacement): void {
  const heard = heardByLive(replacement);
  if (heard.length === 0) return;
  throw new UserError(
    [
      'nothing was deployed: this is saved where the version that runs now listens, and this one does not:',
      ...heard.slice(0, 10).map((line) => `  ${printable(line)}`),
      ...(heard.length > 10 ? [`  … and ${heard.length - 10} more`] : []),
      `instances of both run for a time-out (${replacement.timeout} s), and could start each other. In two steps: deploy`,
      'without what is named here, which ends those triggers; when that time has passed, deploy with it',
    ].join('\n  '),
  );
}

/**
 * What to do about the journal, where the variables of the function show that it moves.
 * @param rules loads the rules with these variables; where CONFIG_URI names others, they are not known here
 */
export function journalNote(
  rules: (environment: Environment) => Config,
  live: Environment | undefined,
  next: Environment,
): string | undefined {
  if (live === undefined) return undefined;
  const before = journalOf(rules, live);
  const after = journalOf(rules, next);
  if (before === undefined || after === undefined || before === 'throw' || sameJournal(before, after)) return undefined;
  return `note: the journal moves, and what is due stays where it is; ${takeAlong(before)}`;
}

function journalOf(
  rules: (environment: Environment) => Config,
  environment: Environment,
): Journal | 'throw' | undefined {
  if (environment['CONFIG_URI']) return undefined;
  try {
    return rules(environment).journal;
  } catch (error) {
    // Those variables are for rules that have changed since.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function filters(triggers: readonly TriggerFields[]): TriggerFilter[] {
  return triggers.flatMap((trigger) => {
    const filter = filterOf(trigger);
    return filter?.events.some(isUploadEvent) ? [filter] : [];
  });
}

function isWithin(one: TriggerFilter, other: TriggerFilter): boolean {
  return one.bucket === other.bucket && one.prefix.startsWith(other.prefix) && one.suffix.endsWith(other.suffix);
}
