import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intoDocuments } from '../../../src/deploy/policy/document.js';
import { functionGrants } from '../../../src/deploy/policy/function-role.js';
import { policiesOf } from '../../../src/deploy/policy/policies.js';
import { reconcileGrants, sweepGrants } from '../../../src/deploy/policy/reconcile.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { handle } from '../../../src/handle.js';
import { readEvent } from '../../../src/pipeline/event.js';
import { indexConfig } from '../../../src/pipeline/match.js';
import { heardScopes } from '../../../src/reconcile/listeners.js';
import { makePlan } from '../../../src/reconcile/make-plan.js';
import { boundedRules } from '../../../src/rules/bounded.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Config } from '../../../src/rules/rule.js';
import type { ConfigInput, RuleInput } from '../../../src/rules/schema.js';
import { sourcePrefixes } from '../../../src/rules/source-prefixes.js';
import { targetPatterns } from '../../../src/rules/target-pattern.js';
import { configs, removingConfigs } from '../../rules/simulation.js';
import { isAllowed, type RamRequest } from '../../support/ram.js';
import { storeSweep } from '../../support/stored-sweep.js';
import { account, onBucket, onObject, wireOss } from '../../support/wire-oss.js';

const setting = settingOf({ ACCOUNT_ID: account });
const journal = { bucket: 'journal', prefix: 'a/' };
const saving = (...keys: string[]): RuleInput['outputs'] =>
  keys.map((key) => ({ style: 'image/resize,w_1', to: { bucket: 'out', key } }));
const config = (rules: readonly Omit<RuleInput, 'name'>[], of: ConfigInput['journal'] = journal) =>
  loadConfig({ journal: of, rules: rules.map((rule, at) => ({ ...rule, name: `r${at}` })) }, {});
const usual = config([
  { when: { bucket: 'photos', prefix: 'in/' }, outputs: saving('{key}.1.webp', 'v/{etag}/{key}') },
  { when: { bucket: 'photos', prefix: 'other/' }, outputs: saving('{rule}/{name}.webp') },
]);

/** Runs a sweep of all sources that the rules listen to, and gives each permission that OSS would have asked for. */
async function askedBySweep(of: Config, sources: readonly (readonly [bucket: string, key: string])[]) {
  let time = Date.UTC(2026, 0, 31);
  const { oss, asked, objects, store } = wireOss(
    () => time,
    () => 'well',
  );
  for (const [bucket, key] of sources) store(bucket, key, 'e7a6');
  time += 5_000;
  const shards = [...sourcePrefixes(boundedRules(of))].flatMap(([bucket, prefixes]) =>
    prefixes.map((prefix) => ({ bucket, prefix, objects: 10_000, bytes: 1_000_000 })),
  );
  await storeSweep(oss, of, { shards, calls: 1_000 }, time);
  // Writing it down was the command.
  asked.splice(0);
  const isEnded = () => [...objects.keys()].some((key) => key.endsWith('/ended.json'));
  for (let tick = 0; tick < 20 && !isEnded(); tick += 1) {
    time += 60_000;
    await handle(
      readEvent(Buffer.from(JSON.stringify({ triggerTime: 't', triggerName: 'every-minute', payload: '' }))),
      {
        index: indexConfig(of),
        journal: of.journal,
        oss,
        journalOss: oss,
        concurrency: 2,
        now: () => time,
        deadline: time + 240_000,
        log: () => undefined,
        redelivered: false,
        sweeping: () => ({
          oss,
          config: of,
          run: `run-${tick}`,
          sleep: async (ms) => {
            time += ms;
          },
        }),
      },
    );
  }
  expect(isEnded()).toBe(true);
  return { asked, objects };
}

const loaded = fc
  .oneof(configs, removingConfigs)
  .map(loadable)
  .filter((of): of is Config => of !== undefined && of.journal !== 'throw');
const words = ['', 'x', 'x/y', 'T/', 'img/a/', 'u', 'v', 'w'];

/** Several keys for each place where the rules listen. */
function sourcesOf({ rules }: Config): (readonly [bucket: string, key: string])[] {
  const all = rules.flatMap(({ when: { buckets, prefixes, suffixes } }) =>
    buckets.flatMap((bucket) =>
      prefixes.flatMap((prefix) =>
        words.flatMap((word) =>
          (suffixes.length === 0 ? [''] : suffixes).map((end) => [bucket, `${prefix}${word}${end}`] as const),
        ),
      ),
    ),
  );
  return all.filter(([, key]) => key !== '');
}

const list = (bucket: string, prefix: string): RamRequest => ({
  action: 'oss:ListObjects',
  resource: onBucket(bucket),
  context: prefix === '' ? {} : { 'oss:Prefix': prefix },
});
const object = (action: string, bucket: string, key: string): RamRequest => ({
  action: `oss:${action}`,
  resource: onObject(bucket, key),
});

describe('what a sweep in the cloud adds to the function’s role', () => {
  const added = intoDocuments(sweepGrants(usual, setting)).documents;

  it.each<[string, RamRequest]>([
    ['reads a sweep', object('GetObject', 'journal', 'a/sweeps/1/sweep.json')],
    ['writes a marker', object('PutObject', 'journal', 'a/sweeps/1/units/0001/x-1-done.json')],
    ['finds the newest sweep', list('journal', 'a/sweeps/')],
    ['finds the newest marker', list('journal', 'a/sweeps/1/units/0001/')],
    ['lists sources', list('photos', 'in/')],
    ['lists a part of them', list('photos', 'other/2024/')],
    ['lists the derivatives of a page', list('out', 'in/2024-0')],
    ['lists those whose keys name a version', list('out', 'v/')],
    ['lists those that leave the folder out', list('out', 'r1/')],
  ])('%s', (_, request) => {
    expect(isAllowed(added, request)).toBe(true);
    expect(isAllowed(intoDocuments(functionGrants(usual, setting)).documents, request)).toBe(false);
  });

  it.each<[string, RamRequest]>([
    ['deletes a marker', object('DeleteObject', 'journal', 'a/sweeps/1/sweep.json')],
    ['touches the rest of the journal', object('PutObject', 'journal', 'a/due/x.json')],
    ['lists the journal', list('journal', 'a/')],
    ['lists all sources', list('photos', '')],
    ['lists other sources', list('photos', 'private/')],
    ['lists other objects beside derivatives', list('out', 'r')],
    ['makes derivatives, which the role may anyway', object('PostProcessTask', 'photos', 'in/x.jpg')],
  ])('never %s', (_, request) => {
    expect(isAllowed(added, request)).toBe(false);
  });

  it('lists what the targets of all rules for a page have in common', () => {
    const nested = config([
      { when: { bucket: 'photos', prefix: ['in/1/', 'in/2/'], suffix: ['.jpg'] }, outputs: saving('{key}.webp') },
      { when: { bucket: 'photos', prefix: 'in/' }, outputs: saving('b/{key}') },
    ]);
    const { documents } = intoDocuments(sweepGrants(nested, setting));
    expect(isAllowed(documents, list('out', 'in/'))).toBe(true);
    expect(isAllowed(documents, list('out', 'b/in/1'))).toBe(true);
    expect(isAllowed(documents, list('out', 'i'))).toBe(false);
  });

  it('asks for no prefix where a rule takes the whole bucket', () => {
    const whole = config([{ when: { bucket: 'photos' }, outputs: saving('x/{key}') }]);
    const { documents } = intoDocuments(sweepGrants(whole, setting));
    expect(isAllowed(documents, list('photos', ''))).toBe(true);
    expect(isAllowed(documents, list('out', ''))).toBe(false);
  });

  it('is nothing without a journal', () => {
    const { sweep, notes } = policiesOf(
      config([{ when: { bucket: 'photos' }, outputs: saving('x/{key}') }], 'throw'),
      setting,
    );
    expect(sweep.policies).toEqual([]);
    expect(notes.sweep).toEqual([expect.stringContaining('no journal')]);
  });

  it('leaves the role within ten policies, and says so where it cannot', () => {
    const wide = (count: number) => {
      const prefix = (at: number) => `t/${String(at).padStart(4, '0')}/${'x'.repeat(120)}/`;
      const rules = Array.from({ length: count }, (_, at) => prefix(at));
      return config(rules.map((one) => ({ when: { bucket: 'photos', prefix: one }, outputs: saving('{key}') })));
    };
    const some = policiesOf(wide(100), setting);
    expect(some.function.policies.length + some.sweep.policies.length).toBe(10);
    const most = policiesOf(wide(170), setting);
    expect(most.function.policies.length).toBe(10);
    expect(most.notes.sweep).toContainEqual(expect.stringContaining('needs more than the 10'));
  });
});

describe('a sweep at the ticks of the function', () => {
  const policyOf = (of: Config) =>
    intoDocuments([...functionGrants(of, setting), ...sweepGrants(of, setting)]).documents;

  it('asks for nothing that the role may not with these policies, and needs each part of them', async () => {
    const of = config([
      { when: { bucket: 'photos', prefix: 'in/' }, outputs: saving('{key}.1.webp', 's/{dir}{name}.webp') },
      { when: { bucket: ['photos', 'scans'], prefix: 'other/' }, outputs: saving('{bucket}/{rule}/{key}') },
    ]);
    const keys = ['a.jpg', 'b.jpg', 'b.png', 'c/d.jpg', 'e.jpg', 'f.jpg', 'g.jpg'];
    const { asked, objects } = await askedBySweep(of, [
      ...keys.map((key) => ['photos', `in/${key}`] as const),
      ...keys.flatMap((key) => ['photos', 'scans'].map((bucket) => [bucket, `other/${key}`] as const)),
    ]);
    expect([...objects.keys()]).toContain('out/scans/r1/other/g.jpg');
    expect([...objects.keys()]).toContainEqual(expect.stringMatching(/^journal\/a\/sweeps\/.*ended\.json$/));
    expect(asked.filter((request) => !isAllowed(policyOf(of), request))).toEqual([]);

    const own = functionGrants(of, setting).map(({ statement }) => statement);
    const added = sweepGrants(of, setting).map(({ statement }) => statement);
    const refusedBy = (Statement: typeof added) => asked.some((one) => !isAllowed([{ Version: '1', Statement }], one));
    for (const left of added) {
      const others = added.filter((statement) => statement !== left);
      expect(refusedBy([...own, ...others]), JSON.stringify(left)).toBe(true);
      for (const action of left.Action.length > 1 ? left.Action : []) {
        const less = { ...left, Action: left.Action.filter((one) => one !== action) };
        expect(refusedBy([...own, ...others, less]), `${action} of ${JSON.stringify(left)}`).toBe(true);
      }
      const prefixes = left.Condition?.['StringLike']?.['oss:Prefix'] ?? [];
      for (const prefix of prefixes) {
        const rest = prefixes.filter((one) => one !== prefix);
        const less = { ...left, Condition: { StringLike: { 'oss:Prefix': rest } } };
        expect(refusedBy([...own, ...others, less]), `${prefix} of ${JSON.stringify(left)}`).toBe(true);
      }
    }
  });

  it('asks for nothing else whatever the rules are', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(loaded, async (of) => {
        const { asked } = await askedBySweep(of, sourcesOf(of));
        count += asked.length;
        expect(asked.filter((request) => !isAllowed(policyOf(of), request))).toEqual([]);
      }),
      { numRuns: 15 },
    );
    expect(count).toBeGreaterThan(50);
  });
});

describe('what whoever reconciles may do', () => {
  it('is enough for a plan, whatever the rules are', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(loaded, async (of) => {
        const { oss, asked, store } = wireOss(Date.now, () => 'well');
        for (const [bucket, key] of sourcesOf(of)) store(bucket, key, 'e7a6');
        // Some are derivatives without a source.
        for (const rule of of.rules) {
          for (const { bucket, prefix, suffix } of rule.outputs.flatMap((output) => targetPatterns(output, rule))) {
            for (const word of words) store(bucket, `${prefix}${word}z${suffix}`, 'e7a6');
          }
        }
        const buckets = new Set(of.rules.flatMap(({ when }) => when.buckets));
        const scopes = heardScopes(
          [...buckets].map((bucket) => ({ bucket, prefix: '' })),
          {},
          of,
        );
        await makePlan(scopes, of, {}, { client: () => oss, concurrency: 2 });
        count += asked.length;
        const { documents } = intoDocuments(reconcileGrants(of, setting));
        expect(asked.filter((request) => !isAllowed(documents, request))).toEqual([]);
      }),
      { numRuns: 15 },
    );
    expect(count).toBeGreaterThan(50);
  });

  it('is what the function may, its sweeps, and to remove what has no source', () => {
    const { documents } = intoDocuments(reconcileGrants(usual, setting));
    const may = (request: RamRequest) => isAllowed(documents, request);
    expect(may(object('PostProcessTask', 'photos', 'in/x.jpg'))).toBe(true);
    expect(may(object('PutObject', 'journal', 'a/due/x.json'))).toBe(true);
    expect(may(object('PutObject', 'journal', 'a/sweeps/1/cancel.json'))).toBe(true);
    expect(may(list('photos', 'in/'))).toBe(true);
    expect(may(object('DeleteObject', 'out', 'in/x.jpg.1.webp'))).toBe(true);
    expect(may(object('DeleteObject', 'out', 'r1/x.webp'))).toBe(false);
    expect(may(object('DeleteObject', 'photos', 'in/x.jpg'))).toBe(false);
  });

  it('is to look and no more without a journal', () => {
    const thrown = config([{ when: { bucket: 'photos', prefix: 'in/' }, outputs: saving('{key}.webp') }], 'throw');
    const grants = reconcileGrants(thrown, setting);
    expect(new Set(grants.flatMap(({ statement }) => statement.Action))).toEqual(
      new Set(['oss:GetObject', 'oss:ListObjects']),
    );
    const { documents } = intoDocuments(grants);
    expect(isAllowed(documents, object('GetObject', 'out', 'in/x.jpg.webp'))).toBe(true);
    expect(isAllowed(documents, list('out', 'in/'))).toBe(true);
  });
});

function loadable(input: ConfigInput): Config | undefined {
  try {
    return loadConfig(input, {});
  } catch {
    return undefined;
  }
}
