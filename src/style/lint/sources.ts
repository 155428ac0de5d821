// Lint of what OSS refuses of large, small and animated sources, as far as suffixes and steps show that they may come.
import { definitionOf } from '../catalogue.js';
import { stepText } from '../grammar.js';
import { layOut } from '../layout.js';
import { blindSides, maxAvifSide, maxSourcePixels, maxTiffSide } from '../source-limits.js';
import { turnLater } from '../turn-later.js';
import { finding, type LintContext, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { photoFormats, sourceFormats, unlessGif } from './format.js';
import { longestSide } from './size.js';

/** What of the sources that may come cannot be processed, and the way out. `style`: the text that was read. */
export function lintSources(style: string, steps: readonly ReadStep[], context: LintContext): LintFinding[] {
  return [...turning(style, steps, context), ...formats(style, context), ...blind(steps)];
}

/** A photo as phones take it, with 24 megapixels, held upright. */
const phonePhoto = { width: 6000, height: 4000, orientation: 6 };

// https://help.aliyun.com/zh/oss/support/0040-00000006
function turning(style: string, steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const photos = sourceFormats(sourceSuffixes).some((format) => format === undefined || photoFormats.includes(format));
  const operations = steps.map(({ operation }) => operation);
  const asRead = layOut(operations, phonePhoto);
  if (!photos || !('refused' in asRead) || asRead.refused !== 'rotateTooLarge') return [];
  const { blockedBy } = turnLater(style, phonePhoto);
  if (blockedBy === undefined) return [];
  const place = steps.find(({ step }) => stepText(step) === blockedBy)?.step ?? {
    start: style.length,
    end: style.length,
  };
  const message =
    'OSS refuses to turn photos of more than 4096 pixels a side, and they are not made smaller before this.';
  const others = operations.filter(({ op }) => op !== 'auto-orient');
  const asStored =
    'refused' in layOut([...others, { op: 'auto-orient', value: 0 }], phonePhoto)
      ? ''
      : `, or auto-orient,0 for pixels as stored${unlessGif(sourceSuffixes)}`;
  return [finding('warning', 'turnLimit', place, message, `${shrunkBefore(blockedBy, steps)}${asStored}`)];
}

// What counts pixels of the image that it gets.
const inPixels = ['crop', 'indexcrop', 'circle', 'rounded-corners', 'blur', 'watermark'];

/** The style with a resize before this step, and before what says how the result is written (lint/order.ts). */
function shrunkBefore(blockedBy: string, steps: readonly ReadStep[]): string {
  // First, wherever it stood: it acts first.
  const orients = steps.filter(({ step }) => step.op === 'auto-orient');
  const others = steps.filter(({ step }) => step.op !== 'auto-orient');
  const index = others.findIndex(
    ({ step, operation }) => stepText(step) === blockedBy || definitionOf(operation.op).kind === 'encoder',
  );
  const [before, behind] = index < 0 ? [others, []] : [others.slice(0, index), others.slice(index)];
  const written = (some: readonly ReadStep[]) => some.map(({ step }) => stepText(step));
  const most = longestSide(stepsOf(steps, 'format').at(-1)?.operation.value);
  const style = ['image', ...written([...orients, ...before]), `resize,l_${most}`, ...written(behind)].join('/');
  const resized = behind.findIndex(({ step }) => step.op === 'resize');
  const names = (resized < 0 ? behind : behind.slice(0, resized)).map(({ step }) => step.op);
  const counting = [...new Set(names.filter((name) => inPixels.includes(name)))];
  if (counting.length === 0) return style;
  return `${style}, with the numbers of ${counting.join(' and ')} in pixels of the smaller image`;
}

function formats(style: string, { sourceSuffixes = [] }: LintContext): LintFinding[] {
  const sources = new Set(sourceFormats(sourceSuffixes));
  const all = { start: 0, end: style.length };
  const tell = (message: string, fix: string) => finding('info', 'sourceLimit', all, message, fix);
  const smaller = 'smaller uploads; a style cannot help';
  return [
    ...(sources.has('tiff') ? [tell(`OSS takes TIFF of at most ${maxTiffSide} pixels a side.`, smaller)] : []),
    ...(sources.has('avif') ? [tell(`OSS takes AVIF of at most ${maxAvifSide} pixels a side.`, smaller)] : []),
    ...(sources.has('gif')
      ? [tell(`OSS takes GIFs of at most ${maxSourcePixels} pixels, all frames together.`, smaller)]
      : []),
  ];
}

function blind(steps: readonly ReadStep[]): LintFinding[] {
  return stepsOf(steps, 'blindwatermark').map(({ step }) => {
    const message = `A blind watermark takes images of ${blindSides.min} to ${blindSides.max} pixels a side.`;
    return finding(
      'info',
      'sourceLimit',
      step,
      message,
      'a resize in the same style; a rule of its own for small images',
    );
  });
}
