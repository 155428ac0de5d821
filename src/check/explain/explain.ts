// What the function does with one upload, and why: the rule that takes it, what keeps the others from it, the exact
// targets and requests, and how many requests that makes.
import type { Endpoint } from '../../oss/endpoint.js';
import { objectUri } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { indexConfig, match, removersOf } from '../../pipeline/match.js';
import type { Outcome, SkipReason } from '../../pipeline/outcome.js';
import { reasonsToRelay } from '../../rules/relay.js';
import { type Config, outputsOf, type Rule, type RuleOutput } from '../../rules/rule.js';
import { type Template, templateUses, type Variable } from '../../rules/template.js';
import type { LintFinding } from '../../style/lint/finding.js';
import { lintStyle } from '../../style/lint.js';
import { maxSourceBytes } from '../../style/source-limits.js';
import { someEtag } from '../rules/example-uploads.js';
import { targetOf } from '../rules/outputs.js';
import { type DryRequest, dryRun } from './dry-run.js';
import { type OtherRule, othersOf, withoutSize } from './others.js';
import { lookalikes } from './unicode.js';
import { unmet } from './unmet.js';

export interface Explanation {
  readonly source: string;
  readonly event: string;
  /** The rules that act on it: one for an upload, perhaps several for a removal. */
  readonly rules: readonly { readonly name: string; readonly path: string }[];
  /** Why nothing is done. */
  readonly skipped?: SkipReason | undefined;
  readonly outputs: readonly ExplainedOutput[];
  /** The other rules, those that came nearest first. */
  readonly others: readonly OtherRule[];
  /** Why OSS processes no such upload, whatever a rule asks for. */
  readonly refusedByOss?: { readonly code: string; readonly message: string } | undefined;
  /** Conditions that hold, or do not, only because of how an accent is written. */
  readonly lookalikes: readonly string[];
  /** Requests for one such upload. */
  readonly estimate: {
    readonly process: number;
    /** A GET and a PUT each; the GET is an image call, as a process call is. */
    readonly relay: number;
    readonly head: number;
    readonly delete: number;
    /** Of source data that OSS processes; billed by that. */
    readonly bytes: number;
  };
  /** What the event does not tell and was assumed, as far as it matters; `time` in epoch milliseconds. */
  readonly assumed: {
    readonly size?: number | undefined;
    readonly etag?: string | undefined;
    readonly time?: number | undefined;
  };
}

export interface ExplainedOutput {
  /** `rules[0].outputs[1]`. */
  readonly path: string;
  readonly style: string;
  /** Undefined where the template cannot be filled in. */
  readonly target?: string | undefined;
  /** The one that saves or deletes. Undefined where it is refused before anything is sent. */
  readonly request?: DryRequest | undefined;
  /** Present where it is relayed: why (see `reasonsToRelay`), and the request that comes before the other. */
  readonly relayed?: { readonly because: readonly string[]; readonly get?: DryRequest | undefined } | undefined;
  readonly refused?: { readonly code: string; readonly message: string } | undefined;
  readonly lint: readonly LintFinding[];
}

export interface ExplainOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  /** What stands in for a time, epoch milliseconds. */
  readonly now: number;
  /** The event is from a file: what it does not tell, the function does not know either. */
  readonly fromFile: boolean;
}

const someSize = 4_000_000;

/** Explains one upload or removal. */
export async function explain(upload: Upload, config: Config, options: ExplainOptions): Promise<Explanation> {
  const { rules } = config;
  const index = indexConfig(config);
  const { size = sizeFor(upload, rules), etag = someEtag, time = options.now } = upload;
  const whole: Upload = { ...upload, size, etag, time };
  const removed = upload.kind === 'removed';
  const given = options.fromFile ? upload : whole;
  const run = await dryRun(given, index, options.endpoint, removed ? undefined : { etag, time, size });
  const found = match(index, whole);
  const actors = removed ? removersOf(index, upload) : 'rule' in found ? [found.rule] : [];
  const all = outputsOf(config);
  const [only] = run.outcomes;
  const count = (method: DryRequest['method']) => run.requests.filter((request) => request.method === method).length;
  return {
    source: objectUri(upload.bucket, upload.key),
    event: upload.event,
    rules: actors.map((rule) => ({ name: rule.name, path: `rules[${rules.indexOf(rule)}]` })),
    skipped: only?.status === 'skipped' ? only.reason : undefined,
    outputs: run.outcomes.flatMap((outcome) => {
      const output = all.find((one) => isOutcomeOf(outcome, one, whole));
      return output === undefined ? [] : [explained(outcome, output, run.requests, options.region)];
    }),
    others: othersOf(rules, new Set(actors), whole, upload.size === undefined),
    refusedByOss: removed ? undefined : refusalOf(size),
    lookalikes: lookalikes(rules, upload),
    estimate: {
      process: count('POST'),
      relay: count('GET'),
      head: count('HEAD'),
      delete: count('DELETE'),
      bytes: (count('POST') + count('GET')) * size,
    },
    assumed: {
      size: upload.size === undefined && !removed ? size : undefined,
      etag: upload.etag === undefined && uses(actors, ['etag'], removed) ? etag : undefined,
      time: upload.time === undefined && uses(actors, ['year', 'month', 'day'], removed) ? time : undefined,
    },
  };
}

/** A photo of a few MB; another size where the first rule that may take it asks for one. */
function sizeFor(upload: Upload, rules: readonly Rule[]): number {
  const taking = rules.find((rule) => unmet(rule, withoutSize(upload)) === undefined);
  const { min = 0, max = Number.POSITIVE_INFINITY } = taking?.when.size ?? {};
  return Math.min(Math.max(someSize, min), max);
}

/** Whether keys have one of these variables, or headers and tags, which a removal does not send. */
function uses(rules: readonly Rule[], variables: readonly Variable[], removed: boolean): boolean {
  const used = (template: Template) => variables.some((name) => templateUses(template, name));
  return rules.some(({ outputs }) =>
    outputs.some(({ key, relay }) => {
      const sent = relay === undefined || removed ? [] : [...relay.headers, ...relay.tags];
      return used(key) || sent.some(({ value }) => used(value));
    }),
  );
}

function isOutcomeOf(outcome: Outcome, { rule, output }: RuleOutput, upload: Upload): boolean {
  if (!('rule' in outcome) || outcome.rule !== rule.name) return false;
  if (outcome.target === undefined) return 'style' in outcome && outcome.style === output.style;
  const target = targetOf({ rule, output }, upload);
  return target?.bucket === outcome.target.bucket && target.key === outcome.target.key;
}

function explained(
  outcome: Outcome,
  { rule, output, path }: RuleOutput,
  requests: readonly DryRequest[],
  region: string,
): ExplainedOutput {
  const { style, key } = output;
  const { target } = outcome;
  const own = requests.filter((one) => one.target?.bucket === target?.bucket && one.target?.key === target?.key);
  const because = outcome.status === 'removed' ? [] : reasonsToRelay(output);
  return {
    path,
    style,
    target: target && objectUri(target.bucket, target.key),
    request: target && own.find(({ method }) => method !== 'GET'),
    relayed: because.length === 0 ? undefined : { because, get: target && own.find(({ method }) => method === 'GET') },
    refused: outcome.status === 'failed' ? { code: outcome.error.code, message: outcome.error.message } : undefined,
    lint: lintStyle(style, { region, sourceSuffixes: rule.when.suffixes, targetKey: key.text }),
  };
}

/** The function does not know OSS's limit: it asks, and is refused. */
function refusalOf(size: number): Explanation['refusedByOss'] {
  if (size <= maxSourceBytes) return undefined;
  const message = `the upload has ${size} bytes, and OSS processes images of at most 20 MB (${maxSourceBytes} bytes)`;
  return { code: 'ImageTooLarge', message };
}
