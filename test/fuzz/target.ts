// What a target of `npm run fuzz` is, and how its checks are run: in portions, so that progress shows and a failure
// repeats fast.
import fc from 'fast-check';

/** A part of the program, and what must hold for whatever it is given. */
export interface Target {
  readonly name: string;
  /** By what they say, each made anew for a run. */
  readonly checks: Readonly<Record<string, () => fc.IRawProperty<unknown>>>;
}

export interface Result {
  readonly target: string;
  readonly check: string;
  readonly runs: number;
  readonly failure?: Failure;
}
export interface Failure {
  /** With it, the first portion of a run fails in the same way. */
  readonly seed: number;
  /** The smallest input found that fails. */
  readonly input: unknown;
  readonly message: string;
}

const portionSize = 2000;

/** Runs every check of a target on `runs` inputs, until it fails. `progress` hears how many are done. */
export async function fuzzTarget(
  { name, checks }: Target,
  { runs, seed, progress }: { runs: number; seed: number; progress: (check: string, done: number) => void },
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [check, property] of Object.entries(checks)) {
    let done = 0;
    let failure: Failure | undefined;
    for (let portion = seed; done < runs && failure === undefined; portion++) {
      const numRuns = Math.min(portionSize, runs - done);
      const details = await fc.check(property(), { seed: portion, numRuns });
      done += details.numRuns;
      if (details.failed) {
        const { errorInstance, counterexample } = details;
        const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
        const [input] = Array.isArray(counterexample) ? counterexample : [counterexample];
        failure = { seed: portion, input, message };
      }
      progress(check, done);
      await new Promise(setImmediate);
    }
    results.push({ target: name, check, runs: done, ...(failure === undefined ? {} : { failure }) });
  }
  return results;
}
