// What the user has written into src/config.ts, for the few tests that are about it: they hold for any right rules.
import config from '../../src/config.js';
import { defaultsIn } from '../../src/rules/markers.js';
import type { ConfigInput } from '../../src/rules/schema.js';

export const ownConfig: ConfigInput = config;

/**
 * A value for each of its variables that has no default: each another one, which does for a bucket and for a prefix.
 */
export const ownVariables: Readonly<Record<string, string>> = standIns(ownConfig);

function standIns({ journal, rules }: ConfigInput): Record<string, string> {
  const texts = rules.flatMap(({ when, outputs }) =>
    [when.bucket, when.prefix ?? [], outputs.flatMap(({ to }) => to.bucket ?? [])].flat(),
  );
  if (journal !== 'throw') texts.push(journal.bucket);
  const defaults = defaultsIn({ journal, rules });
  const found: Record<string, string> = {};
  for (const text of texts) {
    if (typeof text === 'string' || Object.hasOwn(defaults, text.env)) continue;
    found[text.env] ??= `stand-in-${Object.keys(found).length}`;
  }
  if (journal === 'throw' || typeof journal.prefix === 'string') return found;
  // A folder.
  return Object.hasOwn(defaults, journal.prefix.env) ? found : { ...found, [journal.prefix.env]: 'stand-in/' };
}
