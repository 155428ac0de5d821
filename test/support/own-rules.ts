// What the user has written into src/config.ts, for the few tests that are about it: they hold for any right rules.
import config from '../../src/config.js';
import { defaultsIn } from '../../src/deploy/project.js';

export const ownConfig = config;

/** A value for each of its variables that has no default: each another one, and such as its field takes. */
export const ownVariables: Readonly<Record<string, string>> = standIns(config);

function standIns(input: unknown): Record<string, string> {
  const defaults = defaultsIn(input);
  const found: Record<string, string> = {};
  const visit = (value: unknown, field: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { env } = value as { env?: unknown };
    if (typeof env === 'string' && !Object.hasOwn(defaults, env)) {
      const name = `stand-in-${Object.keys(found).length}`;
      const forField: Record<string, string> = {
        style: 'image/auto-orient,1',
        key: `${name}/{key}`,
        journalPrefix: `${name}/`,
      };
      found[env] ??= forField[field] ?? name;
    }
    for (const [key, inner] of Object.entries(value)) {
      const ofField = Array.isArray(value) ? field : field === 'journal' && key === 'prefix' ? 'journalPrefix' : key;
      visit(inner, ofField);
    }
  };
  visit(input, '');
  return found;
}
