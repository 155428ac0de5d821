// Held against brute force: every source of every bucket and all that the rules save of it, in plain loops over a Map,
// with none of the code that compares.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedObject } from '../../src/oss/list.js';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import type { RuleInput } from '../../src/rules/schema.js';
import { type ComparedSource, compare, type SourcePage } from '../../src/sweep/compare.js';
import type { PresentOss } from '../../src/sweep/present.js';
import { reconcileRules } from '../../src/sweep/reconcilable.js';
import type { Selection } from '../../src/sweep/selection.js';
import { accepts, naive, type Obj, savesOf } from '../rules/simulation.js';
import { type MemoryOss, memoryOss, ossError } from '../support/memory-oss.js';
import { wireOss } from '../support/wire-oss.js';

/** Templates under which a derivative tells nothing, whatever is there. */
const hopeless = [
  '{file}.w',
  'T/{name}.{ext}',
  '{dir}{name}{ext}',
  '{year}/{month}/{key}',
  '{etag}.webp',
  '{dir}{ext}',
];
const templates = [
  '{key}',
  '{key}',
  '{key}.128.webp',
  '{key}.webp',
  '{dir}{file}',
  '{dir}T/{file}',
  '{dir}{name}.webp',
  '{dir}{name}.webp',
  'a/{dir}{name}.webp',
  '{dir}{name}.{ext}',
  '{dir}{ext}/{name}',
  '{ext}/{key}',
  '{bucket}/{key}',
  '{bucket}-{key}',
  '{rule}/{key}',
  '{name}-/{dir}',
  '{dir}{ext}.{name}',
];

const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const uriOf = ({ bucket, key }: Obj) => `oss://${bucket}/${key}`;

const folders = ['', 'a/', 'a/b/', 'T/'];
const files = [
  'x',
  'x.',
  'x.jpg',
  'x.JPG',
  'x.png',
  'x.jpg.jpg',
  'x.webp',
  'x.128',
  'x-',
  '.jpg',
  '',
  '\u{10000}',
  '\uffee',
];
const keys = folders.flatMap((folder) => files.map((file) => folder + file)).filter((key) => key !== '');
const sourceBuckets = ['src', 'src-a'];

const someRule: fc.Arbitrary<Omit<RuleInput, 'name'>> = fc
  .record({
    bucket: fc.constantFrom<string | string[]>('src', 'src', 'src-a', sourceBuckets),
    prefix: fc.constantFrom<string | string[]>('', '', '', '', 'a/', ['a/b/', 'T/'], 'a/x'),
    suffix: fc.constantFrom<string[] | undefined>(undefined, undefined, undefined, ['.jpg'], ['.jpg', '.png']),
    exclude: fc.constantFrom<string[]>([], [], ['a/b/'], ['x.j']),
    size: fc.constantFrom(undefined, undefined, undefined, undefined, { max: 5 }, { min: 3, max: 8 }),
    to: fc.constantFrom<string | undefined>('out', 'out', 'out-a', undefined),
    keys: fc.uniqueArray(fc.constantFrom(...templates, ...hopeless), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .map(({ bucket, prefix, suffix, exclude, size, to, keys }) => ({
    when: { bucket, prefix, exclude, ...(suffix && { suffix }), ...(size && { size }) },
    outputs: keys.map((key) => ({ style: 'image/resize,w_1', to: { ...(to && { bucket: to }), key } })),
  }));

/** Of a day whose date the naive function knows. */
const second = (at: number) => Date.UTC(2026, 0, 31) + at * 1_000;
const time = fc.integer({ min: 1, max: 6 }).map(second);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const selections: fc.Arbitrary<Selection> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        rule: fc.constantFrom('r0', 'r1'),
        since: time,
        until: time,
        only: fc.constantFrom('missing' as const, 'stale' as const),
        force: fc.boolean(),
        begun: time,
        olderThan: time,
      },
      { requiredKeys: [] },
    ),
  },
);

interface Source extends Obj {
  readonly size: number;
  readonly at: number;
  readonly link: boolean;
}

const worlds = fc.record({
  rules: fc.array(someRule, { minLength: 1, maxLength: 3 }),
  envelope: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'a/'),
  sources: fc.uniqueArray<Source, string>(
    fc.record({
      bucket: fc.constantFrom<string>('src', 'src', 'src', 'src-a'),
      key: fc.constantFrom(...keys),
      size: fc.constantFrom(0, 1, 4, 4, 7, 7, 7, 9),
      at: time,
      link: fc.constantFrom(false, false, false, false, true),
    }),
    { minLength: 1, maxLength: 24, size: 'max', selector: uriOf },
  ),
  /** For targets in turn: when the derivative was written, if it was. */
  written: fc.array(maybe(time), { minLength: 5, maxLength: 5 }),
  selection: selections,
  prefix: fc.constantFrom('', '', '', 'a/', 'a/x.j'),
  cuts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 }),
  ordered: fc.constantFrom(true, true, true, false),
  /** Keys in a page of a list. */
  listing: fc.integer({ min: 1, max: 9 }),
});

type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

const ruleInputs = ({ rules }: World): RuleInput[] => rules.map((made, at) => ({ name: `r${at}`, ...made }));

function configOf(world: World): Config | undefined {
  const load = (input: RuleInput[], envelope?: Config) =>
    loadConfig({ journal: 'throw', rules: input }, {}, { envelope });
  const deployed: RuleInput[] = [
    {
      name: 'deployed',
      when: { bucket: sourceBuckets, prefix: world.envelope ?? '' },
      outputs: [{ style: 'image/resize,w_1', to: { bucket: 'elsewhere', key: '{bucket}/{key}' } }],
    },
  ];
  try {
    return load(ruleInputs(world), world.envelope === undefined ? undefined : load(deployed));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

interface Made {
  readonly source: Source;
  readonly rule: number;
  readonly output: number;
  readonly template: string;
  readonly target: Obj;
}

/** Where a link leads: to 4 bytes, stored at second 3. */
const linked = { size: 4, at: second(3) };
const asSeen = (source: Source) => (source.link ? { size: linked.size, at: Math.max(linked.at, source.at) } : source);

/** All that the rules save of all sources. */
function allMade(world: World): Made[] {
  const rules = ruleInputs(world);
  return world.sources.flatMap((source) => {
    const { size } = asSeen(source);
    const taker = rules.findIndex(
      (rule) =>
        accepts(naive(rule), source) && size >= (rule.when.size?.min ?? 0) && size <= (rule.when.size?.max ?? 1e9),
    );
    const rule = rules[taker];
    if (rule === undefined || size === 0 || !source.key.startsWith(world.envelope ?? '')) return [];
    return savesOf(naive(rule), source).map((target, output) => {
      return { source, rule: taker, output, template: rule.outputs[output]?.to.key ?? '', target };
    });
  });
}

const refuses = ({ bucket, key }: Obj, source: Obj) =>
  key.split('/').some((segment) => segment === '.' || segment === '..') ||
  key === '' ||
  key.startsWith('/') ||
  (bucket === source.bucket && key === source.key);

interface Expected {
  readonly state: string;
  readonly wanted: boolean;
  /** Some output cannot be read back, and so may be said to have this target. */
  readonly cautious?: boolean;
}

function expected(made: Made, all: readonly Made[], world: World, oss: MemoryOss): Expected {
  const { rule, since, until, only, force, begun, olderThan } = world.selection;
  const { at } = asSeen(made.source);
  const nothing = { wanted: false };
  const inTime =
    (since === undefined || at >= since) && (until === undefined || at < until) && (begun === undefined || at <= begun);
  if ((rule !== undefined && rule !== `r${made.rule}`) || !inTime) return { state: 'unselected', ...nothing };
  if (refuses(made.target, made.source)) return { state: 'refused', ...nothing };
  if (hopeless.includes(made.template)) return { state: 'unreconcilable', ...nothing };
  const same = all.filter(
    (other) => uriOf(other.target) === uriOf(made.target) && !refuses(other.target, other.source),
  );
  if (same.length > 1) return { state: 'unreconcilable', ...nothing };
  const writtenAt = oss.objects.get(uriOf(made.target))?.lastModified;
  let state = 'missing';
  if (writtenAt !== undefined) state = writtenAt < at ? 'stale' : 'current';
  let wanted = state !== 'current';
  if (force && writtenAt !== undefined) {
    const limit = olderThan ?? begun;
    if (limit === undefined || writtenAt < limit) wanted = true;
  }
  if (only !== undefined && state !== only) wanted = false;
  const cautious = ruleInputs(world).some(({ outputs }) => outputs.some(({ to }) => hopeless.includes(to.key)));
  return { state, wanted, cautious };
}

function reasonFor(source: Source, world: World): string {
  const { size } = asSeen(source);
  if (source.size === 0 && !source.link && source.key.endsWith('/')) return 'folder';
  const rules = ruleInputs(world).filter((rule) => accepts(naive(rule), source));
  const taking = rules.filter(
    ({ when }) => size === 0 || (size >= (when.size?.min ?? 0) && size <= (when.size?.max ?? 1e9)),
  );
  if (taking.length === 0) return 'no-rule';
  return source.key.startsWith(world.envelope ?? '') ? 'empty' : 'outside-envelope';
}

function store(world: World, all: readonly Made[]): MemoryOss {
  const oss = memoryOss(() => 0);
  for (const { bucket, key, size, at, link } of world.sources) {
    const uri = uriOf({ bucket, key });
    if (link) oss.storeLink(uri, 'linked', at);
    else oss.store(uri, '-'.repeat(size), at);
  }
  for (const bucket of sourceBuckets) oss.store(`oss://${bucket}/linked`, '-'.repeat(linked.size), linked.at);
  for (const stored of oss.objects.values()) stored.etag = 'E7A6';
  all.forEach(({ target }, nth) => {
    const at = world.written[nth % world.written.length];
    if (at !== undefined && !oss.objects.has(uriOf(target))) oss.store(uriOf(target), 'derivative', at);
  });
  return oss;
}

/** The sources of bucket `src`, as pages. What a derivative in the same bucket looks like, or a link's object, too. */
function pagesOf({ prefix, cuts, ordered }: World, oss: MemoryOss): SourcePage[] {
  const start = 'oss://src/';
  const listed: ListedObject[] = oss
    .keys(start + prefix)
    .map((uri) => {
      const { etag, size, lastModified, link } = oss.objects.get(uri) as never as ListedObject & { link?: string };
      const symlink = link === undefined ? undefined : true;
      return { key: uri.slice(start.length), etag, size, lastModified, symlink };
    })
    .sort((a, b) => (ordered ? bytes(a.key, b.key) : bytes(a.key.split('').reverse().join(''), b.key)));
  const pages: SourcePage[] = [];
  for (let nth = 0; listed.length > 0; nth += 1) {
    const objects = listed.splice(0, cuts[nth % cuts.length]);
    const after = pages.at(-1)?.through;
    const through = listed.length > 0 ? objects.at(-1)?.key : undefined;
    pages.push({ bucket: 'src', prefix, objects, ordered, ...(ordered ? { after, through } : {}) });
  }
  return pages;
}

/** Lists fewer at a time, but for those that begin alike: if they fill a page, they are too many. */
const inSmallPages = ({ oss }: MemoryOss, most: number): PresentOss => ({
  headObject: oss.headObject,
  listObjects: (request) => oss.listObjects(request.prefix === '' ? { ...request, limit: most } : request),
});

describe('compare', () => {
  it('tells of each source what brute force tells', async () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const config = configOf(world);
        fc.pre(config !== undefined);
        const rules = reconcileRules(config as Config);
        const withLinked = {
          ...world,
          sources: [
            ...world.sources,
            ...sourceBuckets.map((bucket) => ({ bucket, key: 'linked', ...linked, link: false })),
          ],
        };
        const all = allMade(withLinked);
        const oss = store(world, all);
        const found: ComparedSource[] = [];
        for (const page of pagesOf(world, oss)) {
          found.push(...(await compare(page, rules, world.selection, inSmallPages(oss, world.listing), 3)));
        }
        const byKey = new Map(found.map((one) => [one.upload.key, one]));
        for (const source of withLinked.sources) {
          if (source.bucket !== 'src' || !source.key.startsWith(world.prefix)) continue;
          const one = byKey.get(source.key);
          const made = all.filter((other) => other.source === source);
          expect(one?.targets.length).toBe(made.length);
          if (made.length === 0) {
            expect([source.key, one?.reason, one?.rule]).toEqual([source.key, reasonFor(source, world), undefined]);
            count(`${one?.reason}`);
          }
          for (const [nth, each] of made.entries()) {
            const { cautious, ...answer } = expected(each, all, withLinked, oss);
            const target = one?.targets[nth];
            const { state, wanted, why } = target ?? {};
            if (cautious && state === 'unreconcilable' && why?.endsWith('may save other sources there')) {
              expect(wanted).toBe(false);
              count('cautious');
              continue;
            }
            expect([source.key, each.template, { state, wanted }]).toEqual([source.key, each.template, answer]);
            expect(target?.output).toBe(nth);
            expect(target?.target).toEqual(each.target);
            count(answer.state);
            if (answer.wanted) count('wanted');
            if (answer.state === 'unreconcilable') expect(why).toBeTruthy();
            if (why?.endsWith('have one target')) count('named');
          }
        }
      }),
      { numRuns: 400 },
    );
    const rare = ['current', 'missing', 'stale', 'unreconcilable', 'refused', 'unselected', 'wanted', 'named'];
    expect(rare.filter((what) => (seen.get(what) ?? 0) === 0)).toEqual([]);
  });
});

/** Rules whose outputs save to bucket `out`. */
const rulesOf = (...rules: [when: Partial<RuleInput['when']>, ...keys: string[]][]) =>
  reconcileRules(
    loadConfig(
      {
        journal: 'throw',
        rules: rules.map(([when, ...outputs], at) => ({
          name: `r${at}`,
          when: { bucket: 'src', ...when },
          outputs: outputs.map((key) => ({ style: 'image/resize,w_1', to: { bucket: 'out', key } })),
        })),
      },
      {},
    ),
  );

const listedAs = (...keys: string[]): ListedObject[] =>
  keys.map((key) => ({ key, etag: 'A', size: 1, lastModified: second(1) }));

function holding(...uris: string[]): MemoryOss {
  const oss = memoryOss(() => second(1));
  for (const uri of uris) oss.store(uri, 'x');
  return oss;
}

const requestsOf = ({ calls }: MemoryOss) =>
  calls.map(({ api, bucket, key }) => `${api} oss://${bucket}/${key}`).sort();

describe('what cannot be reconciled', () => {
  it.each<[what: string, Parameters<typeof rulesOf>, why: string]>([
    ['a date in the key', [[{}, '{year}/{key}']], "its key names the source's version"],
    ['an ETag in the key', [[{}, '{key}.{etag}']], "its key names the source's version"],
    ['no folder', [[{}, '{file}']], 'two sources can have one target: it leaves the folder out'],
    ['parts that run together', [[{}, '{dir}{name}{ext}']], expect.stringContaining('cannot be told') as never],
    ['two extensions', [[{}, '{dir}{name}.webp']], 'oss://src/a/x.jpg and oss://src/a/x.png have one target'],
    [
      'two rules',
      [
        [{ suffix: ['.jpg'] }, '{dir}{name}.webp'],
        [{}, '{dir}{name}.webp'],
      ],
      'oss://src/a/x.jpg and oss://src/a/x.png have one target',
    ],
    [
      'two buckets',
      [[{ bucket: ['src', 'src-a'] }, '{key}']],
      'oss://src-a/a/x.jpg and oss://src/a/x.jpg have one target',
    ],
    ['two outputs', [[{}, '{key}', '{dir}{name}.{ext}']], 'oss://src/a/x.jpg and another output have one target'],
    [
      'one file of two',
      [[{}, '{key}.png', '{dir}{file}']],
      'oss://src/a/x.jpg and oss://src/a/x.jpg.png have one target',
    ],
    [
      'what another output cannot tell',
      [
        [{ suffix: ['.jpg'] }, '{key}'],
        [{}, 'a/{name}.jpg'],
      ],
      'a/{name}.jpg of rule r1 may save other sources there',
    ],
  ])('%s', async (_, rules, why) => {
    const oss = holding('oss://src-a/a/x.jpg', 'oss://src/a/x.png', 'oss://src/a/x.jpg', 'oss://src/a/x.jpg.png');
    // Nothing but the one key is known of the order.
    const page = { bucket: 'src', prefix: '', ordered: false, objects: listedAs('a/x.jpg') };
    const [source] = await compare(page, rulesOf(...rules), {}, oss.oss, 5);
    expect(source?.targets[0]).toMatchObject({ state: 'unreconcilable', why, wanted: false });
  });

  it('is nothing where another target only looks alike', async () => {
    const rules = rulesOf([
      { suffix: ['.jpg'] },
      '{dir}large/{file}',
      '{dir}card/{file}',
      '{key}.webp',
      '{key}.a.webp',
    ]);
    const oss = holding();
    const page = { bucket: 'src', prefix: '', ordered: false, objects: listedAs('a/x.jpg') };
    const [source] = await compare(page, rules, {}, oss.oss, 5);
    expect(source?.targets.map(({ state }) => state)).toEqual(['missing', 'missing', 'missing', 'missing']);
    expect(requestsOf(oss).every((request) => request.startsWith('head oss://out/'))).toBe(true);
  });

  it.each([
    ['T/', '{dir}T/{file}'],
    ['-\\a', '-{key}'],
    ['-../b', '-{key}'],
  ])('is nothing where the key %j, as a target of %s, tells what is no key', async (key, template) => {
    // Its client sends no such key.
    const { oss, store } = wireOss(Date.now, () => 'well');
    store('src', key, 'x');
    const page = { bucket: 'src', prefix: '', ordered: false, objects: listedAs(key) };
    const [source] = await compare(page, rulesOf([{}, '{key}', template]), {}, oss, 5);
    expect(source?.targets.map(({ state }) => state)).toEqual(['missing', 'missing']);
  });
});

describe('another source at the border of a page', () => {
  const rules = rulesOf([{}, '{dir}{name}.webp']);
  const uris = ['oss://src/a/x.jpg', 'oss://src/a/x', 'oss://src/a/x.png'];
  it.each<[what: string, page: Omit<SourcePage, 'bucket'>, asked: string[], state: string]>([
    [
      'is in the page',
      { prefix: '', ordered: true, objects: listedAs('a/x', 'a/x.jpg', 'a/x.png') },
      [],
      'unreconcilable',
    ],
    ['is not there, as the page tells', { prefix: '', ordered: true, objects: listedAs('a/x.jpg') }, [], 'missing'],
    [
      'may lie before the page',
      { prefix: '', after: 'a/x.', ordered: true, objects: listedAs('a/x.jpg') },
      ['head oss://src/a/x', 'list oss://src/a/x.'],
      'unreconcilable',
    ],
    [
      'may lie behind the page',
      { prefix: '', after: 'a/w', through: 'a/x.jpg', ordered: true, objects: listedAs('a/x.jpg') },
      ['list oss://src/a/x.'],
      'unreconcilable',
    ],
    [
      'cannot lie behind the page',
      { prefix: '', after: 'a/w', through: 'a/x/', ordered: true, objects: listedAs('a/x.jpg') },
      [],
      'missing',
    ],
    [
      'has not the prefix of the page',
      { prefix: 'a/x.j', ordered: true, objects: listedAs('a/x.jpg') },
      ['head oss://src/a/x', 'list oss://src/a/x.'],
      'unreconcilable',
    ],
    [
      'may be anywhere, where the page has no order',
      { prefix: '', ordered: false, objects: listedAs('a/x.jpg') },
      ['head oss://src/a/x', 'list oss://src/a/x.'],
      'unreconcilable',
    ],
  ])('%s', async (_, page, asked, state) => {
    const oss = holding(...uris);
    const compared = await compare({ bucket: 'src', ...page }, rules, {}, oss.oss, 5);
    expect(compared.find(({ upload }) => upload.key === 'a/x.jpg')?.targets[0]?.state).toBe(state);
    const targets = page.objects.map(() => 'head oss://out/a/x.webp');
    expect(requestsOf(oss)).toEqual([...targets, ...asked].sort());
  });

  it('is found by the order of bytes, not of UTF-16', async () => {
    const oss = holding('oss://src/\uffee');
    const page = { bucket: 'src', prefix: '', after: '\u{10000}', ordered: true, objects: listedAs('\u{10000}\uffee') };
    const [source] = await compare(page, rulesOf([{}, '{key}', '\u{10000}{key}']), {}, oss.oss, 5);
    expect(source?.targets.map(({ state }) => state)).toEqual(['unreconcilable', 'missing']);
  });
});

describe('links', () => {
  const rules = rulesOf([{ size: { min: 3 } }, '{key}.w']);
  const link = [{ key: 'link', etag: 'A', size: 0, lastModified: second(1), symlink: true }];
  const page = { bucket: 'src', prefix: '', ordered: true, objects: link };

  it('count as what they lead to', async () => {
    const oss = holding();
    oss.store('oss://src/far', 'four', second(5));
    oss.storeLink('oss://src/link', 'far', second(1));
    oss.store('oss://out/link.w', 'derivative', second(4));
    const [source] = await compare(page, rules, {}, oss.oss, 5);
    expect(source).toMatchObject({ upload: { size: 4 }, targets: [{ state: 'stale', wanted: true }] });
  });

  it('that lead nowhere have no source; any other failure is one', async () => {
    const oss = holding();
    oss.storeLink('oss://src/link', 'nowhere');
    expect(await compare(page, rules, {}, oss.oss, 5)).toMatchObject([{ reason: 'source-gone', targets: [] }]);
    const failing = memoryOss(
      () => 0,
      () => ossError(),
    );
    await expect(compare(page, rules, {}, failing.oss, 5)).rejects.toThrow('try later');
  });
});

it('does not ask for what is not selected', async () => {
  const oss = holding();
  const rules = rulesOf([{ suffix: ['.jpg'] }, '{key}.w'], [{}, '{dir}{name}.v']);
  const page = { bucket: 'src', prefix: '', ordered: false, objects: listedAs('a.jpg', 'b.png') };
  const compared = await compare(page, rules, { rule: 'r0' }, oss.oss, 5);
  expect(compared.map(({ targets }) => targets[0]?.state)).toEqual(['missing', 'unselected']);
  expect(requestsOf(oss)).toEqual(['head oss://out/a.jpg.w']);
});

it('looks for the derivatives of many rules together, where their templates are alike', async () => {
  const oss = holding();
  const folders = Array.from({ length: 20 }, (_, nth) => `t/${nth}/`);
  const rules = rulesOf(
    ...folders.map((prefix): Parameters<typeof rulesOf>[0] => [{ prefix, suffix: ['.jpg'] }, '{key}.w', 's/{key}']),
  );
  const objects = listedAs(...folders.flatMap((folder) => ['a.jpg', 'b.jpg', 'c.jpg'].map((file) => folder + file)));
  const compared = await compare({ bucket: 'src', prefix: 't/', objects, ordered: true }, rules, {}, oss.oss, 5);
  expect(compared.every(({ targets }) => targets.every(({ state }) => state === 'missing'))).toBe(true);
  expect(requestsOf(oss)).toEqual(['list oss://out/s/t/', 'list oss://out/t/']);
});

it('does not ask for a source that is in the page, even where that has no order', async () => {
  const oss = holding();
  const page = { bucket: 'src', prefix: '', ordered: false, objects: listedAs('x.jpg', 'x') };
  const compared = await compare(page, rulesOf([{}, '{key}.jpg', '{dir}{file}']), {}, oss.oss, 5);
  expect(compared.map(({ targets }) => targets.map(({ state }) => state))).toEqual([
    ['missing', 'unreconcilable'],
    ['unreconcilable', 'missing'],
  ]);
  expect(requestsOf(oss).filter((request) => request.includes('oss://src/'))).toEqual(['head oss://src/x.jpg.jpg']);
});
