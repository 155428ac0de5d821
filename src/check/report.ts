// Findings as a person reads them: by file, the worst first, each with its place and its fix; and one line that sums up.
import type { CheckResult } from './check.js';
import type { Finding, Severity } from './finding.js';

/** Findings of one code that are printed; `Infinity` prints all. */
export const mostOfACode = 10;

const marks: Readonly<Record<Severity, string>> = { error: 'error  ', warning: 'warning', info: 'info   ' };

/** The report, ended by a line break. */
export function reportOf(result: CheckResult, most: number = mostOfACode): string {
  const files = [...new Set(result.findings.map(({ file }) => file))];
  const blocks = files.map((file) => {
    const findings = result.findings.filter((one) => one.file === file);
    return `${file}\n${blockOf(findings, most)}\n`;
  });
  const errors = result.findings.some(({ code }) => code === 'variableUnset');
  const unset =
    errors || result.unset.length === 0 ? '' : `not set yet, stand-ins were used: ${result.unset.join(', ')}\n`;
  return [...blocks, `${summaryOf(result)}\n${unset}`].join('\n');
}

function blockOf(findings: readonly Finding[], most: number): string {
  const counts = new Map<string, number>();
  const lines = findings.flatMap(({ severity, code, where, message, fix }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count > most) return [];
    const place = where === '' ? '' : `${where}  `;
    return [`  ${marks[severity]}  ${place}[${code}]`, `           ${message}`, `           → ${fix}`];
  });
  const rest = [...counts].filter(([, count]) => count > most);
  return [...lines, ...rest.map(([code, count]) => `  … and ${count - most} more [${code}] (--all)`)].join('\n');
}

/** How it stands, and what was looked at. */
export function summaryOf({ findings, rules, outputs, triggers }: CheckResult): string {
  const looked = [
    rules === undefined ? 'rules that cannot be loaded' : `${count(rules, 'rule')}, ${count(outputs ?? 0, 'output')}`,
    triggers === undefined ? 'an s.yaml that cannot be used' : count(triggers, 'trigger'),
  ].join(', ');
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const number = findings.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [severity === 'info' ? `${number} info` : count(number, severity)];
  });
  return `${parts.length === 0 ? 'no finding' : parts.join(', ')}: looked at ${looked}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
