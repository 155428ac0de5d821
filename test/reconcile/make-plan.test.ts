// A plan held against brute force: plain loops over all objects and all that the rules save, with none of the code that
// plans; by listing and by an inventory, in small pages.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openInventory } from '../../src/reconcile/inventory.js';
import { makePlan } from '../../src/reconcile/make-plan.js';
import type { Plan } from '../../src/reconcile/plan.js';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import type { RuleInput } from '../../src/rules/schema.js';
import type { PresentOss } from '../../src/sweep/present.js';
import type { KeyRange, Selection } from '../../src/sweep/selection.js';
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
function orphansOf(world: World, { oss }: Stored): { objects: string[]; sources: number; unsure: boolean } {
  const rules = rulesOf(world);
  const sourcesFor = new Map<string, { source: Obj; rule: number; template: string }[]>();
  const causes = (object: Obj) => {
    const known = sourcesFor.get(uriOf(object));
    if (known !== undefined) return known;
    const found = shorterKeys(object.key).flatMap((key) =>
      ['src', 'src-a'].flatMap((bucket) =>
        rules.flatMap((rule, at) => {
          if (!accepts(naive(rule), { bucket, key })) return [];
          return savesOf(naive(rule), { bucket, key }).flatMap((target, output) =>
            uriOf(target) === uriOf(object)
              ? [{ source: { bucket, key }, rule: at, template: rule.outputs[output]?.to.key ?? '' }]
              : [],
          );
        }),
      ),
    );
    sourcesFor.set(uriOf(object), found);
    return found;
  };
  const one = (object: Obj): string | undefined => {
    const uris = new Set(causes(object).map(({ source }) => uriOf(source)));
    return uris.size === 1 ? [...uris][0] : undefined;
  };
  /** What the removal of a source deletes: by rules up to the first one for all sizes. */
  const removed = (source: Obj): Obj[] => {
    const taking = rules.filter((rule) => accepts(naive(rule), source));
    const last = taking.findIndex(({ when }) => when.size === undefined);
    return (last === -1 ? taking : taking.slice(0, last + 1))
      .filter(({ name }) => ((world.selection as Selection).rule ?? name) === name)
      .flatMap((rule) => {
        const targets = savesOf(naive(rule), source);
        return targets.filter((_, at) => telling.includes(rule.outputs[at]?.to.key ?? ''));
      });
  };
  const sources = new Set<string>();
  const objects = [...oss.objects.keys()].filter((uri) => {
    if (!uri.startsWith('oss://out/')) return false;
    const object = { bucket: 'out', key: uri.slice('oss://out/'.length) };
    const told = one(object);
    const source = causes(object)[0]?.source;
    if (told === undefined || source === undefined || oss.objects.has(told)) return false;
    const deleted = removed(source);
    if (!inScopes(source, world.scopes) || !deleted.some((target) => uriOf(target) === uri)) return false;
    if (!deleted.every((target) => one(target) === told)) return false;
    sources.add(told);
    return true;
  });
  const unsure = rules.some(({ outputs }) => outputs.some(({ to }) => to.key === merging));
  return { objects: objects.sort(), sources: sources.size, unsure };
}

const inSmallPages =
  ({ oss }: MemoryOss, most: number) =>
  (): PresentOss => ({
    headObject: oss.headObject,
    listObjects: (request) => oss.listObjects({ ...request, limit: Math.min(request.limit, most) }),
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
    const seen = { orphans: 0, wanted: 0, unsure: 0 };
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const config = configOf(world);
        fc.pre(config !== undefined);
        const stored = store(world);
        const client = inSmallPages(stored.oss, world.listing);
        const plan = await makePlan(world.scopes, config as Config, world.selection, { client, concurrency: 3 });
        expect(foundIn(plan)).toEqual(expectedOf(world, stored));
        expectCovering(plan);
        const { objects, sources, unsure } = orphansOf(world, stored);
        seen.orphans += objects.length;
        seen.wanted += plan.make.targets;
        if (!unsure) {
          expect(plan.orphans?.targets).toBe(objects.length);
          expect(plan.orphans?.sources).toBe(sources);
        }
        // What an output without extension may have saved is left alone.
        for (const example of plan.orphans?.examples ?? []) expect(objects).toContain(example);
        if (unsure) seen.unsure += 1;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
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
        const inventory = await inventoryOf(stored, ordered, perFile);
        const plan = await makePlan(scopes, config as Config, world.selection, { ...options, inventory });
        const expected = expectedOf({ ...world, scopes }, stored);
        expect(foundIn(plan)).toEqual(expected);
        expectCovering(plan);
        expect(plan.orphans).toBeUndefined();
      }),
    );
  });
});

/** Of bucket `src`, gzipped, some lines a file, in no order or in that of keys. */
async function inventoryOf({ sources }: Stored, ordered: boolean, perFile: number) {
  const rows = sources.filter(({ bucket }) => bucket === 'src');
  const text = (key: string): string => (ordered ? key : [...key].reverse().join(''));
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
