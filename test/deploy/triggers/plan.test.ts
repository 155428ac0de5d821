import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlannedTrigger, planTriggers } from '../../../src/deploy/triggers/plan.js';
import { checkOssTriggers } from '../../../src/local/fc/triggers.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Config, Rule } from '../../../src/rules/rule.js';
import type { ConfigInput } from '../../../src/rules/schema.js';
import { configs, removingConfigs } from '../../rules/simulation.js';

const uploads = ['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'].map(
  (name) => `oss:ObjectCreated:${name}`,
);
const removals = ['oss:ObjectRemoved:DeleteObject', 'oss:ObjectRemoved:DeleteObjects'];

/** A configuration of rules that listen to these prefixes of bucket `photos`; those marked remove what was made. */
function listening(prefixes: readonly string[], removing: readonly string[] = [], journal = true): Config {
  const rule = (prefix: string, index: number, onDelete: boolean) => ({
    name: `r${index}`,
    when: { bucket: 'photos', prefix },
    ...(onDelete ? { onDelete: 'remove' as const } : {}),
    outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: `${index}/{key}` } }],
  });
  const rules = [...removing, ...prefixes].map((prefix, index) => rule(prefix, index, index < removing.length));
  return loadConfig({ journal: journal ? { bucket: 'journal', prefix: '' } : 'throw', rules }, {});
}

const shape = (config: Config) =>
  planTriggers(config).triggers.map(({ prefix, events }) => {
    const kinds = [uploads, removals].map((kind) => kind.every((event) => events.includes(event)));
    return `${prefix} ${kinds[0] ? 'up' : ''}${kinds[1] ? 'del' : ''}`;
  });

const hears = (kind: readonly string[], bucket: string, key: string) => (trigger: PlannedTrigger) =>
  trigger.bucket === bucket && key.startsWith(trigger.prefix) && kind.every((event) => trigger.events.includes(event));

describe('planTriggers', () => {
  it('names exactly the four events of whole uploads, and a timer where there is a journal', () => {
    const plan = planTriggers(listening(['avatars/']));
    expect(plan).toEqual({
      triggers: [{ name: 'oss_photos_avatars', bucket: 'photos', prefix: 'avatars/', events: uploads }],
      timer: true,
      problems: [],
    });
    expect(planTriggers(listening(['avatars/'], [], false)).timer).toBe(false);
  });

  it('listens to removals only where a rule removes, and shares a trigger only with the same prefix', () => {
    expect(shape(listening(['a/', 'b/'], ['b/', 'a/x/', 'a/y/']))).toEqual([
      'a/ up',
      'a/x/ del',
      'a/y/ del',
      'b/ updel',
    ]);
  });

  it('gives up the narrow triggers of removals, the most first, when there is no room', () => {
    const many = ['a/1/', 'a/2/', 'a/3/', 'a/4/', 'b/1/', 'b/2/'];
    const others = ['c', 'd', 'e', 'f', 'g'];
    const config = listening(['a/', 'b/', ...others], many);
    expect(shape(config).slice(0, 4)).toEqual(['a/ updel', 'b/ up', 'b/1/ del', 'b/2/ del']);
    expect(planTriggers(config).problems).toMatchObject([
      { code: 'RemovalsMerged', message: expect.stringContaining('4 into oss://photos/a/') },
    ]);
  });

  it.each([
    [2, 10],
    [3, 8],
  ])(
    'gives %i removals among eight prefixes triggers of their own only if that makes ten at most',
    (count, expected) => {
      const removing = Array.from({ length: count }, (_, index) => `a/${index}/`);
      const { triggers } = planTriggers(
        listening(
          Array.from('abcdefgh', (letter) => `${letter}/`),
          removing,
        ),
      );
      expect(triggers).toHaveLength(expected);
    },
  );

  it('merges what is more than ten a bucket, and says what that costs', () => {
    const tenants = Array.from({ length: 30 }, (_, index) => `tenants/${String(index).padStart(2, '0')}/in/`);
    const { triggers, problems } = planTriggers(listening([...tenants, 'avatars/']));
    expect(triggers.map(({ prefix }) => prefix)).toEqual(['avatars/', 'tenants/0', 'tenants/1', 'tenants/2']);
    expect(problems).toMatchObject([
      {
        code: 'PrefixesMerged',
        message: expect.stringMatching(/31 prefixes of bucket photos.*10 into oss:\/\/photos\/tenants\/0,/),
      },
    ]);
  });

  it('keeps ten, and says that the function may not take eleven', () => {
    const ten = Array.from('abcdefghij', (letter) => `${letter}/`);
    const { triggers, problems } = planTriggers(listening(ten));
    expect(triggers).toHaveLength(10);
    expect(problems).toMatchObject([{ code: 'ManyTriggers', message: expect.stringContaining('needs 11 triggers') }]);
    expect(planTriggers(listening(ten, [], false)).problems).toEqual([]);
  });

  it.each([
    [`in/\${x}/`, 'in/'],
    ['in/<%= x %>/', 'in/'],
    ['a\u0001b', 'a'],
    ['a\nb', 'a'],
    [`\${`, ''],
  ])('widens %j, which cannot be written down', (prefix, expected) => {
    const { triggers, problems } = planTriggers(listening([prefix], [prefix]));
    expect(triggers.map((trigger) => trigger.prefix)).toEqual([expected]);
    expect(problems).toMatchObject([{ code: 'PrefixWidened' }]);
  });

  it('hears removals also where their own prefix becomes wider than that of an upload', () => {
    expect(shape(listening(['a$'], [`a\${b}/`]))).toEqual(['a$ updel']);
  });

  it.each(['{name}/', '中文/照片/', ' leading', '#', "it's", '"', 'a$', '-', 'a: b', '*/?', '\\x'.slice(1), '%{x}'])(
    'takes %j as it is',
    (prefix) => {
      expect(planTriggers(listening([prefix]))).toMatchObject({ triggers: [{ prefix }], problems: [] });
    },
  );

  it.each([
    ['photos', '', 'oss_photos'],
    ['1-a', 'x/', 'oss_1-a_x'],
    ['photos', 'a-b/c/', 'oss_photos_a-b_c'],
    ['photos', 'a_b/', /^oss_photos_a_b__[0-9a-f]{12}$/],
    ['photos', 'a/b', /^oss_photos_a_b__[0-9a-f]{12}$/],
    ['photos', '照片/', /^oss_photos__[0-9a-f]{12}$/],
    ['photos', 'x'.repeat(500), /^oss_photos_x{30}__[0-9a-f]{12}$/],
  ])('names the trigger of %s, %j', (bucket, prefix, expected) => {
    const { rules, journal } = listening([prefix]);
    const elsewhere = rules.map((rule): Rule => ({ ...rule, when: { ...rule.when, buckets: [bucket] } }));
    const name = planTriggers({ journal, rules: elsewhere }).triggers[0]?.name ?? '';
    if (typeof expected === 'string') expect(name).toBe(expected);
    else expect(name).toMatch(expected);
  });

  it('never gives two places one name, nor a name that Function Compute refuses', () => {
    const bucket = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,3}[a-z0-9]$/);
    const place = fc.tuple(
      bucket,
      fc.oneof(fc.stringMatching(/^[ab_/-]{0,4}$/), fc.string({ unit: 'grapheme', maxLength: 90 })),
    );
    const nameOf = ([name, prefix]: [string, string]) =>
      planTriggers({
        journal: 'throw',
        rules: [{ name: 'r', when: { buckets: [name], prefixes: [prefix], suffixes: [], excludes: [] }, outputs: [] }],
      }).triggers[0];
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [nameOf(one), nameOf(other)];
        expect(a?.name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/);
        expect(a?.name === b?.name).toBe(a?.bucket === b?.bucket && a?.prefix === b?.prefix);
      }),
    );
  });

  it('hears every key that a rule matches once, in what OSS accepts', () => {
    let planned = 0;
    const wide = fc
      .uniqueArray(fc.stringMatching(/^[ab$]{1,2}[ab$/{]{0,4}$/), { minLength: 1, maxLength: 25 })
      .chain((prefixes) => fc.subarray(prefixes).map((removing) => ({ prefixes, removing })))
      .map(({ prefixes, removing }) => listening(prefixes, removing));
    const loaded = fc.oneof(configs, removingConfigs).map(loadable);
    fc.assert(
      fc.property(fc.oneof(wide, loaded), fc.constantFrom('', 'a', '/x.jpg', `\${`), (config, rest) => {
        if (config === undefined) return;
        planned += 1;
        const { triggers, problems } = planTriggers(config);
        checkOssTriggers(triggers.map((trigger) => ({ triggerName: trigger.name, ...trigger })));
        expect(new Set(triggers.map(({ name }) => name)).size).toBe(triggers.length);
        for (const { when, onDelete } of config.rules) {
          for (const bucket of when.buckets) {
            expect(triggers.filter((trigger) => trigger.bucket === bucket).length).toBeLessThanOrEqual(10);
            for (const prefix of when.prefixes) {
              const key = `${prefix}${rest}`;
              expect(triggers.filter(hears(uploads, bucket, key))).toHaveLength(1);
              if (onDelete) expect(triggers.filter(hears(removals, bucket, key))).toHaveLength(1);
            }
          }
        }
        // Without a word about it, nothing is heard that no rule listens to.
        if (problems.some(({ code }) => code !== 'ManyTriggers')) return;
        for (const { bucket, prefix, events } of triggers) {
          const asks = ({ when, onDelete }: Rule) =>
            when.buckets.includes(bucket) &&
            when.prefixes.includes(prefix) &&
            (onDelete === 'remove' || events.some((event) => uploads.includes(event)));
          expect(config.rules.filter(asks)).not.toEqual([]);
          if (removals.some((event) => events.includes(event))) {
            expect(config.rules.some((rule) => asks(rule) && rule.onDelete === 'remove')).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(planned).toBeGreaterThan(50);
  });
});

function loadable(input: ConfigInput): Config | undefined {
  try {
    return loadConfig(input, {});
  } catch {
    return undefined;
  }
}
