// Source and output → target: here a derivative's key is decided. A target that cannot be used is refused. So is one
// that a rule would take: rules/loops.ts has proved that there is none, and this checks it again at run time. The
// function asks for its jobs (jobs.ts), and derivatives/ for whoever shows what it has made.
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { hasBrace, hasDotSegment, isTooLongForKey, maxKeyBytes, startsWithSlash } from '../rules/oss-limits.js';
import type { Output, Rule } from '../rules/rule.js';
import { render, type UploadedObject, type Variable, variableOf } from '../rules/template.js';
import { type PlaceIndex, wouldStart } from './match.js';

/** Why an output can never be made of a source. */
export interface Refusal {
  readonly code: 'InvalidSourceKey' | 'MissingVariable' | 'InvalidTargetKey' | 'TargetIsSource' | 'WouldStartItself';
  readonly message: string;
  readonly target?: ObjectName;
  /** What the template of the key needs, and nobody tells. */
  readonly missing?: Variable;
}

/** Where an output of the rule that took the source is saved. */
export function targetOf(source: UploadedObject, rule: Rule, output: Output, index: PlaceIndex): ObjectName | Refusal {
  const sourceProblem = keyProblem(source.key);
  if (sourceProblem !== undefined) return { code: 'InvalidSourceKey', message: `the source key ${sourceProblem}` };
  const rendered = render(output.key, (variable) => variableOf(variable, source, rule.name));
  if ('missing' in rendered) {
    const message = `the target key needs {${rendered.missing}}, which is not known`;
    return { code: 'MissingVariable', message, missing: rendered.missing };
  }
  const target = { bucket: output.bucket ?? source.bucket, key: rendered.key };
  return refusalOf(source, target, index) ?? target;
}

function refusalOf(source: ObjectName, target: ObjectName, index: PlaceIndex): Refusal | undefined {
  const problem = keyProblem(target.key) ?? (hasBrace(target.key) ? 'holds { or }, which OSS would expand' : undefined);
  if (problem !== undefined) return { code: 'InvalidTargetKey', message: `the target key ${problem}`, target };
  if (sameObject(target, source)) return { code: 'TargetIsSource', message: 'the target is the source itself', target };
  const started = wouldStart(index, target.bucket, target.key);
  if (started === undefined) return undefined;
  const message = `saving ${objectUri(target.bucket, target.key)} would start rule ${started.name}`;
  return { code: 'WouldStartItself', message, target };
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
