// Keys that name the version of a source and not the source: `{etag}.webp`. Several sources may be saved there, so the
// function deletes nothing under such a key (pipeline/stale.ts), not even what is of another version.
import { type Config, outputsOf } from '../../rules/rule.js';
import { templateUses } from '../../rules/template.js';
import { tellsSource } from '../../rules/unique-target.js';
import { type Finding, finding } from '../finding.js';

/** The outputs under whose keys a derivative of another version may stay. */
export function sharedVersions(config: Config): Finding[] {
  return outputsOf(config)
    .filter(({ output, rule }) => {
      const tells = (bucket: string) => tellsSource(output, rule, bucket, config.rules);
      return templateUses(output.key, 'etag') && !rule.when.buckets.every(tells);
    })
    .map(({ path }) => {
      const message =
        'several sources may be saved under one such key: if a source changes while OSS processes it, what is made of ' +
        'the new version may stay under the ETag of the old one';
      const fix = 'put {key} into it, and {bucket} where several source buckets are saved into one';
      return finding('info', 'sharedVersion', `${path}.to.key`, message, fix);
    });
}
