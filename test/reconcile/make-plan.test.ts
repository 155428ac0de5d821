// A plan held against brute force: plain loops over all objects and all that the rules save, with none of the code that
// plans; by listing and by an inventory, in small pages.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { openInventory } from '../../src/reconcile/inventory.js';
import { makePlan } from '../../src/reconcile/make-plan.js';
import type { Plan, PlanProgress } from '../../src/reconcile/plan.js';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import type { RuleInput } from '../../src/rules/schema.js';
import type { PresentOss } from '../../src/sweep/present.js';
import type { KeyRange, Selection } from '../../src/sweep/selection.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { accepts, naive, type Obj, savesOf } from '../rules/simulation.js';
import { type MemoryOss, memoryOss } from '../support/memory-oss.js';

/** Templates under which every key has a target of its own, each of which adds one text to the key. */
const telling = ['{key}', '{key}.128.webp', '{key}.webp', '{dir}T/{file}', '{bucket}/{key}', '{rule}/{key}'];
const merging = '{dir}{name}.webp';
const hopeless = ['{file}.w', '{year}/{key}'];

const uriOf = ({ bucket, key }: Obj): string => `oss://${bucket}/${key}`;
const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const second = (at: number): number => Date.UTC(2026, 0, 31) + at * 1_000;
const time = fc.integer({ min: 1, max: 6 }).map(second);

const keys = ['', 'a/', 'a/b/', 'r0/', 'T/'].flatMap((folder) =>
  ['x', 'x.jpg', 'x.png', 'x.jpg.webp', 'x.webp', 'y', '\u{10000}', '\uffee'].map((file) => folder + file),
);

const someRule: fc.Arbitrary<Omit<RuleInput, 'name'>> = fc
  .record({
    bucket: fc.constantFrom<string | string[]>('src', 'src', 'src-a', ['src', 'src-a']),
    prefix: fc.constantFrom<string | string[]>('', '', '', 'a/', ['a/b/', 'T/'], 'a/x'),
    suffix: fc.constantFrom<string[] | undefined>(undefined, undefined, ['.jpg'], ['.jpg', '.png']),
    exclude: fc.constantFrom<string[]>([], [], [], ['a/b/'], ['x.j']),
    size: fc.constantFrom(undefined, undefined, undefined, { max: 5 }, { min: 3, max: 8 }),
    keys: fc.uniqueArray(fc.constantFrom(...telling, ...telling, merging, ...hopeless), { minLength: 1, maxLength: 3 }),
  })
  .map(({ bucket, prefix, suffix, exclude, size, keys }) => ({
    when: { bucket, prefix, exclude, ...(suffix && { suffix }), ...(size && { size }) },
    // What tells nothing lies elsewhere: it would make what it may have saved unsure, too.
    outputs: keys.map((key) => ({
      style: 'image/resize,w_1',
      to: { bucket: hopeless.includes(key) ? 'lost' : 'out', key },
    })),
  }));

interface Source extends Obj {
  readonly size: number;
  readonly at: number;
}

const worlds = fc.record({
  rules: fc.array(someRule, { minLength: 1, maxLength: 3 }),
  sources: fc.uniqueArray<Source, string>(
    fc.record({
      bucket: fc.constantFrom('src', 'src', 'src-a'),
      key: fc.constantFrom(...keys),
      size: fc.constantFrom(0, 1, 4, 7, 7, 9),
      at: time,
    }),
    { minLength: 1, maxLength: 30, size: 'max', selector: uriOf },
  ),
  /** For targets in turn: when the derivative was written, if it was. */
  written: fc.array(fc.option(time, { nil: undefined, freq: 2 }), { minLength: 7, maxLength: 7 }),
  /** Which sources are deleted again: every so many-th, from one on. */
  deleted: fc.record({ step: fc.integer({ min: 2, max: 9 }), first: fc.nat(8) }),
  selection: fc.oneof(
    fc.constant({}),
    fc.record(
      {
        rule: fc.constantFrom('r0', 'r1'),
        since: time,
        until: time,
        only: fc.constantFrom('missing' as const, 'stale' as const),
        force: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
  scopes: fc.constantFrom<KeyRange[]>(
    [{ bucket: 'src', prefix: '' }],
    [{ bucket: 'src', prefix: '' }],
    [{ bucket: 'src', prefix: 'a/' }],
    [
      { bucket: 'src', prefix: 'a/' },
      { bucket: 'src', prefix: '' },
      { bucket: 'src', prefix: 'a/' },
    ],
    [
      { bucket: 'src', prefix: 'a/b/' },
      { bucket: 'src', prefix: 'x.' },
      { bucket: 'src-a', prefix: '' },
    ],
    [
      { bucket: 'src', prefix: '', through: 'a/x.jpg' },
      { bucket: 'src', prefix: '', after: 'a/x.jpg' },
    ],
  ),
  listing: fc.integer({ min: 2, max: 9 }),
});

type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

const rulesOf = ({ rules }: World): RuleInput[] => rules.map((made, at) => ({ name: `r${at}`, ...made }));

function configOf(world: World): Config | undefined {
  try {
    return loadConfig({ journal: 'throw', rules: rulesOf(world) }, {});
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const inScopes = ({ bucket, key }: Obj, scopes: readonly KeyRange[]): boolean =>
  scopes.some(
    (scope) =>
      scope.bucket === bucket &&
      key.startsWith(scope.prefix) &&
      (scope.after === undefined || bytes(key, scope.after) > 0) &&
      (scope.through === undefined || bytes(key, scope.through) <= 0),
  );

interface Made {
  readonly source: Source;
  readonly rule: number;
  readonly output: number;
  readonly template: string;
  readonly target: Obj;
}

function madeOf(source: Source, rules: readonly RuleInput[]): Made[] {
  const taker = rules.findIndex(({ when, ...rule }) => {
    const { min = 0, max = 1e9 } = when.size ?? {};
    return accepts(naive({ when, ...rule }), source) && source.size >= min && source.size <= max;
  });
  const rule = rules[taker];
  if (rule === undefined || source.size === 0) return [];
  return savesOf(naive(rule), source).map((target, output) => {
    return { source, rule: taker, output, template: rule.outputs[output]?.to.key ?? '', target };
  });
}

interface Stored {
  readonly oss: MemoryOss;
  readonly sources: readonly Source[];
  readonly made: readonly Made[];
}

/** The derivatives of all, then some sources deleted. */
function store(world: World): Stored {
  const rules = rulesOf(world);
  const oss = memoryOss(() => 0);
  const all = world.sources.flatMap((source) => madeOf(source, rules));
  all.forEach(({ target }, nth) => {
    const at = world.written[nth % world.written.length];
    if (at !== undefined) oss.store(uriOf(target), 'derivative', at);
  });
  const { step, first } = world.deleted;
  const sources = world.sources.filter((_, at) => at % step !== first % step || at < first);
  for (const { bucket, key, size, at } of sources) oss.store(uriOf({ bucket, key }), '-'.repeat(size), at);
  return { oss, sources, made: sources.flatMap((source) => madeOf(source, rules)) };
}

type Row = Record<'current' | 'missing' | 'stale' | 'unreconcilable' | 'unselected' | 'wanted', number>;

/** What the plan has to say, by looking at every source and every other. */
function expectedOf(world: World, { oss, sources, made }: Stored) {
  const { rule, since = 0, until = 9e15, only, force } = world.selection as Selection;
  const rows = new Map<string, Row>();
  const wanted = new Map<string, Made[]>();
  for (const one of made) {
    const { source, target, template } = one;
    if (!inScopes(source, world.scopes)) continue;
    const name = `r${one.rule} ${one.output}`;
    const row = rows.get(name) ?? { current: 0, missing: 0, stale: 0, unreconcilable: 0, unselected: 0, wanted: 0 };
    rows.set(name, row);
    const writtenAt = oss.objects.get(uriOf(target))?.lastModified;
    const rivals = made.filter((other) => uriOf(other.target) === uriOf(target));
    if ((rule ?? `r${one.rule}`) !== `r${one.rule}` || source.at < since || source.at >= until) row.unselected += 1;
    else if (hopeless.includes(template) || rivals.length > 1) row.unreconcilable += 1;
    else {
      const state = writtenAt === undefined ? 'missing' : writtenAt < source.at ? 'stale' : 'current';
      row[state] += 1;
      if ((only ?? state) !== state || (state === 'current' && !force)) continue;
      row.wanted += 1;
      wanted.set(uriOf(source), [...(wanted.get(uriOf(source)) ?? []), one]);
    }
  }
  const all = [...wanted.values()].flat();
  const seen = sources.filter((source) => inScopes(source, world.scopes));
  return {
    rows: Object.fromEntries(rows),
    seen: seen.length,
    matched: seen.filter((source) => made.some((one) => one.source === source)).length,
    make: { targets: all.length, bytes: all.reduce((sum, { source }) => sum + source.size, 0), sources: wanted.size },
  };
}

function foundIn({ outputs, sources, make }: Plan) {
  const rows = outputs.flatMap(({ rule, output, current, missing, stale, unreconcilable, unselected, wanted }) => {
    const row = { current, missing, stale, unreconcilable: unreconcilable?.count ?? 0, unselected, wanted };
    const isEmpty = Object.values(row).every((count) => count === 0);
    return isEmpty ? [] : [[`${rule} ${output}`, row] as const];
  });
  return { rows: Object.fromEntries(rows), seen: sources.seen, matched: sources.matched, make };
}

/** All keys that, with one text added, are this one. */
function shorterKeys(key: string): string[] {
  const characters = [...key];
  const found = new Set<string>();
  for (let from = 0; from <= characters.length; from += 1) {
    for (let to = from; to <= characters.length; to += 1) {
      found.add([...characters.slice(0, from), ...characters.slice(to)].join(''));
    }
  }
  found.delete('');
  return [...found];
}

/** The orphans, by trying every key that could have been a source of an object, under every output. */
function orphansOf(world: World, { oss, sources }: Stored): { objects: string[]; sources: number } {
  const rules = rulesOf(world);
  const only = (world.selection as Selection).rule;
  /** Whether a source is there that some output could have saved so, whatever its size. */
  const isMade = (object: Obj): boolean =>
    sources.some((source) =>
      rules.some(
        (rule) =>
          accepts(naive(rule), source) &&
          savesOf(naive(rule), source).some((target) => uriOf(target) === uriOf(object)),
      ),
    );
  /** What the removal of a source deletes: by rules up to the first one for all sizes. */
  const removed = (source: Obj): Obj[] => {
    const taking = rules.filter((rule) => accepts(naive(rule), source));
    const last = taking.findIndex(({ when }) => when.size === undefined);
    return (last === -1 ? taking : taking.slice(0, last + 1))
      .filter(({ name }) => (only ?? name) === name)
      .flatMap((rule) => {
        const targets = savesOf(naive(rule), source);
        return targets.filter((_, at) => telling.includes(rule.outputs[at]?.to.key ?? ''));
      });
  };
  /** The first source, in the order of outputs, whose removal deletes an object. */
  const toRemove = (object: Obj): Obj | undefined => {
    for (const rule of rules) {
      for (const [output, { to }] of rule.outputs.entries()) {
        if (!telling.includes(to.key)) continue;
        for (const bucket of naive(rule).buckets) {
          for (const key of shorterKeys(object.key)) {
            const source = { bucket, key };
            if (!inScopes(source, world.scopes) || !accepts(naive(rule), source)) continue;
            const target = savesOf(naive(rule), source)[output];
            if (target === undefined || uriOf(target) !== uriOf(object)) continue;
            if (removed(source).some((one) => uriOf(one) === uriOf(object))) return source;
          }
        }
      }
    }
    return undefined;
  };
  const gone = new Set<string>();
  const objects = [...oss.objects.keys()].filter((uri) => {
    if (!uri.startsWith('oss://out/')) return false;
    const object = { bucket: 'out', key: uri.slice('oss://out/'.length) };
    const source = isMade(object) ? undefined : toRemove(object);
    if (source === undefined || removed(source).some(isMade)) return false;
    gone.add(uriOf(source));
    return true;
  });
  return { objects: objects.sort(), sources: gone.size };
}

/** What all that begins with a key is looked for by stays whole: where that is more than a page, it is not known. */
const inSmallPages =
  ({ oss }: MemoryOss, most: number) =>
  (): PresentOss => ({
    headObject: oss.headObject,
    listObjects: (request) => {
      const goesOn = 'startAfter' in request || 'after' in request;
      return oss.listObjects(goesOn ? { ...request, limit: Math.min(request.limit, most) } : request);
    },
  });

function expectCovering({ scopes, shards, make }: Plan): void {
  const total = (of: 'objects' | 'bytes'): number => shards.reduce((sum, shard) => sum + shard[of], 0);
  expect([total('objects'), total('bytes')]).toEqual([make.targets, make.bytes]);
  for (const { bucket, prefix } of shards) {
    expect(scopes.some((scope) => scope.bucket === bucket && scope.prefix === prefix)).toBe(true);
  }
}

describe('a plan', () => {
  it('counts what brute force counts, sources, derivatives and orphans', async () => {
    const seen = { orphans: 0, wanted: 0 };
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const config = configOf(world);
        fc.pre(config !== undefined);
        const stored = store(world);
        const client = inSmallPages(stored.oss, world.listing);
        const plan = await makePlan(world.scopes, config as Config, world.selection, { client, concurrency: 3 });
        expect(foundIn(plan)).toEqual(expectedOf(world, stored));
        expectCovering(plan);
        const { objects, sources } = orphansOf(world, stored);
        seen.orphans += objects.length;
        seen.wanted += plan.make.targets;
        expect(plan.orphans).toMatchObject({ targets: objects.length, sources });
        for (const example of plan.orphans?.examples ?? []) expect(objects).toContain(example);
      }),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
  });

  it('is the same by an inventory, whatever the order of its lines', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (world, ordered, perFile) => {
        const config = configOf(world);
        const scopes = world.scopes.filter(({ bucket }) => bucket === 'src');
        fc.pre(config !== undefined);
        const stored = store(world);
        const client = inSmallPages(stored.oss, world.listing);
        const options = { client, concurrency: 3 };
        const inventory = await inventoryOf(stored, (key) => (ordered ? key : [...key].reverse().join('')), perFile);
        const plan = await makePlan(scopes, config as Config, world.selection, { ...options, inventory });
        const expected = expectedOf({ ...world, scopes }, stored);
        expect(foundIn(plan)).toEqual(expected);
        expectCovering(plan);
        expect(plan.orphans).toBeUndefined();
      }),
    );
  });
});

const output = (key: string) => ({ style: 'image/resize,w_1', to: { bucket: 'out', key } });

describe('orphans', () => {
  it('are none where their source has another derivative that is another source, too', async () => {
    const when = { bucket: ['src', 'src-a'] };
    const rules = [{ name: 'r', when, outputs: [output('{key}.webp'), output('{bucket}/{key}')] }];
    const config = loadConfig({ journal: 'throw', rules }, {});
    const oss = memoryOss(() => 0);
    for (const key of ['src/x', 'src/y', 'y.webp']) oss.store(`oss://out/${key}`, 'derivative');
    oss.store('oss://src-a/x', 'x');
    const options = { client: () => oss.oss, concurrency: 3 };
    const plan = await makePlan([{ bucket: 'src', prefix: '' }], config, {}, options);
    // The removal of oss://src/x would delete out/x.webp, which may be of oss://src-a/x.
    expect(plan.orphans).toEqual({
      targets: 2,
      sources: 1,
      examples: ['oss://out/src/y', 'oss://out/y.webp'],
    });
  });

  it('are of two sources where the removal of one would delete what is first told to be of the other', async () => {
    const outputs = [output('{key}'), output('{key}.webp'), output('{rule}/{key}')];
    const config = loadConfig({ journal: 'throw', rules: [{ name: 'r', when: { bucket: 'src' }, outputs }] }, {});
    const oss = memoryOss(() => 0);
    // Of oss://src/a/x.webp, and of oss://src/a/x.
    for (const key of ['a/x.webp', 'r/a/x']) oss.store(`oss://out/${key}`, 'derivative');
    const options = { client: () => oss.oss, concurrency: 3 };
    const plan = await makePlan([{ bucket: 'src', prefix: 'a/' }], config, {}, options);
    expect(plan.orphans).toMatchObject({ targets: 2, sources: 2 });
  });
});

describe('an inventory of several pages', () => {
  const config = loadConfig(
    { journal: 'throw', rules: [{ name: 'r', when: { bucket: 'src' }, outputs: [output('{dir}{name}.webp')] }] },
    {},
  );
  const names = Array.from({ length: 1_200 }, (_, at) => String(at).padStart(4, '0'));

  it.each([
    ['in order', true],
    ['in no order', false],
  ])('%s tells two sources of one target', async (_, ordered) => {
    const oss = memoryOss(() => 0);
    // In no order, they lie in other pages.
    const keys = ['.jpg', '.png'].flatMap((end) => names.map((name) => name + end));
    const sources = keys.map((key) => ({ bucket: 'src', key, size: 1, at: second(1) }));
    for (const { key } of sources) oss.store(`oss://src/${key}`, 'x', second(1));
    const text = (key: string): string => (ordered ? key : key.slice(4) + key);
    const inventory = await inventoryOf({ oss, sources, made: [] }, text, 1_000);
    const plan = await makePlan([], config, {}, { client: () => oss.oss, concurrency: 3, inventory });
    expect(plan.outputs).toMatchObject([{ unreconcilable: { count: 2_400 }, missing: 0 }]);
    expect(plan.scopes).toEqual([{ bucket: 'src', prefix: '' }]);
    if (ordered) expect(plan.requests.lists + plan.requests.heads).toBeLessThan(20);
  });
});

describe('a plan of the embedded OSS', () => {
  const rule = (name: string, prefix: string, key: string) => ({
    name,
    when: { bucket: 'photos', prefix, suffix: ['.jpg'] },
    outputs: [{ style: 'image/resize,w_1', to: { bucket: 'photos-out', key } }],
  });
  const config = loadConfig(
    { journal: 'throw', rules: [rule('avatars', 'avatars/', '{key}.128.webp'), rule('all', '', '{dir}{name}.webp')] },
    {},
  );

  async function filled() {
    const { oss, port } = await startOss();
    const connection = createConnection();
    onTestFinished(() => connection.close());
    const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` });
    const client = createOss({
      endpoint,
      region: 'cn-hangzhou',
      credentials: accessKey,
      connection,
      deadline: Number.POSITIVE_INFINITY,
    });
    const put = (bucket: string, key: string): Promise<unknown> => client.putObject({ bucket, key, body: 'x' });
    oss.createBucket('others');
    for (let at = 0; at < 40; at += 1) {
      await put('photos', `avatars/${at}.jpg`);
      if (at % 4 === 0) await put('photos-out', `avatars/${at}.jpg.128.webp`);
    }
    for (const key of ['trip/a.jpg', 'trip/b.jpg', 'trip/b.JPG', 'trip/notes.txt', 'trip/']) await put('photos', key);
    for (const key of ['avatars/gone.jpg.128.webp', 'avatars/logo.webp', 'logo.png']) await put('photos-out', key);
    // No orphan: rule `all` could have made it of the other one.
    await put('photos', 'avatars/held.jpg.128.jpg');
    await put('photos-out', 'avatars/held.jpg.128.webp');
    return () => client;
  }

  it('names what is there, what is missing, what has two sources, and what has none', async () => {
    const client = await filled();
    const steps: PlanProgress[] = [];
    const scopes = [
      { bucket: 'photos', prefix: 'avatars/' },
      { bucket: 'photos', prefix: '' },
    ];
    const plan = await makePlan(scopes, config, {}, { client, concurrency: 5, onProgress: (at) => steps.push(at) });
    const none = { stale: 0, refused: 0, unselected: 0 };
    const style = 'image/resize,w_1';
    const [avatars, all] = [
      { rule: 'avatars', output: 0, style, key: '{key}.128.webp' },
      { rule: 'all', output: 0, style, key: '{dir}{name}.webp' },
    ];
    const both = 'oss://photos/trip/b.JPG and oss://photos/trip/b.jpg have one target';
    expect(plan).toEqual({
      scopes: [{ bucket: 'photos', prefix: '' }],
      sources: { seen: 46, matched: 44, skipped: { 'no-rule': 2 } },
      outputs: [
        { ...avatars, ...none, current: 10, missing: 31, wanted: 31, unreconcilable: undefined, orphans: 1 },
        {
          ...all,
          ...none,
          current: 0,
          missing: 1,
          wanted: 1,
          unreconcilable: { count: 2, why: both },
          orphans: undefined,
        },
      ],
      pairs: [both],
      make: { targets: 32, bytes: 32, sources: 32 },
      orphans: { targets: 1, sources: 1, examples: ['oss://photos-out/avatars/gone.jpg.128.webp'] },
      sampled: undefined,
      inventory: undefined,
      shards: [{ bucket: 'photos', prefix: '', after: undefined, objects: 32, bytes: 32 }],
      requests: plan.requests,
    });
    expect(plan.requests.lists + plan.requests.heads).toBeLessThan(10);
    expect(steps.map(({ doing, seen, targets }) => [doing, seen, targets])).toEqual([
      ['sources', 46, 32],
      ['orphans', 13, 32],
    ]);
  });

  it('looks at the first sources of each location alone, for a sample', async () => {
    const client = await filled();
    const scopes = ['avatars/', 'trip/'].map((prefix) => ({ bucket: 'photos', prefix }));
    const plan = await makePlan(scopes, config, {}, { client, concurrency: 5, sample: 3 });
    expect([plan.sampled, plan.sources.seen, plan.orphans]).toEqual([3, 6, undefined]);
  });

  it('looks for orphans of the chosen rule alone', async () => {
    const client = await filled();
    const scopes = [{ bucket: 'photos', prefix: '' }];
    const orphansOf = async (rule: string) =>
      (await makePlan(scopes, config, { rule }, { client, concurrency: 5 })).orphans?.targets;
    expect([await orphansOf('avatars'), await orphansOf('all')]).toEqual([1, 0]);
  });

  it('refuses an inventory of another bucket', async () => {
    const inventory = { bucket: 'others', createdAt: undefined, pages: () => Promise.reject() as never };
    const client = await filled();
    const scopes = [{ bucket: 'photos', prefix: 'a/' }];
    await expect(makePlan(scopes, config, {}, { client, concurrency: 5, inventory })).rejects.toThrow(
      'oss://photos/a/: the inventory is of oss://others',
    );
  });
});

/** Of bucket `src`, gzipped, some lines a file, in the order of these texts. */
async function inventoryOf({ sources }: Stored, text: (key: string) => string, perFile: number) {
  const rows = sources.filter(({ bucket }) => bucket === 'src');
  const lines = rows
    .sort((one, other) => bytes(text(one.key), text(other.key)))
    .map(({ key, size, at }) => `"src","${encodeURIComponent(key)}",${size},"${new Date(at).toISOString()}","E"\n`);
  const files = new Map<string, Buffer>();
  for (let at = 0; at < lines.length; at += perFile) {
    files.set(`data/${files.size}.csv.gz`, gzipSync(lines.slice(at, at + perFile).join('')));
  }
  const manifest = {
    sourceBucket: 'src',
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag',
    files: [...files.keys()].map((key) => ({ key })),
  };
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return openInventory({ bucket: 'lists', key: 'manifest.json' }, async function* ({ key }) {
    yield files.get(key) as Buffer;
  });
}
