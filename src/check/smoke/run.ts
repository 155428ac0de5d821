// One upload through the built function on the embedded OSS and Function Compute, and what became of each output.
import { functionName, type LocalCloud } from '../../local/cloud.js';
import { photoOf } from '../../local/samples/photo-of.js';
import { objectUri } from '../../oss/object-name.js';
import { derivativeHeaders } from '../../oss/relay/headers.js';
import { readEvent } from '../../pipeline/event.js';
import { type Job, jobsOf } from '../../pipeline/jobs.js';
import type { RuleIndex } from '../../pipeline/match.js';
import type { Failure } from '../../pipeline/outcome.js';
import { functionFailureOf } from '../../remote/invoke/engine.js';
import type { Rule } from '../../rules/rule.js';
import { variableOf } from '../../rules/template.js';
import { jsonObjectIn } from '../../terminal/text.js';
import { type Difference, differencesOf } from '../differences.js';
import { detailsAt, isThere, put } from './objects.js';
import type { SmokeUpload } from './upload.js';

/** A rule to be tried. */
export interface Trial {
  readonly rule: Rule;
  /** Its place in the configuration. */
  readonly at: number;
  readonly rules: readonly Rule[];
  readonly index: RuleIndex;
  readonly cloud: LocalCloud;
  /** The function's lines so far; those of this trial are added. */
  readonly log: string[];
  readonly signal: AbortSignal;
}

/** What became of one output. */
export interface OutputResult {
  readonly saved: boolean;
  readonly uri?: string | undefined;
  readonly failure?: Failure | undefined;
  /** Why there is none, where it is not saved. */
  readonly why: string;
  /** Headers and tags that its rule asks for, and that it has not. */
  readonly differs?: readonly Difference[] | undefined;
}

/** Uploads it, and looks for the target of each output. */
export async function run({ rule, index, cloud, log, signal }: Trial, upload: SmokeUpload): Promise<OutputResult[]> {
  const event = await put(rule, upload, cloud.url);
  log.length = 0;
  const { errorType, result } = await cloud.fc.invoke(functionName, event, { signal });
  const thrown = errorType === undefined ? undefined : functionFailureOf(errorType, result.toString()).message;
  const failures = new Map(log.flatMap(failureIn));
  const results: OutputResult[] = [];
  for (const job of jobsFor(rule, event, index)) {
    if (typeof job === 'string') {
      results.push({ saved: false, why: job });
      continue;
    }
    const { target } = job;
    const uri = objectUri(target.bucket, target.key);
    const failure = failures.get(uri);
    const why = failure?.message ?? thrown ?? 'its log does not say why';
    const saved = failure === undefined && (await isThere(target, cloud.url));
    results.push({ saved, uri, failure, why, differs: saved ? await differencesIn(job, cloud.url) : undefined });
  }
  return results;
}

/** Longer sides in pixels of photos that are larger and smaller than the usual one. */
const otherSizes = { larger: 8_000, smaller: 600 } as const;
export type OtherSize = keyof typeof otherSizes;

/** The same with photos of other sizes, as far as the rule takes them. */
export async function runOtherSizes(trial: Trial, made: SmokeUpload) {
  const tried: { readonly size: OtherSize; readonly results: readonly OutputResult[] }[] = [];
  for (const size of Object.keys(otherSizes) as OtherSize[]) {
    const body = await photoOf(made.format, made.range, [otherSizes[size]]);
    if (body !== undefined) tried.push({ size, results: await run(trial, { ...made, body }) });
  }
  return tried;
}

/** The job of each output, as the function works it out of the event; or why it has none. */
function jobsFor(rule: Rule, event: Buffer, index: RuleIndex): (Job | string)[] {
  const { uploads } = readEvent(event);
  return uploads.flatMap((upload) =>
    rule.outputs.map((output) => {
      const { jobs, failures } = jobsOf(upload, { ...rule, outputs: [output] }, index);
      return jobs[0] ?? failures[0]?.error.message ?? '';
    }),
  );
}

/** What of a relayed derivative is not as its rule asks. */
async function differencesIn({ upload, rule, target, relay }: Job, url: string): Promise<readonly Difference[]> {
  if (relay === undefined) return [];
  const wanted = derivativeHeaders(relay, (variable) => variableOf(variable, upload, rule));
  return (await differencesOf(target, wanted, detailsAt(url))).differs;
}

/** The target and the reason, where a line of the log tells of a failure. */
function failureIn(line: string): [target: string, error: Failure][] {
  const { target, error } = (jsonObjectIn(line) ?? {}) as { target?: string; error?: Failure };
  return target === undefined || error === undefined ? [] : [[target, error]];
}
