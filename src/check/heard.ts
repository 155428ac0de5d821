// Derivatives and journal records that a trigger of s.yaml hears, where only a suffix or an exclude keeps the rules from
// taking them: no loop, but an invocation for each that skips it.
import type { ResourceProps } from '../deploy/s-schema.js';
import { isUploadEvent } from '../deploy/triggers/events.js';
import { filtersOf, type ListedFilter, someCovered } from '../deploy/triggers/filter.js';
import { showText } from '../rules/issue.js';
import type { Config } from '../rules/rule.js';
import { journalPattern, type TargetPattern, targetPatternsFrom } from '../rules/target-pattern.js';
import { templateUses } from '../rules/template.js';
import { type Found, found } from './finding.js';
import { outputPath, outputsOf } from './place.js';
import { skippedMillion } from './price.js';

/** The outputs whose targets a trigger can hear, and the journal if it can hear its records. */
export function heardTargets(config: Config, resource: ResourceProps): Found[] {
  const hearers = filtersOf(resource).filter(({ events }) => events.some(isUploadEvent));
  const cost = `each starts the function once, only to be skipped: about ¥${skippedMillion(resource).toFixed(2)} a million`;
  const findings: Found[] = [];
  for (const place of outputsOf(config)) {
    const { rule, output } = place;
    const own = output.bucket !== undefined && !templateUses(output.key, 'bucket');
    for (const source of own ? rule.when.buckets.slice(0, 1) : rule.when.buckets) {
      const { bucket, prefixes, suffixes } = targetPatternsFrom(source, output, rule);
      const heard = hearers.find(
        (hearer) =>
          hearer.bucket === bucket &&
          prefixes.some((prefix) => suffixes.some((suffix) => someCovered({ prefix, suffix }, hearer))),
      );
      if (heard === undefined) continue;
      const message = `trigger ${heard.name} can hear what ${showText(output.key.text)} saves in ${bucket}: ${cost}`;
      const fix = 'save to another bucket, or outside the prefix of that trigger';
      findings.push(found('warning', 'outputHeard', `${outputPath(place)}.to.key`, message, fix));
      break;
    }
  }
  const heard = journalPattern(config).flatMap((reach) => hearers.filter((hearer) => hears(hearer, reach)))[0];
  if (heard !== undefined) {
    const message = `trigger ${heard.name} can hear the records of the journal: ${cost}`;
    findings.push(found('warning', 'journalHeard', 'journal', message, 'give the journal a bucket of its own'));
  }
  return findings;
}

function hears(hearer: ListedFilter, reach: TargetPattern): boolean {
  return hearer.bucket === reach.bucket && someCovered(reach, hearer);
}
