// Lint of every style where it is used: against the suffixes of its rule, the name of its target and the region.
import { showText } from '../../rules/issue.js';
import { type Config, outputsOf } from '../../rules/rule.js';
import type { LintFinding } from '../../style/lint/finding.js';
import { formatOfName } from '../../style/lint/format.js';
import { lintStyle } from '../../style/lint.js';
import { type Finding, finding } from '../finding.js';
import { listed } from './outputs.js';

/** What lint finds in the styles: once for a style that is used in several places. */
export function lintStyles(config: Config, region: string | undefined): Finding[] {
  const linted = new Map<string, readonly LintFinding[]>();
  const found = new Map<string, { readonly lint: LintFinding; readonly style: string; readonly paths: string[] }>();
  for (const { rule, output, path } of outputsOf(config)) {
    const { style, key } = output;
    const { suffixes } = rule.when;
    // Lint looks at the formats that suffixes name, and at nothing else of them.
    const use = JSON.stringify([style, key.text, suffixes.map((suffix) => formatOfName(suffix) ?? '')]);
    const all = linted.get(use) ?? lintStyle(style, { sourceSuffixes: suffixes, targetKey: key.text, region });
    linted.set(use, all);
    for (const lint of all) {
      const id = JSON.stringify([style, lint]);
      const same = found.get(id);
      if (same === undefined) found.set(id, { lint, style, paths: [path] });
      else same.paths.push(path);
    }
  }
  return [...found.values()].map(({ lint, style, paths: [first = '', ...more] }) => {
    const { severity, code, message, start, end, fix } = lint;
    const part = style.slice(start, end);
    const what = part === '' || part === style ? '' : `${showText(part)}: `;
    const also = more.length === 0 ? '' : ` (also at ${listed(more)})`;
    return finding(severity, code, `${first}.style`, `${what}${message}${also}`, fix ?? 'see npm run operations');
  });
}
