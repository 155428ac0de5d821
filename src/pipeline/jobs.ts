// Upload and rule → jobs, one for each output: here a derivative's key is decided. An output whose target cannot be
// used becomes a failure of that output alone. So does an output whose target a rule would take: rules/loops.ts has
// proved that there is none, and this checks it again at run time. Before: match.ts. After: save.ts.
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { hasBrace, hasDotSegment, isTooLongForKey, maxKeyBytes, startsWithSlash } from '../rules/oss-limits.js';
import { printable } from '../rules/printable.js';
import type { Relay, Rule } from '../rules/rule.js';
import { render, type Variable, variableOf } from '../rules/template.js';
import type { Upload } from './event.js';
import { type RuleIndex, removersOf, wouldStart } from './match.js';
import type { Failed } from './outcome.js';

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
  const value = (variable: Variable) => variableOf(variable, upload, rule.name);
  const sourceProblem = keyProblem(upload.key);
  for (const { style, bucket = upload.bucket, key, relay } of rule.outputs) {
    const rendered = render(key, value);
    if (sourceProblem !== undefined) {
      failures.push(refusedJob(upload, rule, style, undefined, 'InvalidSourceKey', `the source key ${sourceProblem}`));
    } else if ('missing' in rendered) {
      const why = `the target key needs {${rendered.missing}}, which this event does not tell`;
      failures.push(refusedJob(upload, rule, style, undefined, 'MissingVariable', why));
    } else {
      const target = { bucket, key: rendered.key };
      const problem = targetProblem(upload, target, index);
      if (problem === undefined) jobs.push({ upload, rule: rule.name, style, target, relay });
      else failures.push(refusedJob(upload, rule, style, target, problem.code, problem.message));
    }
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

function refusedJob(
  upload: Upload,
  rule: Rule,
  style: string,
  target: ObjectName | undefined,
  code: string,
  message: string,
): Failed {
  return {
    status: 'failed',
    source: { bucket: upload.bucket, key: upload.key },
    rule: rule.name,
    style,
    target,
    error: { kind: 'permanent', code, message: printable(message) },
  };
}

function targetProblem(
  upload: Upload,
  target: ObjectName,
  index: RuleIndex,
): { code: string; message: string } | undefined {
  const problem = keyProblem(target.key) ?? (hasBrace(target.key) ? 'holds { or }, which OSS would expand' : undefined);
  if (problem !== undefined) return { code: 'InvalidTargetKey', message: `the target key ${problem}` };
  if (target.bucket === upload.bucket && target.key === upload.key) {
    return { code: 'TargetIsSource', message: 'the target is the source itself' };
  }
  const started = wouldStart(index, target.bucket, target.key);
  if (started === undefined) return undefined;
  const message = `saving ${objectUri(target.bucket, target.key)} would start rule ${started.name}`;
  return { code: 'WouldStartItself', message };
}

/** Why OSS would refuse a key, or act on another one than requested. */
function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (startsWithSlash(key)) return 'starts with a slash, which OSS refuses';
  if (isTooLongForKey(key)) return `is longer than ${maxKeyBytes} bytes`;
  if (!key.isWellFormed()) return 'is not well-formed Unicode';
  if (hasDotSegment(key)) return 'has a . or .. segment';
  return undefined;
}
