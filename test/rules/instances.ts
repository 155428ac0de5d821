// Several instances of the function beside one object at CONFIG_URI, which anyone writes, breaks and deletes: each has
// loaded what it found, some are frozen for a while, some killed, some cold. What they save is matched and rendered
// once more by the naive function of simulation.ts, which shares no code with src.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Upload } from '../../src/pipeline/event.js';
import { jobsOf } from '../../src/pipeline/jobs.js';
import { indexConfig, match } from '../../src/pipeline/match.js';
import { ConfigError } from '../../src/rules/config-error.js';
import { type ConfigSource, createConfigSource, type ReadObject } from '../../src/rules/config-source.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import type { ConfigInput, RuleInput } from '../../src/rules/schema.js';
import { accepts, configs, naive, type Obj, savesOf, uploadsFor } from './simulation.js';

/** What happens, one after another. A number chooses among what there is. */
export type Step =
  | { readonly do: 'write' | 'start' | 'kill' | 'freeze' | 'thaw' | 'upload'; readonly nth: number }
  | { readonly do: 'break' | 'delete' | 'deny' }
  | { readonly do: 'wait'; readonly ms: number };

export interface Sequence {
  readonly deployed: ConfigInput;
  readonly versions: readonly ConfigInput[];
  readonly steps: readonly Step[];
}

export interface Played {
  /** Objects that were saved for uploads. */
  readonly saved: number;
  /** How often an instance has taken a version into use. */
  readonly loaded: number;
}

interface Instance {
  readonly current: ConfigSource;
  frozen: boolean;
  version: Config | undefined;
}

/**
 * Plays a sequence. Expects that whatever an instance saves starts none, and is what the naive function saves within
 * the envelope.
 */
export async function play({ deployed, versions, steps }: Sequence): Promise<Played> {
  const envelope = deployed.rules.map(naive);
  const uploads = [...deployed.rules, ...versions.flatMap(({ rules }) => rules)].flatMap((rule) =>
    uploadsFor(naive(rule), []).slice(0, 12),
  );
  // By the style, which tells the version: names of rules are words that keys can hold.
  const marked = versions.map((version, nth) => withStyle(version, `image/resize,w_${nth + 1}`));
  let now = 1_000_000;
  let object: { text: string; etag: string } | 'denied' | 'missing' = 'missing';
  let writes = 0;
  let loaded = 0;
  let saved = 0;
  const read: ReadObject = async (_bucket, _key, etag) => {
    if (typeof object === 'string') throw Object.assign(new Error(object), { code: object });
    return object.etag === etag ? { unchanged: true } : object;
  };
  const instances: Instance[] = [];
  const cold = (): Instance => {
    const uri = 'oss://settings/rules.json';
    const environment = {};
    const current = createConfigSource({ uri, bundled: deployed, environment, now: () => now, log: () => undefined });
    return { current, frozen: false, version: undefined };
  };
  const running = () => instances.filter(({ frozen }) => !frozen);
  const put = (text: string) => {
    writes += 1;
    object = { text, etag: `"${writes}"` };
  };

  async function targetsOf(instance: Instance, { bucket, key }: Obj): Promise<Obj[]> {
    const config = await configOf(instance, read);
    if (config === undefined) return [];
    if (instance.version !== config) loaded += 1;
    instance.version = config;
    const index = indexConfig(config);
    const found = match(index, { bucket, key, size: 5 });
    if (!('rule' in found)) return [];
    const upload: Upload = { kind: 'stored', event: 'PutObject', bucket, key, size: 5, ...known, record };
    const targets = jobsOf(upload, found.rule, index).jobs.map(({ target }) => target);
    const version = marked.find(({ rules }) => rules[0]?.outputs[0]?.style === config.rules[0]?.outputs[0]?.style);
    expectNaive({ bucket, key }, targets, envelope, version?.rules ?? []);
    return targets;
  }

  for (const step of steps) {
    const of = <T>(items: readonly T[]): T | undefined => items[('nth' in step ? step.nth : 0) % (items.length || 1)];
    if (step.do === 'write') put(JSON.stringify(of(marked)));
    else if (step.do === 'break') put('{');
    else if (step.do === 'delete') object = 'missing';
    else if (step.do === 'deny') object = 'denied';
    else if (step.do === 'wait') now += step.ms;
    else if (step.do === 'start') instances.push(cold());
    else if (step.do === 'kill') instances.splice(step.nth % (instances.length || 1), 1);
    else if (step.do === 'upload') {
      const upload = of(uploads);
      const targets = upload === undefined ? [] : await targetsOf(of(running()) ?? cold(), upload);
      saved += targets.length;
      // Any instance may get the event of what was saved, also one that starts for it.
      for (const target of targets) {
        for (const instance of [...running(), cold()]) {
          expect({ upload, target, starts: await targetsOf(instance, target) }).toEqual({ upload, target, starts: [] });
        }
      }
    } else {
      const instance = of(instances);
      if (instance !== undefined) instance.frozen = step.do === 'freeze';
    }
  }
  return { saved, loaded };
}

const known = { etag: 'E7A6', time: Date.UTC(2026, 0, 31) };
const record: Upload['record'] = {
  eventName: 'ObjectCreated:PutObject',
  eventSource: 'acs:oss',
  eventVersion: '1.0',
  oss: { bucket: { name: 'any' }, object: { key: 'any' } },
};

async function configOf({ current }: Instance, read: ReadObject): Promise<Config | undefined> {
  try {
    return await current(read);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Size conditions hold in every case: all sizes are 5. */
function expectNaive(
  upload: Obj,
  targets: readonly Obj[],
  envelope: ReturnType<typeof naive>[],
  rules: readonly RuleInput[],
) {
  const taker = rules.map(naive).find((rule) => accepts(rule, upload));
  const within = envelope.some((rule) => accepts(rule, upload));
  const saves = taker === undefined || !within ? [] : savesOf(taker, upload);
  const texts = saves.map(({ bucket, key }) => `${bucket}/${key}`);
  for (const { bucket, key } of targets) expect(texts).toContain(`${bucket}/${key}`);
  for (const saved of targets) expect(envelope.some((rule) => accepts(rule, saved))).toBe(false);
}

function withStyle(config: ConfigInput, style: string): ConfigInput {
  const rules = config.rules.map((rule) => ({
    ...rule,
    outputs: rule.outputs.map((output) => ({ ...output, style })),
  }));
  return { ...config, rules };
}

const nth = fc.nat(999);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('upload' as const), nth }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('start', 'kill', 'freeze', 'thaw'), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('break', 'delete', 'deny') }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 30_000, 60_000, 6e6) }),
  },
);

const deployable = configs.filter((config) => {
  try {
    loadConfig(config, {});
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
});

/** Versions of random rules, and of the deployed ones with source and target of others, and of others turned round. */
const sequences: fc.Arbitrary<Sequence> = fc
  .record({
    deployed: deployable,
    others: fc.array(configs, { minLength: 1, maxLength: 3 }),
    steps: fc.array(step, { minLength: 10, maxLength: 40 }),
  })
  .map(({ deployed, others, steps }) => {
    const mixed = others.map(({ journal, rules }): ConfigInput => {
      const when = deployed.rules[0]?.when;
      return { journal, rules: rules.map((rule) => (when === undefined ? rule : { ...rule, when })) };
    });
    return { deployed, versions: [deployed, ...others, ...mixed], steps };
  });

/** In `runs` random sequences of writes, nothing that any instance saves starts any. */
export async function expectNoFeeding(runs: number): Promise<void> {
  let [saved, loaded] = [0, 0];
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const played = await play(sequence);
      saved += played.saved;
      loaded += played.loaded;
    }),
    { numRuns: runs },
  );
  // It has something to show for it.
  expect(saved).toBeGreaterThan(runs / 2);
  expect(loaded).toBeGreaterThan(runs);
}
