// Whether the rules listen where a reconciliation is to look: a mistyped location would otherwise be a plan that is
// empty.
import { objectUri } from '../oss/object-name.js';
import { boundedRules } from '../rules/bounded.js';
import { printable } from '../rules/printable.js';
import { type Config, envelopeOf } from '../rules/rule.js';
import { sourcePrefixes } from '../rules/source-prefixes.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { locationText } from './location.js';

/** How many places a message names. */
const most = 10;

/** @throws {UserError} (1) for locations where no rule listens; (2) for a rule that is not there */
export function refuseUnheard(scopes: readonly KeyRange[], { rule }: Selection, config: Config): void {
  const { rules } = config;
  if (rule !== undefined && !rules.some(({ name }) => name === rule)) {
    // Also of a sweep that is resumed, which anyone who may write the journal can have written.
    const named = printable(rule);
    throw new UserError(`--rule ${named}: there is no such rule; expected ${shown(rules.map(({ name }) => name))}`, 2);
  }
  const wanted = rule === undefined ? rules : rules.filter(({ name }) => name === rule);
  const heard = [sourcePrefixes(wanted), sourcePrefixes(envelopeOf(config))];
  const unheard = scopes.filter((scope) => !heard.every((prefixes) => overlaps(scope, prefixes.get(scope.bucket))));
  if (unheard.length === 0) return;
  const places = [...(heard[0] ?? [])].flatMap(([bucket, prefixes]) =>
    prefixes.map((prefix) => objectUri(bucket, prefix)),
  );
  const who = rule === undefined ? 'no rule listens there' : `the rule ${rule} does not listen there`;
  throw new UserError(`${printable(unheard.map(locationText).join(' '))}: ${who}, only to ${shown(places)}`);
}

/**
 * The parts of the scopes where rules listen, as far as they can match there. Nothing else has to be listed; and in the
 * cloud, the function's role may list nothing else.
 */
export function heardScopes(scopes: readonly KeyRange[], { rule }: Selection, config: Config): KeyRange[] {
  const rules = boundedRules(config).filter(({ name }) => rule === undefined || name === rule);
  const heard = sourcePrefixes(rules);
  return scopes.flatMap((scope) => {
    const inBucket = heard.get(scope.bucket) ?? [];
    if (inBucket.some((prefix) => scope.prefix.startsWith(prefix))) return [scope];
    return inBucket.filter((prefix) => prefix.startsWith(scope.prefix)).map((prefix) => ({ ...scope, prefix }));
  });
}

function overlaps({ prefix }: KeyRange, prefixes: readonly string[] = []): boolean {
  return prefixes.some((heard) => heard.startsWith(prefix) || prefix.startsWith(heard));
}

function shown(names: readonly string[]): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${countOf(more, 'other')}` : ''}`;
}
