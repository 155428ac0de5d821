// Lint of the order of the steps: what must stand alone, first or last, and what a later step takes the effect from.
import { definitionOf, isOperationName } from '../catalogue.js';
import { clip, type StyleStep, stepText } from '../grammar.js';
import { standsAlone } from '../read.js';
import { finding, type LintContext, type LintFinding } from './finding.js';
import { photoFormats, sourceFormats, unlessGif } from './format.js';

// These name sides, edges or corners, and so mean something else on an image that lies on its side.
const needUpright = ['resize', 'crop', 'indexcrop', 'watermark'];
// Of several, the last counts: they are settings of the result, not steps on the way to it.
const settings = ['format', 'quality', 'interlace', 'auto-orient'];

/** What is wrong with the order of the steps, and with their being there at all. */
export function lintOrder(steps: readonly StyleStep[], context: LintContext): LintFinding[] {
  return [...answers(steps), ...orientation(steps, context), ...formatEarly(steps), ...overridden(steps)];
}

function answers(steps: readonly StyleStep[]): LintFinding[] {
  return steps.flatMap((step) => {
    if (!isOperationName(step.op)) return [];
    const { answers: answer = 'image', asyncOnly, doc } = definitionOf(step.op);
    if (asyncOnly) {
      const message = `${step.op} works only through the asynchronous interface (x-oss-async-process): ${doc}.`;
      return [finding('error', 'asyncOnly', step, message, 'leave it out')];
    }
    const what = answer === 'json' ? 'JSON' : 'text';
    if (standsAlone(step.op) && steps.length > 1) {
      const message = `${step.op} answers ${what} and cannot be combined with other actions.`;
      return [finding('error', 'exclusive', step, message, 'leave it out')];
    }
    if (answer === 'image') return [];
    const message = `${step.op} answers ${what}, so there is no image to save.`;
    return [finding('error', 'answersNoImage', step, message, 'an action that makes an image')];
  });
}

function orientation(steps: readonly StyleStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const photos = sourceFormats(sourceSuffixes).some((format) => format === undefined || photoFormats.includes(format));
  const index = steps.findIndex(({ op }) => op === 'auto-orient');
  const orient = steps[index];
  const first = photos ? steps.find(({ op }) => needUpright.includes(op)) : undefined;
  if (orient === undefined) {
    if (first === undefined) return [];
    const message = `Before ${first.op}, OSS turns photos upright that are stored lying; its newest page no longer says so.`;
    return [finding('info', 'orientationMissing', first, message, `image/auto-orient,1/…${unlessGif(sourceSuffixes)}`)];
  }
  if (orient.args[0]?.value === '0' && first !== undefined) {
    const message = `${first.op} sees photos that the camera stored lying as they lie; without this, OSS turns them first.`;
    return [finding('info', 'orientationOff', orient, message, 'auto-orient,1')];
  }
  const earlier = steps.slice(0, index).some(({ op }) => isOperationName(op) && definitionOf(op).kind !== 'encoder');
  if (!earlier || orient.args[0]?.value !== '1') return [];
  const message =
    'auto-orient,1 acts before all else wherever it stands (some pages of OSS say otherwise): written first, all agree.';
  return [finding('warning', 'orientationLate', orient, message, 'image/auto-orient,1/…')];
}

// After it, settings of the result may follow, and watermarks: OSS advises format straight after resize then.
function formatEarly(steps: readonly StyleStep[]): LintFinding[] {
  return steps.flatMap((step, index) => {
    if (step.op !== 'format') return [];
    const later = steps.slice(index + 1).findLast(({ op }) => {
      if (!isOperationName(op) || op === 'auto-orient') return false;
      return ['transform', 'effect'].includes(definitionOf(op).kind);
    });
    if (later === undefined) return [];
    const text = clip(stepText(step));
    const message = `${text} stands before ${later.op}; OSS asks for the format last.`;
    return [finding('warning', 'formatEarly', step, message, `…/${clip(stepText(later))}/${text}`)];
  });
}

function overridden(steps: readonly StyleStep[]): LintFinding[] {
  return steps.flatMap((step, index) => {
    if (!settings.includes(step.op)) return [];
    const later = steps.slice(index + 1).find(({ op }) => op === step.op);
    if (later === undefined) return [];
    const message = `${clip(stepText(step))} has no effect: ${clip(stepText(later))} follows, and the last counts.`;
    return [finding('warning', 'overridden', step, message, 'leave it out')];
  });
}
