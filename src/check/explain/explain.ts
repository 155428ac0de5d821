// What the function does with one upload, and why: the rule that takes it, what keeps the others from it, the exact targets
// and requests, and what they amount to.

import type { Endpoint } from '../../oss/endpoint.js';
import { objectUri } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { type Condition, conditions, indexRules, match, removersOf, unmet } from '../../pipeline/match.js';
import type { Outcome, SkipReason } from '../../pipeline/outcome.js';
import type { Config, Output, Rule } from '../../rules/rule.js';
import { render, templateUses, variablesOf } from '../../rules/template.js';
import type { LintFinding } from '../../style/lint/finding.js';
import { lintStyle } from '../../style/lint.js';
import { someEtag } from '../sample.js';
import { dryRun, type Request } from './dry-run.js';

export interface Explanation {
  readonly source: string;
  readonly event: string;
  /** The rules that act on it: one for an upload, perhaps several for a removal. */
  readonly rules: readonly { readonly name: string; readonly path: string }[];
  /** Why nothing is done. */
  readonly skipped?: SkipReason;
  readonly outputs: readonly ExplainedOutput[];
  /** The other rules, those that came nearest first. */
  readonly others: readonly Refusal[];
  readonly estimate: Estimate;
  /** What the event does not tell and was assumed, as far as it matters. */
  readonly assumed: Assumed;
}

export interface ExplainedOutput {
  /** `rules[0].outputs[1]`. */
  readonly path: string;
  readonly style: string;
  /** Absent where the template cannot be filled in. */
  readonly target?: string;
  /** Absent where it is refused before anything is sent. */
  readonly request?: Request;
  readonly refused?: { readonly code: string; readonly message: string };
  readonly lint: readonly LintFinding[];
}

export interface Refusal {
  readonly rule: string;
  readonly path: string;
  /** The first condition that does not hold; `order`: all do, but an earlier rule takes the upload. `onDelete`: it leaves derivatives. */
  readonly condition: Condition | 'order' | 'onDelete';
  readonly why: string;
}

/** Of one such upload. */
export interface Estimate {
  readonly process: number;
  readonly head: number;
  readonly delete: number;
  /** Of source data that OSS processes; billed by that. */
  readonly bytes: number;
}

export interface Assumed {
  readonly size?: number;
  readonly etag?: string;
  /** Epoch milliseconds. */
  readonly time?: number;
}

export interface ExplainOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  /** What stands in for a time, epoch milliseconds. */
  readonly now: number;
  /** The event is from a file: what it does not tell, the function does not know either. */
  readonly told?: boolean;
}

const someSize = 4_000_000;

/** Explains one upload or removal. */
export async function explain(upload: Upload, config: Config, options: ExplainOptions): Promise<Explanation> {
  const { rules } = config;
  const index = indexRules(rules);
  const size = upload.size ?? sizeFor(upload, rules);
  const etag = upload.etag ?? someEtag;
  const time = upload.time ?? options.now;
  const whole: Upload = { ...upload, size, etag, time };
  const removed = upload.kind === 'removed';
  const run = await dryRun(
    options.told ? upload : whole,
    index,
    options.endpoint,
    removed ? undefined : { etag, time, size },
  );
  const found = match(index, whole);
  const actors = removed ? removersOf(index, upload) : 'rule' in found ? [found.rule] : [];
  const place = (rule: Rule) => ({ name: rule.name, path: `rules[${rules.indexOf(rule)}]` });
  const [only] = run.outcomes;
  const outputs = run.outcomes.flatMap((outcome) => {
    const rule = rules.find(({ name }) => 'rule' in outcome && name === outcome.rule);
    return rule === undefined
      ? []
      : [explained(outcome, rule, rules.indexOf(rule), whole, run.requests, options.region)];
  });
  const count = (method: Request['method']) => run.requests.filter((request) => request.method === method).length;
  return {
    source: objectUri(upload.bucket, upload.key),
    event: upload.event,
    rules: actors.map(place),
    ...(only?.status === 'skipped' ? { skipped: only.reason } : {}),
    outputs,
    others: othersOf(rules, new Set(actors), whole, removed),
    estimate: { process: count('POST'), head: count('HEAD'), delete: count('DELETE'), bytes: count('POST') * size },
    assumed: {
      ...(upload.size === undefined && !removed ? { size } : {}),
      ...(upload.etag === undefined && uses(actors, ['etag']) ? { etag } : {}),
      ...(upload.time === undefined && uses(actors, ['year', 'month', 'day']) ? { time } : {}),
    },
  };
}

/** A photo of a few MB; other sizes where the first rule that may take it asks for them. */
function sizeFor(upload: Upload, rules: readonly Rule[]): number {
  const { size: _, ...rest } = upload;
  const { min = 0, max = Number.POSITIVE_INFINITY } =
    rules.find((rule) => unmet(rule, rest) === undefined)?.when.size ?? {};
  return Math.min(Math.max(someSize, min), max);
}

function uses(rules: readonly Rule[], variables: readonly Parameters<typeof templateUses>[1][]): boolean {
  return rules.some(({ outputs }) => outputs.some(({ key }) => variables.some((name) => templateUses(key, name))));
}

function explained(
  outcome: Outcome,
  rule: Rule,
  ruleIndex: number,
  upload: Upload,
  requests: readonly Request[],
  region: string,
): ExplainedOutput {
  const target = 'target' in outcome ? outcome.target : undefined;
  const isIts = (output: Output) => {
    const rendered = render(output.key, variablesOf(upload, rule.name));
    if (!('key' in rendered) || target === undefined) return 'style' in outcome && output.style === outcome.style;
    return rendered.key === target.key && (output.bucket ?? upload.bucket) === target.bucket;
  };
  const outputIndex = rule.outputs.findIndex(isIts);
  const output = rule.outputs[outputIndex];
  const style = output?.style ?? '';
  const request = requests.find((one) => one.target?.bucket === target?.bucket && one.target?.key === target?.key);
  const lint = lintStyle(style, { region, sourceSuffixes: rule.when.suffixes, targetKey: output?.key.text ?? '' });
  return {
    path: `rules[${ruleIndex}].outputs[${outputIndex}]`,
    style,
    ...(target === undefined ? {} : { target: objectUri(target.bucket, target.key) }),
    ...(request?.target === undefined ? {} : { request }),
    ...(outcome.status === 'failed' ? { refused: { code: outcome.error.code, message: outcome.error.message } } : {}),
    lint,
  };
}

function othersOf(rules: readonly Rule[], actors: ReadonlySet<Rule>, upload: Upload, removed: boolean): Refusal[] {
  // The size of what is gone is not known.
  const { size, ...rest } = upload;
  const asked = removed || size === undefined ? rest : { ...rest, size };
  const others = rules.flatMap((rule, index): Refusal[] => {
    if (actors.has(rule)) return [];
    const condition = unmet(rule, asked) ?? (removed && rule.onDelete === undefined ? 'onDelete' : 'order');
    return [{ rule: rule.name, path: `rules[${index}]`, condition, why: reasonOf(condition, rule, upload) }];
  });
  const nearness = ({ condition }: Refusal) => {
    const passed: number = (conditions as readonly string[]).indexOf(condition);
    return passed === -1 ? conditions.length : passed;
  };
  return others.sort((one, other) => nearness(other) - nearness(one));
}

function reasonOf(condition: Refusal['condition'], { when }: Rule, { bucket, key, size = 0 }: Upload): string {
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
      const bounds = [
        ...(when.size?.min === undefined ? [] : [`at least ${when.size.min}`]),
        ...(when.size?.max === undefined ? [] : [`at most ${when.size.max}`]),
      ];
      return `size: ${size} bytes, not ${bounds.join(' and ')}`;
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
