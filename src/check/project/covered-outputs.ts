// Derivatives and journal records that a trigger of s.yaml covers, where only a suffix or an exclude keeps the rules
// from taking them: no loop, but an invocation for each that skips it.
import type { ResourceProps } from '../../deploy/s-schema.js';
import { isUploadEvent } from '../../deploy/triggers/events.js';
import { filtersOf, someCovered } from '../../deploy/triggers/filter.js';
import { showText } from '../../rules/issue.js';
import { type Config, outputsOf } from '../../rules/rule.js';
import { journalPattern, type TargetPattern, targetPatterns } from '../../rules/target-pattern.js';
import { type Finding, finding } from '../finding.js';
import { skippedCost } from './triggers.js';

/** The outputs whose targets a trigger can cover, and the journal if a trigger can cover its records. */
export function coveredOutputs(config: Config, resource: ResourceProps): Finding[] {
  const filters = filtersOf(resource).filter(({ events }) => events.some(isUploadEvent));
  const cost = `each starts the function once, only to be skipped: ${skippedCost(resource)}`;
  const covering = (patterns: readonly TargetPattern[]) =>
    filters.find((filter) => patterns.some((one) => one.bucket === filter.bucket && someCovered(one, filter)));
  const findings: Finding[] = [];
  for (const { rule, output, path } of outputsOf(config)) {
    const filter = covering(targetPatterns(output, rule));
    if (filter === undefined) continue;
    const message = `trigger ${filter.name} can cover what ${showText(output.key.text)} saves in ${filter.bucket}: ${cost}`;
    const fix = 'save to another bucket, or outside the prefix of that trigger';
    findings.push(finding('warning', 'outputHeard', `${path}.to.key`, message, fix));
  }
  const filter = covering(journalPattern(config));
  if (filter !== undefined) {
    const message = `trigger ${filter.name} can cover the records of the journal: ${cost}`;
    findings.push(finding('warning', 'journalHeard', 'journal', message, 'give the journal a bucket of its own'));
  }
  return findings;
}
