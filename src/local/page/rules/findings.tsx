// What check finds, the worst first: each with its severity as a word, its place, and what to write instead.
import { printable } from '../../../rules/printable.js';
import type { RulesFinding } from '../../studio/rules-tools.js';
import { words } from './words.js';

const looks = { error: 'bad', warning: 'warn', info: 'quiet' } as const;

export function Findings({ findings }: { readonly findings: readonly RulesFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul class="findings" aria-label={words.findings}>
      {findings.map(({ severity, code, file, where, message, fix }) => (
        <li key={`${code} ${file} ${where} ${message}`}>
          <strong class={looks[severity]}>{words.severity[severity]}</strong>{' '}
          <span class="mono quiet">{where === '' ? file : where.replace(/^rules\[\d+\]\.?/, '') || where}</span>{' '}
          {printable(message)} <span class="quiet">→ {printable(fix)}</span>
        </li>
      ))}
    </ul>
  );
}
