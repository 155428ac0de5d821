// From outcomes to verdicts, and from verdicts to what a person reads: figures for each group, then each failure with
// its reason.
import { printable } from '../../src/rules/printable.js';
import { knownFailures, leftOut } from './known-failures.js';
import type { Outcome } from './outcome.js';

export interface Judged extends Outcome {
  readonly suite: string;
  /** `left out`: concerns what the embedded OSS leaves out as a whole, or was skipped by its suite. */
  readonly verdict: 'passed' | 'known' | 'unexplained' | 'left out';
  /** Why it fails, or is left out. */
  readonly reason?: string | undefined;
}

/** The verdict on each outcome, in order. */
export function judge(suite: string, outcomes: readonly Outcome[]): Judged[] {
  return outcomes.map((outcome) => {
    const left = leftOutBy({ suite, ...outcome });
    if (left !== undefined) return { suite, ...outcome, verdict: 'left out', reason: left.name };
    if (outcome.status === 'skipped') return { suite, ...outcome, verdict: 'left out', reason: 'skipped by the suite' };
    if (outcome.status === 'passed') return { suite, ...outcome, verdict: 'passed' };
    const known = knownBy({ suite, ...outcome });
    return { suite, ...outcome, verdict: known === undefined ? 'unexplained' : 'known', reason: known?.reason };
  });
}

type Named = Outcome & Pick<Judged, 'suite'>;

const idOf = ({ suite, group, test }: Named): string => `${suite} ${group} ${test}`;

const leftOutBy = (one: Named) => leftOut.find(({ tests }) => tests.test(idOf(one)));

const knownBy = (one: Named) =>
  knownFailures.find(
    ({ tests, says }) => tests.test(idOf(one)) && (says === undefined || says.test(one.message ?? '')),
  );

/** The reasons that fit nothing in a run of all suites, with their patterns: they can go. */
export function needless(judged: readonly Judged[]): string[] {
  const used = new Set<object | undefined>(
    judged.map((one) => (one.verdict === 'known' ? knownBy(one) : leftOutBy(one))),
  );
  return [
    ...leftOut.filter((row) => !used.has(row)).map(({ name, tests }) => `left out, ${name}: ${tests}`),
    ...knownFailures.filter((row) => !used.has(row)).map(({ reason, tests }) => `${reason}: ${tests}`),
  ];
}

/** Verdicts of an earlier run, by today's reasons. */
export function judgeAgain(judged: readonly Judged[]): Judged[] {
  return judged.flatMap(({ suite, group, test, status, message }) => judge(suite, [{ group, test, status, message }]));
}

/** The whole report; `before` is an earlier one to compare with, or empty. */
export function reportOf(judged: readonly Judged[], before: readonly Judged[]): string {
  const lines: string[] = [];
  for (const suite of new Set(judged.map((one) => one.suite))) {
    const [now, then] = [judged, before].map((all) => all.filter((one) => one.suite === suite)) as [Judged[], Judged[]];
    lines.push(`${suite}${then.length === 0 ? '' : ' (before → after)'}`);
    for (const group of new Set(now.map((one) => one.group))) {
      lines.push(row(group, inGroup(now, group), inGroup(then, group)));
    }
    lines.push(row('all', now, then), '');
  }
  const failures = judged.filter(({ verdict }) => verdict === 'known' || verdict === 'unexplained');
  for (const reason of new Set(failures.map((one) => one.reason))) {
    const same = failures.filter((one) => one.reason === reason);
    lines.push(`${reason ?? 'UNEXPLAINED'} (${same.length})`);
    for (const { suite, group, test, message = '' } of same) {
      const shown = reason === undefined ? `: ${printable(brief(message))}` : '';
      lines.push(`    ${suite} ${group} ${printable(test)}${shown}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const inGroup = (all: readonly Judged[], group: string): Judged[] => all.filter((one) => one.group === group);

function row(name: string, now: readonly Judged[], then: readonly Judged[]): string {
  const figures = (all: readonly Judged[]) => {
    const count = (...verdicts: string[]) => all.filter(({ verdict }) => verdicts.includes(verdict)).length;
    return [count('passed'), count('known', 'unexplained'), count('left out')];
  };
  const [passed, failed, left] = figures(now);
  const earlier = then.length === 0 ? '' : `${figures(then)[0]} → `;
  return `  ${name.padEnd(46)} ${earlier}${passed} passed, ${failed} failed, ${left} left out`;
}

/** The line of a message that tells most: the code and the message of OSS, else the first lines. */
function brief(message: string): string {
  const code = /Error ?Code[:=] ?\w+/.exec(message)?.[0];
  const text = /Message: .*/.exec(message)?.[0];
  const shown = code === undefined ? message.replace(/\s+/g, ' ') : [code, text].filter(Boolean).join(', ');
  return shown.slice(0, 240);
}
