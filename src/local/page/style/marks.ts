// The text of a style cut where findings begin and end, so that each part is underlined once.
import type { LintFinding } from '../../../style/lint/finding.js';

export interface Part {
  readonly text: string;
  /** Of the gravest finding about this part. */
  readonly severity?: LintFinding['severity'] | undefined;
}

const gravity: readonly LintFinding['severity'][] = ['error', 'warning', 'info'];

/** A finding about a place between two characters is shown at the character before it. */
export function partsOf(text: string, findings: readonly Pick<LintFinding, 'severity' | 'start' | 'end'>[]): Part[] {
  const places = findings.map(({ severity, start, end }) =>
    start < end
      ? { severity, start, end }
      : { severity, start: Math.max(0, Math.min(start, text.length) - 1), end: start },
  );
  const cuts = [...new Set([0, text.length, ...places.flatMap(({ start, end }) => [start, end])])]
    .filter((cut) => cut >= 0 && cut <= text.length)
    .sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const about = places.filter((place) => place.start <= start && place.end >= end);
    return {
      text: text.slice(start, end),
      severity: gravity.find((one) => about.some(({ severity }) => severity === one)),
    };
  });
}
