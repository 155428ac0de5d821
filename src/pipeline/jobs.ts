// Upload and rule → jobs, one for each output, whose target is decided in target.ts. An output without a target becomes
// a failure of that output alone. Before: match.ts. After: save.ts.
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import type { Relay, Rule } from '../rules/rule.js';
import type { Upload } from './event.js';
import { type RuleIndex, removersOf, wouldStart } from './match.js';
import type { Failed } from './outcome.js';
import { type Refusal, targetOf } from './target.js';

/** One derivative to make, or to delete. */
export interface Job {
  readonly upload: Upload;
  readonly rule: string;
  readonly style: string;
  readonly target: ObjectName;
  /** See `Output`. */
  readonly relay?: Relay | undefined;
}

export interface PlannedJobs {
  readonly jobs: readonly Job[];
  /** Outputs that can never be made for this upload. */
  readonly failures: readonly Failed[];
}

/** The jobs of one upload under the rule that took it. Jobs + failures = outputs of the rule, always. */
export function jobsOf(upload: Upload, rule: Rule, index: RuleIndex): PlannedJobs {
  const jobs: Job[] = [];
  const failures: Failed[] = [];
  const starts = ({ bucket, key }: ObjectName) => wouldStart(index, bucket, key);
  for (const output of rule.outputs) {
    const found = targetOf(upload, rule, output, starts);
    if ('code' in found) failures.push(refusedJob(upload, rule, output.style, found));
    else jobs.push({ upload, rule: rule.name, style: output.style, target: found, relay: output.relay });
  }
  return { jobs, failures };
}

/** The jobs that delete what rules with onDelete may have made of an upload, but for the targets that are kept. */
export function removalJobs(upload: Upload, index: RuleIndex, kept: readonly ObjectName[] = []): readonly Job[] {
  return without(
    removersOf(index, upload).flatMap((rule) => jobsOf(upload, rule, index).jobs),
    kept,
  );
}

/** The jobs with other targets than these. */
export function without(jobs: readonly Job[], kept: readonly ObjectName[]): readonly Job[] {
  return jobs.filter(({ target }) => !kept.some((one) => sameObject(one, target)));
}

function refusedJob(upload: Upload, rule: Rule, style: string, refusal: Refusal): Failed {
  const { code, target } = refusal;
  return {
    status: 'failed',
    source: { bucket: upload.bucket, key: upload.key },
    rule: rule.name,
    style,
    target,
    error: { kind: 'permanent', code, message: printable(messageOf(refusal)) },
  };
}

function messageOf({ code, detail, target }: Refusal): string {
  switch (code) {
    case 'InvalidSourceKey':
      return `the source key ${explained(detail)}`;
    case 'MissingVariable':
      return `the target key needs ${detail}, which this event does not tell`;
    case 'InvalidTargetKey':
      return `the target key ${explained(detail)}`;
    case 'TargetIsSource':
      return 'the target is the source itself';
    case 'WouldStartItself':
      return `saving ${target && objectUri(target.bucket, target.key)} would start rule ${detail}`;
  }
}

/** With the reason, where it is not plain. */
function explained(problem: string): string {
  if (problem === 'holds { or }') return `${problem}, which OSS would expand`;
  return problem === 'starts with a slash' ? `${problem}, which OSS refuses` : problem;
}
