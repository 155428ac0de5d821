// Lint of one style: all that can be known to be wrong with it before any image is there, each with its place and what
// to write instead.
// Pure: what is known of the rule, the bucket and the region comes in as the context.
import type { CauseName } from './causes.js';
import { parseStyle, StyleError, type StyleStep } from './grammar.js';
import { lintAnimation } from './lint/animation.js';
import { lintAvailable } from './lint/available.js';
import { withMeantTexts } from './lint/base64.js';
import { lintEffect } from './lint/effect.js';
import { finding, type LintContext, type LintFinding } from './lint/finding.js';
import { lintOrder } from './lint/order.js';
import { lintOutput } from './lint/output.js';
import { lintSize } from './lint/size.js';
import { lintSources } from './lint/sources.js';
import { lintValues } from './lint/values.js';
import { lintWatermarks } from './lint/watermark.js';
import { lintWriting } from './lint/writing.js';
import { isStyleName } from './style-name.js';

/**
 * The findings for a style, `image/…` or `style/NAME`, in the order of their places. Throws nothing, whatever the text.
 */
export function lintStyle(style: string, context: LintContext = {}): LintFinding[] {
  return findings(style, context).sort((a, b) => a.start - b.start || a.end - b.end);
}

function findings(style: string, context: LintContext): LintFinding[] {
  const foreign = lintForeign(style);
  if (foreign !== undefined) return [foreign];
  const writing = lintWriting(style);
  if (writing !== undefined) return [writing];
  const saving = /\||(?<=[,/])sys\//i.exec(style);
  if (saving !== null) {
    const place = { start: saving.index, end: style.length };
    const fix = 'the style up to here: where the result is saved is said by "to"';
    return [finding('error', 'malformed', place, `A style holds no "${saving[0]}".`, fix)];
  }
  if (style.startsWith('style/')) {
    if (isStyleName(style.slice('style/'.length))) return [];
    const message = 'The name of a style has 1 to 63 characters A-Z a-z 0-9 _ . -';
    return [finding('error', 'styleName', { start: 'style/'.length, end: style.length }, message, 'style/NAME')];
  }
  let steps: readonly StyleStep[];
  let texts: readonly LintFinding[];
  try {
    ({ steps, findings: texts } = withMeantTexts(parseStyle(style)));
  } catch (error) {
    if (!(error instanceof StyleError)) throw error;
    const { why, message, position: start, end } = error;
    return [finding('error', why, { start, end }, message, syntaxFix(style, why))];
  }
  const { findings: values, read } = lintValues(steps);
  const found = [
    ...lintEnd(style),
    ...texts,
    ...values,
    ...lintOrder(steps, context),
    ...lintEffect(read),
    ...lintWatermarks(read),
    ...lintAvailable(read, context),
  ];
  // With a step that cannot be read, or an answer that is no image, what comes out is not known.
  if (found.some(({ severity }) => severity === 'error')) return found;
  return [
    ...found,
    ...lintOutput(read, context, style.length),
    ...lintAnimation(read, context),
    ...lintSize(read, style.length),
    ...lintSources(style, read, context),
  ];
}

// https://help.aliyun.com/en/oss/user-guide/asynchronous-processing
const asynchronous =
  /^(?:video\/(?:convert|animation|sprite|snapshots|concat)|audio\/(?:convert|concat)|doc\/convert)(?![a-z])/;

function lintForeign(style: string): LintFinding | undefined {
  const [, kind] = /^(video|audio|doc|csv|json|hls)\//.exec(style) ?? [];
  if (kind === undefined) return undefined;
  const place = { start: 0, end: style.length };
  const fix = 'image/… or style/NAME';
  const [action] = asynchronous.exec(style) ?? [];
  if (action === undefined) return finding('error', 'foreign', place, `${kind}/… is not for images.`, fix);
  const message = `${action} is not for images, and works only through the asynchronous interface (x-oss-async-process).`;
  return finding('error', 'asyncOnly', place, message, fix);
}

function lintEnd(style: string): LintFinding[] {
  if (!style.endsWith('/')) return [];
  const place = { start: style.length - 1, end: style.length };
  return [finding('warning', 'empty', place, 'No action follows the last "/".', style.slice(0, -1))];
}

function syntaxFix(style: string, why: CauseName): string {
  const withoutGaps = style.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  if (why === 'empty' && withoutGaps !== 'image') return withoutGaps;
  return style.startsWith('image/') ? 'image/ACTION,KEY_VALUE/…' : 'image/… or style/NAME';
}
