// Reads mocha's JSON reports: what a dry run lists, and what a run came to. A test that never ran, because a hook
// before it failed, has failed with that hook's message.
import { basename } from 'node:path';
import type { Outcome } from './outcome.js';

interface Test {
  title: string;
  fullTitle: string;
  file?: string | null;
  err?: { message?: string; code?: string; name?: string };
}

export interface MochaReport {
  tests: Test[];
  passes: Test[];
  failures: Test[];
  pending: Test[];
}

export function outcomesOfMocha(listed: Pick<MochaReport, 'tests'>, report: MochaReport): Outcome[] {
  const titles = (tests: readonly Test[]) => new Set(tests.map((test) => test.fullTitle));
  const [passed, pending] = [titles(report.passes), titles(report.pending)];
  const failures = new Map(report.failures.map((test) => [test.fullTitle, messageOf(test)]));
  // `SUITE "before all" hook for "TEST"`: what follows of that suite has not run.
  const hooks = report.failures.flatMap((test) => {
    const at = /^(.*?) ?"(?:before|after) (?:all|each)" hook/.exec(test.fullTitle);
    return at === null ? [] : [{ suite: at[1] ?? '', message: messageOf(test) }];
  });
  return listed.tests.map((test) => {
    const common = { group: basename(test.file ?? '', '.test.js'), test: test.fullTitle };
    const failure = failures.get(test.fullTitle);
    if (failure !== undefined) return { ...common, status: 'failed', message: failure };
    if (passed.has(test.fullTitle)) return { ...common, status: 'passed' };
    if (pending.has(test.fullTitle)) return { ...common, status: 'skipped' };
    const hook = hooks.filter(({ suite }) => test.fullTitle.startsWith(suite)).sort(longestFirst)[0];
    return { ...common, status: 'failed', message: `did not run: ${hook?.message ?? 'no reason given'}` };
  });
}

function longestFirst(a: { suite: string }, b: { suite: string }): number {
  return b.suite.length - a.suite.length;
}

function messageOf({ err = {} }: Test): string {
  return [err.code ?? err.name, err.message].filter((text) => text !== undefined).join(': ');
}
