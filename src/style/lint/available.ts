// Lint of what OSS does not do everywhere: formats of some regions, operations of buckets with an IMM project, images
// it cannot mark.
import { advancedFormats } from '../catalogue/encoder.js';
import { blindFormats } from '../catalogue/watermark.js';
import { definitionOf, immFeature } from '../catalogue.js';
import { finding, type LintContext, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { sourceFormats } from './format.js';

// https://alibabacloud.com/help/en/oss/user-guide/advanced-compression-of-heif-or-avif-images
const advancedRegions = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-shenzhen',
  'ap-southeast-1',
  'us-east-1',
];

/** What the bucket, its region or the source may not allow. */
export function lintAvailable(steps: readonly ReadStep[], context: LintContext): LintFinding[] {
  return [...advanced(steps, context), ...imm(steps, context), ...blind(steps, context)];
}

function imm(steps: readonly ReadStep[], { immBound }: LintContext): LintFinding[] {
  if (immBound === true) return [];
  return steps.flatMap(({ step, operation }) => {
    const feature = immFeature(operation);
    if (feature === undefined || definitionOf(operation.op).asyncOnly) return [];
    const message = `${feature} needs a source bucket that is bound to an Intelligent Media Management project.`;
    return [finding(immBound === false ? 'error' : 'info', 'needsImm', step, message, 'bind the bucket to a project')];
  });
}

function advanced(steps: readonly ReadStep[], { region }: LintContext): LintFinding[] {
  const last = stepsOf(steps, 'format').at(-1);
  if (last === undefined || !advancedFormats.includes(last.operation.value)) return [];
  const { value } = last.operation;
  if (region !== undefined && advancedRegions.includes(region)) return [];
  const where = region === undefined ? '' : `, not in ${region}`;
  const message = `OSS writes ${value} only in ${advancedRegions.join(', ')}${where}.`;
  return [finding(region === undefined ? 'info' : 'error', 'region', last.step, message, 'format,webp')];
}

function blind(steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const sources = sourceFormats(sourceSuffixes);
  return stepsOf(steps, 'blindwatermark').flatMap(({ step }) => {
    const findings: LintFinding[] = [];
    const unfit = sources.find((source) => source !== undefined && !blindFormats.includes(source));
    if (unfit !== undefined) {
      const message = `A blind watermark goes into ${blindFormats.join(', ')}, not into ${unfit}.`;
      findings.push(finding('warning', 'blindSource', step, message, 'a suffix list without it'));
    }
    const q = step.args.find(({ key }) => key === 'q');
    const jpg = sources.some((source) => source === undefined || source === 'jpg');
    if (q !== undefined && !jpg) {
      findings.push(finding('warning', 'ignoredParameter', q, 'q acts on jpg only.', 'leave it out'));
    }
    return findings;
  });
}
