// What lint says to write instead, done to the text. A fix is written for people, and some are sentences: each way to
// read it is tried, and one is taken only if lint finds less to say of the result.

import type { LintContext, LintFinding } from '../../../style/lint/finding.js';
import { lintStyle } from '../../../style/lint.js';

/** The style with the fix of this finding; undefined where the fix cannot be done to the text. */
export function fixed(style: string, finding: LintFinding, context: LintContext): string | undefined {
  const { fix, severity, code } = finding;
  // Words in capitals stand for what only a person knows.
  if (fix === undefined || /\b(?:NAME|ACTION|BASE64|RRGGBB|KEY_VALUE)\b/.test(fix)) return undefined;
  const weight = (text: string) => weightOf(lintStyle(text, context), severity, code);
  const [ofCode, graver] = weight(style);
  return readings(style, finding, fix).find((text) => {
    // A sentence, or a list of values.
    if (text === style || /[\s…]/.test(text)) return false;
    const [rest, others] = weight(text);
    return rest < ofCode && others <= graver;
  });
}

/** How many findings are of this code, and how many are as grave, or graver. */
function weightOf(findings: readonly LintFinding[], severity: LintFinding['severity'], code: LintFinding['code']) {
  const grave = { error: ['error'], warning: ['error', 'warning'], info: ['error', 'warning'] }[severity];
  const same = findings.filter((one) => one.code === code && one.severity === severity).length;
  return [same, findings.filter((one) => grave.includes(one.severity)).length] as const;
}

function readings(style: string, { start, end }: LintFinding, fix: string): string[] {
  const before = style.slice(0, start);
  const after = style.slice(end);
  // The step or the argument with the separator before it, or behind it.
  const without = [before.slice(0, -1) + after, before + after.replace(/^[,/]/, '')];
  if (fix === 'leave it out') return without;
  const [, first] = /^image\/(.+)\/…/.exec(fix) ?? [];
  if (first !== undefined) {
    const rest = [style, ...without].map((text) => text.replace(/^image\/?/, ''));
    return rest
      .reverse()
      .map((text) => `image/${first}${text === '' ? '' : `/${text}`}`)
      .reverse();
  }
  const [, last] = /^…\/(.+)$/.exec(fix) ?? [];
  if (last !== undefined) {
    const moved = last.slice(last.lastIndexOf('/') + 1);
    return [...without, style].map((text) => `${text.replace(/\/$/, '')}/${moved}`);
  }
  return [before + fix + after, fix];
}
