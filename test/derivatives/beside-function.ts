// The library beside the function, for random configurations, written in every way, and keys that could trick them.
import fc from 'fast-check';
import { expect } from 'vitest';
import { derivatives } from '../../src/derivatives/derivatives.js';
import type { Upload } from '../../src/pipeline/event.js';
import { jobsOf } from '../../src/pipeline/jobs.js';
import { indexConfig, match } from '../../src/pipeline/match.js';
import { parseConfig } from '../../src/rules/parse.js';
import { configs, naive, uploadsFor } from '../rules/simulation.js';

const record: Upload['record'] = {
  eventName: 'ObjectCreated:PutObject',
  eventSource: 'acs:oss',
  eventVersion: '1.0',
  oss: { bucket: { name: 'any' }, object: { key: 'any' } },
};

/** The targets that the function saves, by its own reading of the configuration. */
function targetsOfFunction(
  input: unknown,
  object: {
    bucket: string;
    key: string;
    size?: number | undefined;
    etag?: string | undefined;
    time?: number | undefined;
  },
) {
  const parsed = parseConfig(input, environment);
  if ('issues' in parsed) return undefined;
  const index = indexConfig(parsed.config);
  const found = match(index, object);
  if (!('rule' in found)) return { reason: found.reason, targets: [], failures: [] };
  const upload: Upload = { kind: 'stored', event: 'ObjectCreated:PutObject', record, ...object };
  const { jobs, failures } = jobsOf(upload, found.rule, index);
  return {
    rule: found.rule.name,
    targets: jobs.map(({ target, style }) => ({ ...target, style })),
    failures: failures.map(({ error, style }) => ({ reason: error.code, style })),
  };
}

const environment = { FIRST: 'aaa', SECOND: 'bbb', EMPTY: '' };
const markers: Record<string, unknown[]> = {
  aaa: [{ env: 'FIRST' }, { env: 'NOWHERE', default: 'aaa' }, { env: 'EMPTY', default: 'aaa' }],
  bbb: [{ env: 'SECOND', default: 'zzz' }],
  img: [
    { env: 'constructor', default: 'img' },
    { env: '__proto__', default: 'img' },
  ],
};

/** The same configuration with some texts replaced by markers, written as JSON or not. */
const written = fc.tuple(configs, fc.infiniteStream(fc.nat(5)), fc.boolean()).map(([config, stream, asJson]) => {
  const withMarkers = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withMarkers);
    const choices = typeof value === 'string' && Object.hasOwn(markers, value) ? (markers[value] ?? []) : [];
    return choices[stream.next().value] ?? value;
  };
  const rules = config.rules.map((rule) => ({
    ...rule,
    when: { ...rule.when, bucket: withMarkers(rule.when.bucket), prefix: withMarkers(rule.when.prefix) },
    outputs: rule.outputs.map(({ style, to }) => ({
      style,
      to: { ...to, ...(to.bucket && { bucket: withMarkers(to.bucket) }) },
    })),
  }));
  return { plain: config, input: asJson ? JSON.parse(JSON.stringify({ ...config, rules })) : { ...config, rules } };
});
const oddKey = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom('a/../b.jpg', 'a{b}.jpg', '/a', '\ud800', 'x'.repeat(1000), '照'.repeat(341), '+ ?#%2e.jpg'),
);

/** For `runs` random configurations and some of their keys, the library says what the function does. */
export function expectSameTargets(runs: number, library = derivatives): void {
  let made = 0;
  fc.assert(
    fc.property(
      written,
      fc.nat(),
      oddKey,
      fc.record({
        size: fc.constantFrom(undefined, 0, 1, 5, 11),
        etag: fc.constantFrom(undefined, 'E7A6'),
        time: fc.constantFrom(undefined, 0, Date.UTC(2026, 0, 31)),
      }),
      ({ plain, input }, nth, odd, known) => {
        const uploads = plain.rules.map(naive).flatMap((rule, _, all) => uploadsFor(rule, all));
        const rule = plain.rules[nth % plain.rules.length];
        const bucket = [rule?.when.bucket].flat()[0] as string;
        for (const object of [
          uploads[nth % uploads.length],
          uploads[(nth * 7) % uploads.length],
          { bucket, key: odd },
        ]) {
          if (object === undefined) continue;
          const expected = targetsOfFunction(input, { ...object, ...known });
          if (expected === undefined) continue;
          const answer = library(input, `oss://${object.bucket}/${object.key}`, { ...known, env: environment });
          expect({
            reason: answer.reason,
            rule: answer.rule,
            targets: answer.derivatives.map(({ bucket, key, style }) => ({ bucket, key, style })),
            failures: answer.refused.map(({ code, style }) => ({ reason: code, style })),
          }).toEqual(expected);
          made += answer.derivatives.length;
        }
      },
    ),
    { numRuns: runs },
  );
  expect(made).toBeGreaterThan(runs / 2);
}
