// A test suite of the vendor, whose checkout a variable of the environment names.
import type { Outcome } from './outcome.js';

export interface Suite {
  readonly name: string;
  /** Names the checkout; without it the suite is left out. */
  readonly variable: string;
  /** Runs all of it against the embedded OSS at `url`; `folder` is its own and empty. */
  run(context: { checkout: string; url: string; folder: string }): Promise<Outcome[]>;
}
