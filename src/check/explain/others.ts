// The rules that do not act on an upload, each with what keeps it from doing so.
import type { Upload } from '../../pipeline/event.js';
import type { Rule } from '../../rules/rule.js';
import { type Condition, conditions, unmet } from './unmet.js';

/** A rule that does not take the upload. */
export interface OtherRule {
  readonly rule: string;
  readonly path: string;
  /**
   * The first condition that does not hold; `order`: all do, but an earlier rule takes the upload. `onDelete`: it
   * leaves derivatives.
   */
  readonly condition: Condition | 'order' | 'onDelete';
  readonly why: string;
}

/** Those that came nearest first. */
export function othersOf(
  rules: readonly Rule[],
  actors: ReadonlySet<Rule>,
  upload: Upload,
  sizeAssumed: boolean,
): OtherRule[] {
  const removed = upload.kind === 'removed';
  // The size of what is gone is not known.
  const known = removed ? withoutSize(upload) : upload;
  const others = rules.flatMap((rule, index): OtherRule[] => {
    if (actors.has(rule)) return [];
    const condition = unmet(rule, known) ?? (removed && rule.onDelete === undefined ? 'onDelete' : 'order');
    return [
      { rule: rule.name, path: `rules[${index}]`, condition, why: reasonOf(condition, rule, upload, sizeAssumed) },
    ];
  });
  // How many of its conditions hold: all of them where another reason keeps it from the upload.
  const nearness = ({ condition }: OtherRule) => [...conditions, condition].indexOf(condition);
  return others.sort((one, other) => nearness(other) - nearness(one));
}

function reasonOf(
  condition: OtherRule['condition'],
  { when }: Rule,
  { bucket, key, size = 0 }: Upload,
  sizeAssumed: boolean,
): string {
  switch (condition) {
    case 'bucket':
      return `bucket: it listens to ${some(when.buckets)}, not to ${bucket}`;
    case 'prefix':
      return `prefix: the key does not start with ${some(when.prefixes)}`;
    case 'suffix':
      return `suffix: the key does not end with ${some(when.suffixes)}`;
    case 'exclude':
      return `exclude: the key starts with ${when.excludes.find((exclude) => key.startsWith(exclude))}`;
    case 'size': {
      const { min, max } = when.size ?? {};
      if (size === 0) return 'size: 0 bytes, which no rule takes';
      const bounds = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean);
      return `size: ${size} bytes${sizeAssumed ? ' (assumed)' : ''}, not ${bounds.join(' and ')}`;
    }
    case 'onDelete':
      return 'onDelete: it leaves its derivatives when their source is deleted';
    case 'order':
      return 'order: an earlier rule takes it first';
  }
}

function some(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).map((text) => (text === '' ? '""' : text));
  return texts.length > 5 ? `${shown.join(', ')} … (${texts.length} in all)` : shown.join(' or ');
}

/** For what is gone, or is assumed. */
export function withoutSize({ size: _, ...rest }: Upload): Upload {
  return rest;
}
