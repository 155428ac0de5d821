// Lint of every style where it is used: against the suffixes of its rule, the name of its target and the region.

import { showText } from '../rules/issue.js';
import type { Config } from '../rules/rule.js';
import type { LintFinding } from '../style/lint/finding.js';
import { formatOfName } from '../style/lint/format.js';
import { lintStyle } from '../style/lint.js';
import { type Found, found } from './finding.js';
import { listed, outputPath, outputsOf } from './place.js';

/** What lint says of the styles; of one that stands in several places, once. */
export function lintStyles(config: Config, region: string | undefined): Found[] {
  const uses = new Map<
    string,
    { readonly lint: readonly LintFinding[]; readonly style: string; readonly at: string[] }
  >();
  for (const place of outputsOf(config)) {
    const { style, key } = place.output;
    const { suffixes } = place.rule.when;
    // Lint looks at the formats that suffixes name, and at nothing else of them.
    const use = JSON.stringify([style, key.text, suffixes.map((suffix) => formatOfName(suffix) ?? '')]);
    const known = uses.get(use);
    if (known !== undefined) {
      known.at.push(outputPath(place));
      continue;
    }
    const context = { sourceSuffixes: suffixes, targetKey: key.text, ...(region === undefined ? {} : { region }) };
    uses.set(use, { lint: lintStyle(style, context), style, at: [outputPath(place)] });
  }
  return together([...uses.values()].flatMap(({ lint, style, at }) => lint.map((one) => ({ one, style, at }))));
}

interface Said {
  readonly one: LintFinding;
  readonly style: string;
  readonly at: readonly string[];
}

function together(all: readonly Said[]): Found[] {
  const same = new Map<string, Said>();
  for (const said of all) {
    const id = JSON.stringify([said.style, said.one]);
    const former = same.get(id);
    same.set(id, former === undefined ? said : { ...former, at: [...former.at, ...said.at] });
  }
  return [...same.values()].map(({ one, style, at: [first = '', ...more] }) => {
    const { severity, code, message, start, end, fix } = one;
    const part = style.slice(start, end);
    const what = part === '' || part === style ? '' : `${showText(part)}: `;
    const also = more.length === 0 ? '' : ` (also at ${listed(more)})`;
    return found(severity, code, `${first}.style`, `${what}${message}${also}`, fix ?? 'see npm run operations');
  });
}
