// What check finds, the worst first: each with its severity as a word, its place, and what to write instead.
import { printable } from '../../../rules/printable.js';
import type { RulesFinding } from '../../studio/rules-tools.js';
import { Severity } from '../severity.js';
import { words } from './words.js';

/** Findings that are listed: the worst. */
const most = 20;

export function Findings({ findings }: { readonly findings: readonly RulesFinding[] }) {
  if (findings.length === 0) return null;
  const rest = findings.length - most;
  return (
    <ul class="rule-findings" aria-label={words.findings}>
      {findings.slice(0, most).map(({ severity, code, file, where, message, fix }) => (
        <li key={`${code} ${file} ${where} ${message}`}>
          <Severity of={severity} /> <span class="mono quiet">{placeOf(file, where)}</span> {printable(message)}{' '}
          <span class="quiet">→ {printable(fix)}</span>
        </li>
      ))}
      {rest > 0 && <li class="quiet">{words.more(rest)}</li>}
    </ul>
  );
}

/** Of a rule, its findings stand beside it; of anything else, the file is named. */
function placeOf(file: string, where: string): string {
  const inRule = /^rules\[\d+\]\.?(.*)$/.exec(where)?.[1];
  return inRule === undefined ? `${file} ${where}` : inRule;
}
