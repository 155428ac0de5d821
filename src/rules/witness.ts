// Looks for one upload whose derivative would start a rule, to show its author why an output is refused. The proof does
// not depend on it: where none is found among these few tries, the output is refused all the same.

import type { Output, Rule } from './load.js';
import { foldCase } from './reach.js';
import { render, variablesOf } from './template.js';

const TRIES = 3;

/** A source that `rule` matches and the target that `output` makes of it, which `started` matches; as oss:// addresses. */
export function witness(output: Output, rule: Rule, started: Rule): { source: string; target: string } | undefined {
  for (const bucket of rule.when.buckets.slice(0, TRIES)) {
    for (const key of candidates(rule, started)) {
      if (!matches(rule, bucket, key)) continue;
      const upload = { bucket, key, etag: '5D41402ABC4B2A76B9719D911017C592', time: '2026-01-31T12:00:00.000Z' };
      const rendered = render(output.key, variablesOf(upload, rule.name));
      const target = output.bucket ?? bucket;
      if (!('key' in rendered) || !matches(started, target, rendered.key)) continue;
      return { source: `oss://${bucket}/${key}`, target: `oss://${target}/${rendered.key}` };
    }
  }
  return undefined;
}

// Keys that the rule may match, with something in them that the other rule asks for.
function* candidates(rule: Rule, started: Rule): Generator<string> {
  const ends = [...rule.when.suffixes.slice(0, TRIES), ...started.when.suffixes.slice(0, TRIES), '.jpg', ''];
  for (const prefix of rule.when.prefixes.slice(0, TRIES)) {
    for (const middle of ['photo', '', ...started.when.prefixes.slice(0, TRIES).flatMap((p) => [p, `${p}photo`])]) {
      for (const end of ends) yield prefix + middle + end;
    }
  }
}

function matches({ when }: Rule, bucket: string, key: string): boolean {
  const folded = foldCase(key);
  return (
    key !== '' &&
    when.buckets.includes(bucket) &&
    when.prefixes.some((prefix) => key.startsWith(prefix)) &&
    (when.suffixes.length === 0 || when.suffixes.some((suffix) => folded.endsWith(suffix))) &&
    !when.excludes.some((exclude) => key.startsWith(exclude))
  );
}
