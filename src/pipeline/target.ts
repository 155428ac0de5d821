// Source and output → target: here a derivative's key is decided. A target that cannot be used is refused. So is one
// that a rule would take: rules/loops.ts has proved that there is none, and this checks it again at run time. The
// function asks for its jobs (jobs.ts), and derivatives/ for whoever shows what it has made.
import { type ObjectName, sameObject } from '../oss/object-name.js';
import { hasBrace, hasDotSegment, isTooLongForKey, maxKeyBytes, startsWithSlash } from '../rules/oss-limits.js';
import type { Output, Rule } from '../rules/rule.js';
import { render, type UploadedObject, variableOf } from '../rules/template.js';

/** Why an output can never be made of a source. */
export interface Refusal {
  readonly code: 'InvalidSourceKey' | 'MissingVariable' | 'InvalidTargetKey' | 'TargetIsSource' | 'WouldStartItself';
  /** What is wrong with the key; or which variable nobody tells; or which rule would start. */
  readonly detail: string;
  readonly target?: ObjectName;
}

/**
 * Where an output of the rule that took the source is saved.
 * @param starts the rule, if any, that an object of this name would start
 */
export function targetOf(
  source: UploadedObject,
  rule: Rule,
  output: Output,
  starts: (target: ObjectName) => Rule | undefined,
): ObjectName | Refusal {
  const sourceProblem = keyProblem(source.key);
  if (sourceProblem !== undefined) return { code: 'InvalidSourceKey', detail: sourceProblem };
  const rendered = render(output.key, (variable) => variableOf(variable, source, rule.name));
  if (!('key' in rendered)) return { code: 'MissingVariable', detail: `{${rendered.missing}}` };
  const target = { bucket: output.bucket ?? source.bucket, key: rendered.key };
  // OSS would expand it.
  const problem = keyProblem(target.key) ?? (hasBrace(target.key) ? 'holds { or }' : undefined);
  if (problem !== undefined) return { code: 'InvalidTargetKey', detail: problem, target };
  if (sameObject(target, source)) return { code: 'TargetIsSource', detail: '', target };
  const started = starts(target);
  return started === undefined ? target : { code: 'WouldStartItself', detail: started.name, target };
}

/** Why OSS would refuse a key, or act on another one than requested. */
function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (startsWithSlash(key)) return 'starts with a slash';
  if (isTooLongForKey(key)) return `is longer than ${maxKeyBytes} bytes`;
  if (!key.isWellFormed()) return 'is not well-formed Unicode';
  if (hasDotSegment(key)) return 'has a . or .. segment';
  return undefined;
}
