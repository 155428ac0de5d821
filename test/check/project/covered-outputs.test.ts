import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredOutputs } from '../../../src/check/project/covered-outputs.js';
import { uploadFor } from '../../../src/check/rules/example-uploads.js';
import { triggerUploadEvents } from '../../../src/deploy/triggers/events.js';
import { jobsOf } from '../../../src/pipeline/jobs.js';
import { indexRules, match } from '../../../src/pipeline/match.js';
import { ConfigError } from '../../../src/rules/config-error.js';
import { configOf, deployment, ossTrigger, timer } from '../deployment.js';

const output = (key: string, bucket?: string) => ({
  style: 'image/resize,w_1',
  to: { key, ...(bucket && { bucket }) },
});

describe('targets that a trigger covers', () => {
  it.each([
    ['nothing in another bucket', { when: { prefix: '' }, outputs: [output('{key}', 'out')] }, []],
    ['nothing outside the prefix', { when: { prefix: 'in/' }, outputs: [output('out/{key}')] }, []],
    [
      'what only the suffix keeps from the rule',
      { when: { prefix: '' }, outputs: [output('{key}.webp')] },
      ['rules[0].outputs[0].to.key'],
    ],
    [
      'what only an exclude keeps from the rule',
      { when: { prefix: '', exclude: ['out/'] }, outputs: [output('{key}.webp', 'out'), output('out/{key}')] },
      ['rules[0].outputs[1].to.key'],
    ],
  ])('finds %s', (_, rule, expected) => {
    const config = configOf([rule]);
    const found = coveredOutputs(config, deployment(config));
    expect(found.map(({ where }) => where)).toEqual(expected);
    for (const { message } of found) expect(message).toContain('about ¥1.13 a million');
  });

  it('finds the journal too', () => {
    const config = configOf([{ when: { prefix: '' } }], { bucket: 'photos', prefix: 'autostyle/' });
    expect(coveredOutputs(config, deployment(config)).map(({ code }) => code)).toEqual(['journalHeard']);
    const apart = configOf([{ when: { prefix: 'in/' } }], { bucket: 'photos', prefix: 'autostyle/' });
    expect(coveredOutputs(apart, deployment(apart))).toEqual([]);
  });

  it('leaves out no output whose target a trigger covers', () => {
    const folder = fc.constantFrom('', 'a/', 'b/', 'T/', 'a/b/');
    const template = fc.constantFrom(
      '{key}.webp',
      'T/{key}',
      '{dir}{name}.webp',
      'T/{bucket}/{file}',
      'T/{name}.JPG',
      'T/{file}',
    );
    const someRule = fc.record({
      when: fc.record({
        prefix: folder,
        suffix: fc.constantFrom(['.jpg'], ['.jpg', '.png']),
        exclude: fc.constantFrom(['T/'], ['T/', 'b/'], []),
      }),
      outputs: fc
        .uniqueArray(fc.record({ key: template, bucket: fc.constantFrom(undefined, undefined, 'photos', 'out') }), {
          minLength: 1,
          maxLength: 3,
          selector: ({ key }) => key,
        })
        .map((outputs) => outputs.map(({ key, bucket }) => output(key, bucket))),
    });
    const trigger = fc.tuple(folder, fc.constantFrom('', '.webp', '.JPG', 'g'));
    const keys = ['x.jpg', 'a/x.JPG', 'b/x.png', 'a/b/x.jpg', 'T/x.jpg', 'a/T/x.png', 'b/c/x.jpg'];
    let covered = 0;
    fc.assert(
      fc.property(fc.array(someRule, { minLength: 1, maxLength: 3 }), trigger, (rules, [prefix, suffix]) => {
        const config = loaded(() => configOf(rules));
        if (config === undefined) return;
        const triggers = [ossTrigger('photos', prefix, triggerUploadEvents, suffix), timer];
        const reported = coveredOutputs(config, deployment(config, { triggers })).map(({ where }) => where);
        const index = indexRules(config.rules);
        for (const [order, rule] of config.rules.entries()) {
          for (const key of keys) {
            const upload = uploadFor(rule, 'photos', key);
            const found = match(index, upload);
            if (!('rule' in found) || found.rule !== rule) continue;
            const { jobs, failures } = jobsOf(upload, rule, index);
            // A target that is refused is never saved, and would move the others out of the order of the outputs.
            if (failures.length > 0) continue;
            for (const [output, { target }] of jobs.entries()) {
              if (target.bucket !== 'photos' || !target.key.startsWith(prefix) || !target.key.endsWith(suffix))
                continue;
              covered += 1;
              expect(reported).toContain(`rules[${order}].outputs[${output}].to.key`);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(covered).toBeGreaterThan(20);
  });
});

function loaded<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
