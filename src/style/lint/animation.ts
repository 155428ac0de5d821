// Lint of what becomes of animated GIFs, in a rule that names them: an operation that keeps only their first frame,
// though what is saved could hold them all.
import { firstFrameOnly } from '../animation.js';
import type { ImageOperation } from '../catalogue.js';
import { finding, type LintContext, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { resultFormat, sourceFormats } from './format.js';

/** What takes the frames of an animated GIF, and what may. */
export function lintAnimation(steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const result = resultFormat(steps, 'gif');
  if (!sourceFormats(sourceSuffixes).includes('gif') || (result !== 'gif' && result !== 'webp')) return [];
  // What takes no GIF at all, lint/available.ts says.
  if (stepsOf(steps, 'blindwatermark').length > 0) return [];
  const operations = steps.map(({ operation }) => operation);
  const lost = firstFrameOnly(operations, 'gif');
  const culprit = steps.find(({ operation }) => operation === lost);
  if (culprit === undefined) return stepsOf(steps, 'watermark').flatMap(unsureMark);
  const message = `${culprit.step.op} keeps only the first frame of an animated GIF.`;
  return [finding('warning', 'animationLost', culprit.step, message, insteadOf(culprit.operation))];
}

function insteadOf(operation: ImageOperation): string {
  if (operation.op === 'format') return 'format behind the last resize';
  if (operation.op === 'resize') return 'w, h, l or s in place of p';
  if (operation.op === 'watermark') return 'an image in place of the text, or a rule of its own for .gif';
  return `a rule of its own for .gif, without ${operation.op}`;
}

// https://help.aliyun.com/document_detail/311238.html (2021) asks for animation_1;
// https://help.aliyun.com/zh/oss/user-guide/faq-2 and https://help.aliyun.com/zh/oss/user-guide/add-watermarks do not.
function unsureMark({
  step,
  operation: { animation },
}: ReturnType<typeof stepsOf<'watermark'>>[number]): LintFinding[] {
  if (animation === 1) return [];
  const message =
    'One page of OSS wants animation_1 beside an image that is put on an animation; a newer one does not.';
  return [finding('info', 'animationMark', step, message, 'watermark,…,animation_1')];
}
