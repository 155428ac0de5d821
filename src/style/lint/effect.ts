// Lint of what has no effect: steps that change nothing, parameters that others overrule, and enlargements that limit
// does not stop.
import type { ImageOperation } from '../catalogue.js';
import { alignedAcross, alignedDown } from '../geometry.js';
import { finding, type LintFinding, type ReadStep } from './finding.js';

type Given = ReadonlySet<string>;

interface Overruled {
  readonly parameters: readonly string[];
  readonly when: (given: Given, operation: Readonly<Record<string, unknown>>) => boolean;
  readonly why: string;
}

const hasAny = (given: Given, ...names: readonly string[]) => names.some((name) => given.has(name));

// https://help.aliyun.com/zh/oss/user-guide/resize-images-4 and …/add-watermarks
const overruledBy: Readonly<Partial<Record<ImageOperation['op'], readonly Overruled[]>>> = {
  resize: [
    { parameters: ['l', 's'], when: (given) => hasAny(given, 'w', 'h'), why: 'w and h decide' },
    { parameters: ['p'], when: (given) => hasAny(given, 'w', 'h', 'l', 's'), why: 'the sides decide' },
    {
      parameters: ['m'],
      when: (given) => !hasAny(given, 'w', 'h') && given.has('l') !== given.has('s'),
      why: 'the proportions stay',
    },
    { parameters: ['color'], when: (_, { m }) => m !== 'pad', why: 'only m_pad has something to paint' },
  ],
  crop: [{ parameters: ['p'], when: (_, { g }) => g !== 'face', why: 'it goes with g_face' }],
  blur: [{ parameters: ['p'], when: (given) => !given.has('g'), why: 'it goes with g_face and g_faces' }],
  indexcrop: [{ parameters: ['x'], when: (given) => given.has('y'), why: 'y decides' }],
  quality: [{ parameters: ['q'], when: (given) => given.has('Q'), why: 'Q decides' }],
  watermark: [
    {
      parameters: ['type', 'font', 'color', 'size', 'shadow', 'rotate'],
      when: (given) => !given.has('text'),
      why: 'there is no text',
    },
    {
      parameters: ['order', 'align', 'interval'],
      when: (given) => !given.has('text') || !given.has('image'),
      why: 'it goes with a text and an image together',
    },
    { parameters: ['animation'], when: (given) => !given.has('image'), why: 'there is no image' },
    { parameters: ['padx', 'pady'], when: (_, { fill }) => fill !== 1, why: 'it goes with fill_1' },
    { parameters: ['x'], when: (_, { g }) => alignedAcross(String(g)) === 'middle', why: 'g centres it' },
    { parameters: ['y'], when: (_, { g }) => alignedDown(String(g)) === 'middle', why: 'g centres it' },
    {
      parameters: ['voffset'],
      when: (_, { g }) => alignedDown(String(g)) !== 'middle',
      why: 'it goes with g_west, g_center and g_east',
    },
  ],
};

/** What has no effect in a style, and an enlargement that its writer may not expect. */
export function lintEffect(steps: readonly ReadStep[]): LintFinding[] {
  return steps.flatMap((entry) => [...overruled(entry), ...unchanged(entry), ...enlarges(entry)]);
}

function overruled({ step, operation }: ReadStep): LintFinding[] {
  const given = new Set(step.args.flatMap(({ key }) => (key === undefined ? [] : [key])));
  return (overruledBy[operation.op] ?? []).flatMap(({ parameters, when, why }) => {
    if (!when(given, operation)) return [];
    return step.args
      .filter(({ key }) => key !== undefined && parameters.includes(key))
      .map((argument) =>
        finding('warning', 'ignoredParameter', argument, `${argument.key} has no effect: ${why}.`, 'leave it out'),
      );
  });
}

function unchanged({ step, operation }: ReadStep): LintFinding[] {
  return changesNothing(operation)
    ? [finding('info', 'noEffect', step, `${step.op} changes nothing with these values.`, 'leave it out')]
    : [];
}

function changesNothing(operation: ImageOperation): boolean {
  switch (operation.op) {
    case 'rotate':
      return operation.value % 360 === 0;
    case 'bright':
    case 'contrast':
    case 'interlace':
      return operation.value === 0;
    case 'crop':
      return [operation.w, operation.h, operation.x, operation.y].every((value) => value === 0);
    case 'resize':
      return operation.p === 100 && [operation.w, operation.h, operation.l, operation.s].every((v) => v === undefined);
    case 'watermark':
      return operation.t === 0;
    default:
      return false;
  }
}

function enlarges({ step, operation }: ReadStep): LintFinding[] {
  if (operation.op !== 'resize' || operation.p === undefined || operation.p <= 100) return [];
  if ([operation.w, operation.h, operation.l, operation.s].some((side) => side !== undefined)) return [];
  const message = `p_${operation.p} enlarges every image: limit holds back w, h, l and s, but not p.`;
  return [finding('info', 'enlarges', step, message, 'p_100 or less, or a side with w, h, l or s')];
}
