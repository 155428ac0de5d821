// Lint of watermarks: the image and what is done to it beforehand, how many there are, and whether they hide each other.
import { type Argument, parseStyle, type Step, StyleError } from '../grammar.js';
import { type Finding, finding, type ReadStep, stepsOf } from './finding.js';
import { formatOfName } from './format.js';
import { lintValues } from './values.js';

// https://help.aliyun.com/zh/oss/user-guide/add-watermarks
const MAX_IMAGES = 3;
const PREPROCESSING = ['resize', 'crop', 'indexcrop', 'rounded-corners', 'rotate'];
const IMAGE_FORMATS = ['jpg', 'png', 'bmp', 'webp', 'tiff'];
const QUERY = '?x-oss-process=';

/** What is wrong with the watermarks of a style. */
export function lintWatermarks(steps: readonly ReadStep[]): Finding[] {
  const marks = stepsOf(steps, 'watermark');
  const findings: Finding[] = [];
  const images = new Set<string>();
  const places = new Set<string>();
  for (const { step, operation } of marks) {
    const { image, g, x, y, voffset, fill } = operation;
    const place = [g, centredX(g) ? '' : x, centredY(g) ? '' : y, centredY(g) ? voffset : ''].join(' ');
    if (fill === 0 && places.has(place)) {
      const message = 'Another watermark has this very place; OSS asks for places that do not coincide.';
      findings.push(finding('warning', 'markPlace', step, message, 'another g, x, y or voffset'));
    }
    if (fill === 0) places.add(place);
    if (image === undefined) continue;
    const argument = step.args.findLast(({ key }) => key === 'image');
    if (argument !== undefined) findings.push(...lintImage(image, argument));
    const [key = ''] = image.split(QUERY);
    images.add(key);
    if (images.size === MAX_IMAGES + 1) {
      const message = `This is watermark image number ${images.size}; OSS takes ${MAX_IMAGES} different ones.`;
      findings.push(finding('error', 'markImages', argument ?? step, message, 'fewer images'));
    }
  }
  return findings;
}

function lintImage(image: string, argument: Argument): Finding[] {
  const at = image.indexOf(QUERY);
  const key = at < 0 ? image : image.slice(0, at);
  const findings: Finding[] = [];
  const format = formatOfName(key);
  if (format !== undefined && !IMAGE_FORMATS.includes(format)) {
    const message = `A watermark image is ${IMAGE_FORMATS.join(', ')}, not ${format}.`;
    findings.push(finding('warning', 'markFormat', argument, message, 'a PNG'));
  }
  if (at < 0) return findings;
  let steps: Step[];
  try {
    steps = parseStyle(image.slice(at + QUERY.length));
  } catch (error) {
    if (!(error instanceof StyleError)) throw error;
    return [...findings, finding('error', error.why, argument, `In the watermark image: ${error.message}`)];
  }
  const stray = steps.find(({ op }) => !PREPROCESSING.includes(op));
  if (stray !== undefined) {
    const message = `In the watermark image: ${stray.op} is none of the actions that OSS takes there.`;
    findings.push(finding('error', 'markProcess', argument, message, PREPROCESSING.join(', ')));
  }
  const inner = lintValues(
    steps.filter(({ op }) => PREPROCESSING.includes(op)),
    true,
  ).findings.map(({ severity, code, message, fix }) =>
    finding(severity, code, argument, `In the watermark image: ${message}`, fix),
  );
  return [...findings, ...inner];
}

function centredX(g: string): boolean {
  return ['north', 'center', 'south'].includes(g);
}

function centredY(g: string): boolean {
  return ['west', 'center', 'east'].includes(g);
}
