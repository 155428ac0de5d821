// What became of one test of a suite.

export interface Outcome {
  /** The part of the suite it belongs to, mostly its file. */
  readonly group: string;
  readonly test: string;
  /** `skipped`: by the suite itself. */
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it failed, in the words of the suite's runner. */
  readonly message?: string | undefined;
}

/** One outcome for each test: the worst, where a runner reports a test more than once. */
export function worstOfEach(outcomes: readonly Outcome[]): Outcome[] {
  const severity = ['skipped', 'passed', 'failed'];
  const worst = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const id = `${outcome.group} ${outcome.test}`;
    const known = worst.get(id);
    if (known === undefined || severity.indexOf(outcome.status) > severity.indexOf(known.status))
      worst.set(id, outcome);
  }
  return [...worst.values()];
}
