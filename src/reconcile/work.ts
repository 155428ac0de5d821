// What each action of a reconciliation is given: the account, the rules that the function runs, where it prints; and
// what all of them refuse.
import { imageQuota } from '../check/project/concurrency-limit.js';
import type { Oss } from '../oss/client.js';
import type { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import type { RuleIndex } from '../pipeline/match.js';
import type { Account } from '../remote/account.js';
import type { Config, Journal } from '../rules/rule.js';
import type { Progress } from '../terminal/progress.js';
import { UserError } from '../terminal/user-error.js';
import type { Bounds, Choice } from './choice.js';
import { type SweepRate, sweepRate } from './cost.js';
import type { Deployed } from './deployed.js';

export interface Work {
  readonly account: Pick<Account, 'until' | 'concurrency' | 'reader'>;
  readonly config: Config;
  readonly index: RuleIndex;
  readonly choice: Choice;
  readonly region: string;
  /** Undefined: nothing says how the function is deployed. */
  readonly deployed: Deployed | undefined;
  /** As the user gave them. */
  readonly configFile: string | undefined;
  readonly endpoint: string | undefined;
  readonly json: boolean;
  readonly out: (text: string) => void;
  /** Prints for people alone: nothing with `json`. */
  readonly show: (text: string) => void;
  /** Begins to show how far something is. */
  readonly progress: (text: string) => Progress;
  /** From now on, Ctrl-C resolves this instead of ending the process. */
  readonly stopSignal: () => Promise<void>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Work where there is a journal, in which a sweep keeps its state, and what is unfinished is left to the timer. */
export type SweepWork = Work & { readonly journal: Journal };

/** ms for a call by itself, such as a list: as long as OSS throttles it. */
const callTime = 10 * 60_000;

/** A client for calls by themselves, to be made anew for each of them. */
export function client({
  account,
  now,
}: Pick<Work, 'now'> & { readonly account: Pick<Work['account'], 'until'> }): Oss {
  return account.until(now() + callTime);
}

/** @throws {UserError} (1) where the rules keep no journal */
export function withJournal(work: Work): SweepWork {
  const { journal } = work.config;
  if (journal !== 'throw') return { ...work, journal };
  const why = "the rules keep no journal (journal: 'throw'), in which what is not finished is written down";
  throw new UserError(`--${work.choice.action}: ${why}`);
}

/** The journal as people call it. */
export function journalText(journal: Config['journal']): string | undefined {
  return journal === 'throw' ? undefined : objectUri(journal.bucket, journal.prefix);
}

/** What a sweep may take, by the flags and the quota of the region. */
export function rateOf({ share, qps, bytesPerSecond, rate }: Bounds, region: string): SweepRate {
  const quota = imageQuota(region);
  return sweepRate({ qps: qps ?? quota.qps, bytes: bytesPerSecond ?? quota.bytes }, share, rate);
}

/** What to do about a refusal, on a line of its own; empty where it is no matter of rights. */
export function rightsHint({ status }: OssError): string {
  return status === 403 ? '\n  rights: npm run policy -- --reconcile' : '';
}
