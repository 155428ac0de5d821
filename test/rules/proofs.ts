// What the two proofs of a configuration promise, held against the naive function of simulation.ts on random ones.
import fc from 'fast-check';
import { expect } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { exampleOf } from '../../src/rules/example.js';
import type { Issue } from '../../src/rules/issue.js';
import { type Bounds, loadConfig } from '../../src/rules/load.js';
import type { Config, Rule } from '../../src/rules/rule.js';
import type { ConfigInput } from '../../src/rules/schema.js';
import { configs, contested, relaying, removingConfigs, secondGeneration } from './simulation.js';

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
  expectOfAccepted(runs, relaying(configs), (config) => {
    if (issuesOf(config).length > 0) return false;
    expect(secondGeneration(config)).toBeUndefined();
    return true;
  });
}

/**
 * Whatever is accepted removes only what is its own, and a tenth to nine tenths of `runs` configurations are accepted.
 */
export function expectNoForeignRemovals(runs: number): void {
  expectOfAccepted(runs, relaying(removingConfigs), (config) => {
    if (config.rules.every(({ onDelete }) => onDelete === undefined) || issuesOf(config).length > 0) return false;
    expect(contested(config)).toBeUndefined();
    return true;
  });
}

type OutputInput = ConfigInput['rules'][number]['outputs'][number];

/** What an output may not ask for, whatever else it is. */
const mistakes: readonly object[] = [
  { headers: {} },
  { headers: { 'Content-Type': 'image/webp' } },
  { headers: { 'Cache-Control': 'a\r\nx-oss-object-acl: public-read' } },
  { headers: { 'x-oss-meta-a': '{kye}' } },
  { tags: { a: 'b&c' } },
  { tags: { a: '', 'a?': '' } },
  { style: 'image/blindwatermark,content_YQ', tags: { a: 'b' } },
  { style: 'image/format,avif/blindwatermark,content_YQ' },
];

/**
 * Of `runs` random configurations: with headers, tags and AVIF they are refused, and are loaded, exactly as without
 * them; and with a mistake in those, for that mistake alone.
 */
export function expectProofsIgnoreRelays(runs: number): void {
  const mistaken = fc.array(fc.option(fc.constantFrom(...mistakes), { freq: 5 }), { minLength: 6, maxLength: 6 });
  const seen = { accepted: 0, refused: 0, mistaken: 0 };
  fc.assert(
    fc.property(relaying(fc.oneof(configs, removingConfigs)), mistaken, (config, more) => {
      const plain = eachOutput(config, ({ to }) => ({ style: 'image/resize,w_1', to }));
      const issues = issuesOf(config);
      const said = ({ path, message }: Issue) => `${path}: ${message}`;
      expect(issues.map(said)).toEqual(issuesOf(plain).map(said));
      seen[issues.length === 0 ? 'accepted' : 'refused'] += 1;
      if (issues.length === 0)
        expect(withoutRelays(loadConfig(config, {}))).toEqual(withoutRelays(loadConfig(plain, {})));

      const wrong: string[] = [];
      const broken = eachOutput(config, (output, path, nth) => {
        const mistake = more[nth];
        if (mistake === null || mistake === undefined) return output;
        wrong.push(path);
        return { style: output.style, to: output.to, ...mistake };
      });
      if (wrong.length === 0) return;
      seen.mistaken += 1;
      const places = issuesOf(broken).map(
        ({ path }) => /^(rules\[\d\]\.outputs\[\d\])(?:$|\.(?:headers|tags))/.exec(path)?.[1],
      );
      expect([...new Set(places)]).toEqual(wrong);
    }),
    { numRuns: runs },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs / 10);
}

function eachOutput(
  { journal, rules }: ConfigInput,
  change: (output: OutputInput, path: string, nth: number) => OutputInput,
): ConfigInput {
  let nth = 0;
  return {
    journal,
    rules: rules.map((rule, at) => ({
      ...rule,
      outputs: rule.outputs.map((output, of) => change(output, `rules[${at}].outputs[${of}]`, nth++)),
    })),
  };
}

function withoutRelays({ journal, rules }: Config): unknown {
  const outputs = (rule: Rule) => rule.outputs.map(({ bucket, key }) => ({ bucket, key }));
  return { journal, rules: rules.map((rule) => ({ ...rule, outputs: outputs(rule) })) };
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
