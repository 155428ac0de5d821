// What lint says to write instead, done to the text. A fix is written for people, and some are sentences: each way to
// read it is tried, and one is taken only if lint finds less to say of the result.

import type { LintContext, LintFinding } from '../../../style/lint/finding.js';
import { lintStyle } from '../../../style/lint.js';

/** The style with the fix of this finding; undefined where the fix cannot be done to the text. */
export function fixed(style: string, finding: LintFinding, context: LintContext): string | undefined {
  const { fix, severity, code } = finding;
  // Words in capitals stand for what only a person knows.
  if (fix === undefined || /\b(?:NAME|ACTION|BASE64|RRGGBB|KEY_VALUE)\b/.test(fix)) return undefined;
  const before = weightOf(lintStyle(style, context), severity, code);
  return readings(style, finding, fix).find((text) => {
    // A sentence, or a list of values.
    if (text === style || /[\s…]/.test(text)) return false;
    const after = weightOf(lintStyle(text, context), severity, code);
    return after.same < before.same && after.errors <= before.errors && after.grave <= before.grave;
  });
}

/** How many findings are of this code, how many are errors, and how many more than notes. */
function weightOf(findings: readonly LintFinding[], severity: LintFinding['severity'], code: LintFinding['code']) {
  return {
    same: findings.filter((one) => one.code === code && one.severity === severity).length,
    errors: findings.filter((one) => one.severity === 'error').length,
    grave: findings.filter((one) => one.severity !== 'info').length,
  };
}

function readings(style: string, { start, end }: LintFinding, fix: string): string[] {
  const before = style.slice(0, start);
  const after = style.slice(end);
  // The step or the argument goes with the separator before it, or behind it.
  const without = [before.slice(0, -1) + after, before + after.replace(/^[,/]/, '')];
  if (fix === 'leave it out') return without;
  const [, first] = /^image\/(.+)\/…/.exec(fix) ?? [];
  const [, last] = /^…\/(?:.+\/)?(.+)$/.exec(fix) ?? [];
  // A step to be written first or last: it is moved there, or is new.
  const rest = style.slice(start, end) === (first ?? last) ? without : [style];
  if (first !== undefined) return rest.map((text) => text.replace(/^image\/?/, `image/${first}/`));
  if (last !== undefined) return rest.map((text) => `${text}/${last}`);
  return fix.startsWith('image/') ? [fix] : [before + fix + after, fix];
}
