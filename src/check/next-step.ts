// What to do after a deployment: upload this, look there.
import { objectUri } from '../oss/object-name.js';
import { jobsOf } from '../pipeline/jobs.js';
import { indexConfig } from '../pipeline/match.js';
import { printable } from '../rules/printable.js';
import type { Config } from '../rules/rule.js';
import { shellWord } from '../terminal/shell-quote.js';
import { exampleUploads } from './rules/example-uploads.js';

/** Lines that say how to see the function at work, with the first upload that a rule takes. */
export function nextSteps(config: Config, region: string): string[] {
  const index = indexConfig(config);
  for (const rule of config.rules) {
    for (const upload of exampleUploads(rule, index, 1)) {
      const source = printable(objectUri(upload.bucket, upload.key));
      const targets = jobsOf(upload, rule, index).jobs.map(({ target }) =>
        printable(objectUri(target.bucket, target.key)),
      );
      return [
        'upload an image, e.g.',
        `  ossutil cp photo${/\.\w+$/.exec(upload.key)?.[0] ?? ''} ${shellWord(source)} --region ${region}`,
        'and look for',
        ...targets.map((target) => `  ${target}`),
        'nothing there after a minute? npm run doctor',
      ];
    }
  }
  return ['npm run doctor says whether everything is in place'];
}

/** For rules that are kept elsewhere, and that are not at hand. */
export function nextStepsForConfigUri(uri: string): string[] {
  return [
    `the rules are those of ${printable(uri)}: upload what they listen to (--config FILE.json says what)`,
    'npm run doctor says whether everything is in place',
  ];
}
