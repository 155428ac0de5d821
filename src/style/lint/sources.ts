// Lint of what OSS refuses of large, small and animated sources, as far as suffixes and steps show that they may come.
import { orientationOf } from '../layout.js';
import { blindSides, maxAvifSide, maxSourcePixels, maxTiffSide } from '../source-limits.js';
import { turnLater } from '../turn-later.js';
import { finding, type LintContext, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { photoFormats, sourceFormats } from './format.js';

/** What of the sources that may come cannot be processed, and the way out. `style`: the text that was read. */
export function lintSources(style: string, steps: readonly ReadStep[], context: LintContext): LintFinding[] {
  return [...turning(style, steps, context), ...formats(style, context), ...blind(steps)];
}

/** A photo as phones take it, with 24 megapixels, held upright. */
const phonePhoto = { width: 6000, height: 4000, orientation: 6 };

// https://help.aliyun.com/zh/oss/support/0040-00000006
function turning(style: string, steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const photos = sourceFormats(sourceSuffixes).some((format) => format === undefined || photoFormats.includes(format));
  if (!photos || orientationOf(steps.map(({ operation }) => operation)) === 'leave') return [];
  const { blockedBy } = turnLater(style, phonePhoto);
  if (blockedBy === undefined) return [];
  const start = blockedBy === '' ? style.length : style.indexOf(blockedBy);
  const place = { start, end: start + blockedBy.length };
  const message =
    'OSS refuses to turn photos of more than 4096 pixels a side, and they are not made smaller before this.';
  return [
    finding('warning', 'turnLimit', place, message, `${resize(blockedBy)}, or auto-orient,0 for pixels as stored`),
  ];
}

function resize(before: string): string {
  return before === '' ? '…/resize,l_4096' : `resize,l_4096/${before}`;
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
