// The env() markers in a configuration as it was written: which variables it reads, and their defaults.

/** A configuration is never deeper; other input may be. */
const maxDepth = 10;

/** The variables, each with its default. */
export function markersIn(input: unknown): Map<string, string | undefined> {
  const markers = new Map<string, string | undefined>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > maxDepth) return;
    const { env, default: fallback } = value as { env?: unknown; default?: unknown };
    if (typeof env === 'string') markers.set(env, typeof fallback === 'string' ? fallback : markers.get(env));
    for (const inner of Object.values(value)) visit(inner, depth + 1);
  };
  visit(input, 0);
  return markers;
}

/** Those that have a default. */
export function defaultsIn(input: unknown): Record<string, string> {
  return Object.fromEntries([...markersIn(input)].filter((pair): pair is [string, string] => pair[1] !== undefined));
}
