// What the two proofs of a configuration promise, held against the naive function of simulation.ts on random ones.
import fc from 'fast-check';
import { expect } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { exampleOf } from '../../src/rules/example.js';
import type { Issue } from '../../src/rules/issue.js';
import { type Bounds, loadConfig } from '../../src/rules/load.js';
import type { ConfigInput } from '../../src/rules/schema.js';
import { configs, contested, removingConfigs, secondGeneration } from './simulation.js';

/** Why it is refused. */
export function issuesOf(config: unknown, environment = {}, bounds: Bounds = {}): readonly Issue[] {
  try {
    loadConfig(config, environment, bounds);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues;
  }
}

/** What an issue says: to everyone, and in the example that the commands add. */
export function textsOf(issue: Issue | undefined): string {
  return `${issue?.message}\n${issue?.clash && exampleOf(issue.clash)}`;
}

/**
 * Whatever is accepted ends after the first generation, and a tenth to nine tenths of `runs` configurations are
 * accepted.
 */
export function expectNoLoops(runs: number): void {
  expectOfAccepted(runs, configs, (config) => {
    if (issuesOf(config).length > 0) return false;
    expect(secondGeneration(config)).toBeUndefined();
    return true;
  });
}

/**
 * Whatever is accepted removes only what is its own, and a tenth to nine tenths of `runs` configurations are accepted.
 */
export function expectNoForeignRemovals(runs: number): void {
  expectOfAccepted(runs, removingConfigs, (config) => {
    if (config.rules.every(({ onDelete }) => onDelete === undefined) || issuesOf(config).length > 0) return false;
    expect(contested(config)).toBeUndefined();
    return true;
  });
}

function expectOfAccepted(
  runs: number,
  configurations: fc.Arbitrary<ConfigInput>,
  holds: (config: ConfigInput) => boolean,
): void {
  let accepted = 0;
  fc.assert(
    fc.property(configurations, (config) => {
      if (holds(config)) accepted += 1;
    }),
    { numRuns: runs },
  );
  expect(accepted).toBeGreaterThan(runs / 10);
  expect(accepted).toBeLessThan((runs * 9) / 10);
}
