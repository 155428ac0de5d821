// Lint of what is saved: its format against the target's name and the settings of the encoder.
import { advancedFormats } from '../catalogue/encoder.js';
import { finding, type LintContext, type LintFinding, type ReadStep, stepsOf } from './finding.js';
import { formatOfName, type ImageFormat, resultFormat, resultFormats, sourceFormats } from './format.js';

// https://help.aliyun.com/en/oss/user-guide/adjust-image-quality
const actsOn: Readonly<Record<'quality' | 'interlace', readonly (ImageFormat | undefined)[]>> = {
  quality: ['jpg', 'webp'],
  interlace: ['jpg'],
};

// Of every source, OSS does not make these, or perhaps not when it saves.
const unsureFormats: readonly string[] = ['gif', ...advancedFormats];

/** What is wrong with the format of the result. `end`: where the style ends. */
export function lintOutput(steps: readonly ReadStep[], context: LintContext, end: number): LintFinding[] {
  return [...extension(steps, context, end), ...gif(steps, context), ...settings(steps, context)];
}

function extension(steps: readonly ReadStep[], { targetKey, sourceSuffixes }: LintContext, end: number): LintFinding[] {
  if (targetKey === undefined) return [];
  const place = stepsOf(steps, 'format').at(-1)?.step ?? { start: end, end };
  const [, head = '', kept] = /^(.*?)(\{key\}|\{file\}|\.\{ext\})$/.exec(targetKey) ?? [];
  if (kept !== undefined) {
    const stem = { '{key}': '{dir}{name}', '{file}': '{name}' }[kept] ?? '';
    const wrong = sourceFormats(sourceSuffixes).find((source) => {
      const result = resultFormat(steps, source);
      return source !== undefined && result !== undefined && result !== source;
    });
    if (wrong === undefined) return [];
    const result = resultFormat(steps, wrong);
    const message = `${targetKey} keeps the extension of the upload, so what comes as .${wrong} keeps that name as ${result}.`;
    return [finding('warning', 'extension', place, message, `key: '${head}${stem}.${result}'`)];
  }
  const named = formatOfName(targetKey);
  const results = resultFormats(steps, sourceSuffixes).filter((format) => format !== undefined);
  const wrong = named === undefined ? undefined : results.find((result) => result !== named);
  if (wrong === undefined) return [];
  const message = `${targetKey} says ${named}, but what is saved is ${wrong}.`;
  if (results.length > 1 && named !== undefined && !unsureFormats.includes(named)) {
    return [finding('warning', 'extension', place, message, `…/format,${named}`)];
  }
  const fix = `key: '${targetKey.replace(/[^.]+$/, results.length > 1 ? '{ext}' : wrong)}'`;
  return [finding('warning', 'extension', place, message, fix)];
}

function gif(steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const last = stepsOf(steps, 'format').at(-1);
  if (last?.operation.value !== 'gif') return [];
  const sources = sourceFormats(sourceSuffixes);
  if (sources.every((source) => source === 'gif')) return [];
  const other = sources.find((source) => source !== undefined && source !== 'gif');
  const message = 'OSS makes GIFs of GIFs only; other images keep their format.';
  return [finding(other === undefined ? 'info' : 'warning', 'formatIgnored', last.step, message, 'format,webp')];
}

function settings(steps: readonly ReadStep[], { sourceSuffixes }: LintContext): LintFinding[] {
  const results = resultFormats(steps, sourceSuffixes);
  if (results.includes(undefined)) return [];
  return steps.flatMap(({ step, operation }) => {
    const { op } = operation;
    if (op !== 'quality' && (op !== 'interlace' || operation.value === 0)) return [];
    const formats = actsOn[op];
    if (results.some((result) => formats.includes(result))) return [];
    const message = `${op} acts on ${formats.join(' and ')} only, and what is saved is ${results.join(' or ')}.`;
    return [finding('warning', 'ignoredOperation', step, message, 'leave it out')];
  });
}
