// Findings as a person reads them: by file, the worst first, each with its place and its fix; and one line that sums
// up.
import { countOf, printableLines } from '../terminal/text.js';
import type { CheckResult, FindingInFile } from './check.js';
import { severities } from './finding.js';
import { listed } from './rules/outputs.js';

/** Findings of one code that are printed. */
const mostOfACode = 10;

/**
 * The report, ended by a line break.
 * @param most findings of one code; `Infinity` prints all
 */
export function checkReport(result: CheckResult, most: number = mostOfACode): string {
  const files = [...new Set(result.findings.map(({ file }) => file))];
  const blocks = files.map((file) => {
    const findings = result.findings.filter((one) => one.file === file);
    return `${file}\n${blockOf(findings, most)}\n`;
  });
  const reported = result.findings.some(({ code }) => code === 'variableUnset');
  const unset =
    reported || result.unset.length === 0 ? '' : `not set yet, stand-ins were used: ${result.unset.join(', ')}\n`;
  // Keys of a configuration may hold anything.
  return printableLines(
    [...blocks, `${summaryOf(result)}\n${relayedLines(result, most)}${sweepLine(result)}${unset}`].join('\n'),
  );
}

/** Outputs of one reason in a line. */
function relayedLines({ relayed, outputs }: CheckResult, most: number): string {
  const byReason = new Map<string, string[]>();
  for (const { path, because } of relayed) {
    const reason = because.join(', ');
    byReason.set(reason, [...(byReason.get(reason) ?? []), path]);
  }
  const lines = [...byReason].slice(0, most).map(([reason, paths]) => `  because of ${reason}: ${listed(paths)}`);
  if (byReason.size > most) lines.push(`  … and for ${byReason.size - most} more reasons (--all)`);
  if (lines.length > 0) lines.unshift(`relayed, as sys/saveas cannot do it: ${relayed.length} of ${outputs} outputs`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Its calls are among those of the concurrency limit, which is compared with the quota. */
function sweepLine({ sweep }: CheckResult): string {
  if (sweep === undefined) return '';
  const { workers, seconds, instances, concurrency } = sweep;
  const calls = `${workers * concurrency} of ${instances * concurrency} calls at a time`;
  return `a sweep in the cloud: ${countOf(workers, 'worker')} of ${seconds} s a tick at most, ${calls}\n`;
}

function blockOf(findings: readonly FindingInFile[], most: number): string {
  const counts = new Map<string, number>();
  const lines = findings.flatMap(({ severity, code, where, message, fix }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count > most) return [];
    const place = where === '' ? '' : `${where}  `;
    return [`  ${severity.padEnd(7)}  ${place}[${code}]`, `           ${message}`, `           → ${fix}`];
  });
  const rest = [...counts].filter(([, count]) => count > most);
  return [...lines, ...rest.map(([code, count]) => `  … and ${count - most} more [${code}] (--all)`)].join('\n');
}

/** How many findings there are, and what was looked at. */
function summaryOf({ findings, rules, outputs, triggers, smoke }: CheckResult): string {
  const looked = [
    rules === undefined
      ? 'rules that cannot be loaded'
      : `${countOf(rules, 'rule')}, ${countOf(outputs ?? 0, 'output')}`,
    triggers === undefined ? 'an s.yaml that cannot be used' : countOf(triggers, 'trigger'),
    ...(smoke === undefined
      ? []
      : [
          `${countOf(smoke.saved, 'derivative')} of ${countOf(smoke.uploads, 'upload')} in ${(smoke.ms / 1000).toFixed(1)} s`,
        ]),
  ].join(', ');
  const parts = severities.flatMap((severity) => {
    const number = findings.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [severity === 'info' ? `${number} info` : countOf(number, severity)];
  });
  return `${parts.length === 0 ? 'no finding' : parts.join(', ')}: looked at ${looked}`;
}
