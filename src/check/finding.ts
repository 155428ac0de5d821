// What `check` says: how bad, what, where, and how to mend it.

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  /** error: it cannot work, or loses something. warning: not what was meant, or dearer than needed. info: good to know. */
  readonly severity: Severity;
  /** Names the kind of finding; lint of styles brings its own. */
  readonly code: string;
  /** The file that is to be mended, as the user named it. */
  readonly file: string;
  /** The place in the file, e.g. `rules[0].outputs[1].to.key`; empty for the whole. */
  readonly where: string;
  readonly message: string;
  /** What to write instead, or to do. */
  readonly fix: string;
}

/** What a check finds: which file it is about is known to those who ask. */
export type Found = Omit<Finding, 'file'>;

/** A finding of this severity. */
export function found(severity: Severity, code: string, where: string, message: string, fix: string): Found {
  return { severity, code, where, message, fix };
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Errors first; what is equally bad in the order in which it was found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => rank[one.severity] - rank[other.severity]);
}
