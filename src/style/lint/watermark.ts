// Lint of watermarks: the image and what is done to it beforehand, how many there are, and whether they hide each
// other.
import { type MarkImage, markImageFormats, maxMarkImages, readMarkImage } from '../catalogue/watermark-image.js';
import { alignedAcross, alignedDown } from '../geometry.js';
import { type Argument, StyleError } from '../grammar.js';
import { finding, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { formatOfName } from './format.js';
import { lintValues } from './values.js';

/** What is wrong with the watermarks of a style. */
export function lintWatermarks(steps: readonly ReadStep[]): LintFinding[] {
  const marks = stepsOf(steps, 'watermark');
  const findings: LintFinding[] = [];
  const images = new Set<string>();
  const places = new Set<string>();
  for (const { step, operation } of marks) {
    const { image, g, x, y, voffset, fill } = operation;
    const place = [g, alignedAcross(g) === 'middle' ? '' : x, alignedDown(g) === 'middle' ? voffset : y].join(' ');
    if (fill === 0 && places.has(place)) {
      const message = 'Another watermark has this very place; OSS asks for places that do not coincide.';
      findings.push(finding('warning', 'markPlace', step, message, 'another g, x, y or voffset'));
    }
    if (fill === 0) places.add(place);
    if (image === undefined) continue;
    const argument = step.args.findLast(({ key }) => key === 'image');
    if (argument !== undefined) findings.push(...lintImage(image, argument));
    const [key = ''] = image.split('?x-oss-process=');
    if (images.has(key)) continue;
    images.add(key);
    if (images.size > maxMarkImages) {
      const message = `This is different watermark image number ${images.size}; OSS takes ${maxMarkImages}.`;
      findings.push(finding('error', 'markCount', argument ?? step, message, 'fewer images'));
    }
  }
  return findings;
}

function lintImage(image: string, argument: Argument): LintFinding[] {
  let mark: MarkImage;
  try {
    mark = readMarkImage(image);
  } catch (error) {
    if (!(error instanceof StyleError)) throw error;
    return [
      finding('error', error.why, argument, `In the watermark image: ${error.message}`, 'KEY?x-oss-process=image/…'),
    ];
  }
  const findings = lintValues(mark.steps, true).findings.map(({ severity, code, message, fix }) =>
    finding(severity, code, argument, `In the watermark image: ${message}`, fix),
  );
  const format = formatOfName(mark.key);
  if (format !== undefined && !markImageFormats.includes(format)) {
    const message = `A watermark image is ${markImageFormats.join(', ')}, not ${format}.`;
    findings.push(finding('warning', 'markFormat', argument, message, 'a PNG'));
  }
  return findings;
}
