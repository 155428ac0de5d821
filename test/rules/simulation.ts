// A second opinion on configurations, which shares no code with src/rules: random ones made of few and confusable
// words, the uploads that could trick them, and a naive function that matches, renders and saves.
import fc from 'fast-check';
import type { ConfigInput, RuleInput } from '../../src/rules/schema.js';

export interface Obj {
  readonly bucket: string;
  readonly key: string;
}

const buckets = ['aaa', 'bbb', 'ccc'] as const;
const folders = ['img', 'img/', 'img/a/', 'im', 'out', 'out/', 'out/img', 'a', 'a.jpg', 'img/r0', 'aaa/', '2026'];
const suffixes = ['.jpg', '.JPG', 'jpg', 'g', '.webp', '.json', 'a/x.jpg', '/.jpg', 'x.jpg', '.jpg.webp'];
const literals = [
  'out/',
  'img',
  'img/',
  'a/',
  '/',
  '-',
  'a',
  'x',
  '.jpg',
  '.webp',
  '.JPG',
  'jpg',
  '.json',
  'T/',
  'T/',
  'U-',
];
const variables = ['bucket', 'key', 'dir', 'file', 'name', 'ext', 'rule', 'etag', 'year', 'month', 'day'];

const usual = [
  '{key}',
  'out/{key}',
  '{dir}{name}.webp',
  '{dir}T/{file}',
  'T/{rule}/{key}',
  '{key}.webp',
  '{bucket}/{file}',
];
const template = fc.oneof(
  fc.constantFrom(...usual),
  fc
    .array(fc.oneof(fc.constantFrom(...literals), fc.constantFrom(...variables.map((name) => `{${name}}`))), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join(''))
    .filter((text) => !text.startsWith('/')),
);

const outputTo = (bucket: fc.Arbitrary<string>, key: fc.Arbitrary<string>) =>
  fc.record({
    style: fc.constant('image/resize,w_1'),
    to: fc.record({ bucket, key }, { requiredKeys: ['key'] }),
  });

const ruleWith = (output: ReturnType<typeof outputTo>) =>
  fc.record({
    when: fc.record(
      {
        bucket: fc.oneof(
          fc.constantFrom(...buckets),
          fc.uniqueArray(fc.constantFrom(...buckets), { minLength: 1, maxLength: 2 }),
        ),
        prefix: fc.oneof(
          fc.constantFrom('', ...folders),
          fc.uniqueArray(fc.constantFrom(...folders), { minLength: 1, maxLength: 3 }),
        ),
        suffix: fc.uniqueArray(fc.constantFrom(...suffixes), { minLength: 1, maxLength: 2 }),
        exclude: fc.uniqueArray(fc.constantFrom(...folders, 'T/', 'U-'), { maxLength: 2 }),
        size: fc.constant({ min: 1, max: 10 }),
      },
      { requiredKeys: ['bucket'] },
    ),
    outputs: fc.uniqueArray(output, { minLength: 1, maxLength: 2, selector: (made) => made.to.key }),
  });

const journal = fc.oneof(
  fc.constant('throw' as const),
  fc.record({
    bucket: fc.constantFrom('aaa', 'ddd', 'ddd'),
    prefix: fc.constantFrom('', 'img/', 'T/', 'journal/'),
  }),
);

const named = (rules: readonly Omit<RuleInput, 'name'>[]) =>
  rules.map((made, index) => ({ name: `r${index}`, ...made }));

/** Configurations of one to three rules; about a third of them are free of loops. */
export const configs: fc.Arbitrary<ConfigInput> = fc
  .record({
    journal,
    rules: fc.array(ruleWith(outputTo(fc.constantFrom('aaa', 'bbb', 'ccc', 'ddd', 'ddd'), template)), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ journal, rules }) => ({ journal, rules: named(rules) }));

const lossless = [
  '{key}',
  '{key}.webp',
  'T/{key}',
  '{bucket}/{key}',
  '{dir}T/{file}',
  '{dir}{name}-.{ext}',
  '{rule}/{key}',
];
const lossy = [
  '{dir}{name}.webp',
  '{bucket}-{key}',
  '{bucket}{key}',
  'T/{file}',
  '{dir}{name}{ext}',
  '{year}/{key}',
  '{ext}/{key}',
];

/** The same with targets elsewhere, most of the rules with onDelete; about a third of them can be removed safely. */
export const removingConfigs: fc.Arbitrary<ConfigInput> = fc
  .record({
    journal,
    rules: fc.array(
      fc.tuple(
        ruleWith(
          outputTo(
            fc.constantFrom('ddd', 'ddd', 'eee'),
            fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...lossless) }, fc.constantFrom(...lossy), template),
          ),
        ),
        fc.constantFrom('remove', 'remove', undefined),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ journal, rules }) => ({
    journal,
    rules: named(rules.map(([rule, onDelete]) => (onDelete === 'remove' ? { ...rule, onDelete } : rule))),
  }));

/** What an output asks for that has it relayed, or nothing. */
const asks = fc.constantFrom<Partial<RuleInput['outputs'][number]>>(
  {},
  { headers: { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': '{file}' } },
  { tags: { of: '{name}' } },
  { tags: { team: 'web', of: '{rule}' }, headers: { 'Content-Disposition': "inline; filename*=UTF-8''{file}" } },
  { style: 'image/resize,w_1/format,avif' },
);

/** The same configurations with outputs that are relayed among the others. */
export function relaying(of: fc.Arbitrary<ConfigInput>): fc.Arbitrary<ConfigInput> {
  return fc.tuple(of, fc.array(asks, { minLength: 6, maxLength: 6 })).map(([{ journal, rules }, more]) => ({
    journal,
    rules: rules.map((rule, at) => ({
      ...rule,
      outputs: rule.outputs.map((output, nth) => ({ ...output, ...more[2 * at + nth] })),
    })),
  }));
}

/** A rule as the naive function reads it. */
export interface NaiveRule {
  readonly name: string;
  readonly buckets: readonly string[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly excludes: readonly string[];
  /** The pieces of a template: text, variable, text, variable … text. */
  readonly outputs: readonly { readonly bucket: string | undefined; readonly pieces: readonly string[] }[];
}

export function naive({ name, when, outputs }: RuleInput): NaiveRule {
  return {
    name,
    buckets: many(when.bucket),
    prefixes: many(when.prefix ?? ''),
    suffixes: when.suffix ?? [''],
    excludes: when.exclude ?? [],
    outputs: outputs.map(({ to }) => ({ bucket: text(to.bucket), pieces: to.key.split(/[{}]/) })),
  };
}

/**
 * Uploads that a rule could take, made of all the rules' own words, such as could trick a prefix, a suffix or a folder.
 */
export function uploadsFor(rule: NaiveRule, rules: readonly NaiveRule[]): Obj[] {
  const words = new Set(['', 'x', '/', 'a/b', 'x.jpg/', '.jpg', 'x.', 'É']);
  for (const { prefixes, suffixes, outputs } of rules) {
    for (const word of [...prefixes, ...suffixes]) words.add(word);
    for (const { pieces } of outputs) for (const [at, word] of pieces.entries()) if (at % 2 === 0) words.add(word);
  }
  const ends = rule.suffixes.flatMap((end) => (end === '' ? ['', '.jpg', '/'] : [end, swapCase(end)]));
  const keys = new Set<string>();
  for (const start of rule.prefixes) {
    for (const middle of words) for (const end of ends) keys.add(`${start}${middle}${end}`);
  }
  keys.delete('');
  return rule.buckets.flatMap((bucket) => Array.from(keys, (key) => ({ bucket, key })));
}

/** What a rule saves for an upload that it accepts: no rule order, no size, so that nothing is saved by luck. */
export function savesOf(rule: NaiveRule, { bucket, key }: Obj): Obj[] {
  return rule.outputs.map((output) => ({
    bucket: output.bucket ?? bucket,
    key: output.pieces.map((piece, at) => (at % 2 === 0 ? piece : variableOf(piece, bucket, key, rule.name))).join(''),
  }));
}

const given: Readonly<Record<string, string>> = { etag: 'E7A6', year: '2026', month: '01', day: '31' };

function variableOf(variable: string | undefined, bucket: string, key: string, rule: string): string {
  if (variable === 'bucket') return bucket;
  if (variable === 'key') return key;
  if (variable === 'rule') return rule;
  const file = key.replace(/^[\s\S]*\//, '');
  if (variable === 'file') return file;
  if (variable === 'dir') return key.slice(0, key.length - file.length);
  const [, stem = file, ending = ''] = /^([\s\S]+)\.([^.]*)$/.exec(file) ?? [];
  if (variable === 'name') return stem;
  return variable === 'ext' ? ending : `${given[variable ?? '']}`;
}

/** Records as the journal could write them, among them ones that look like what the rules wait for. */
export function recordsOf({ journal, rules }: ConfigInput): Obj[] {
  if (journal === 'throw') return [];
  const words = [
    'due/202601311200/x',
    'failed/permanent/r0/x',
    ...rules.flatMap(({ when }) => many(when.prefix ?? '')),
  ];
  return words.map((word) => ({ bucket: `${text(journal.bucket)}`, key: `${text(journal.prefix)}${word}.json` }));
}

export function accepts({ buckets, prefixes, suffixes, excludes }: NaiveRule, { bucket, key }: Obj): boolean {
  return (
    buckets.includes(bucket) &&
    prefixes.some((start) => key.slice(0, start.length) === start) &&
    !excludes.some((start) => key.slice(0, start.length) === start) &&
    suffixes.some((end) => endsWithAnyCase(key, end))
  );
}

/** The first object saved that raises a second generation, when every object saved raises an event. */
export function secondGeneration({ journal, rules }: ConfigInput): Second | undefined {
  return startedByRecord({ journal, rules }, rules) ?? startedBySave(rules);
}

interface Second {
  readonly cause: Obj;
  readonly saved: Obj;
  readonly rule: string;
}

/** The first record of the journal that a rule takes for an upload. */
export function startedByRecord(config: ConfigInput, listening: readonly RuleInput[]): Second | undefined {
  const rules = listening.map(naive);
  for (const saved of recordsOf(config)) {
    const rule = rules.find((one) => accepts(one, saved))?.name;
    if (rule !== undefined) return { cause: saved, saved, rule };
  }
  return undefined;
}

/** The first derivative that a rule takes for an upload: one of the same rules, or of those that listen. */
export function startedBySave(inputs: readonly RuleInput[], listening = inputs): Second | undefined {
  const rules = inputs.map(naive);
  const listeners = listening.map(naive);
  for (const made of rules) {
    for (const cause of uploadsFor(made, rules)) {
      if (!accepts(made, cause)) continue;
      for (const saved of savesOf(made, cause)) {
        const rule = listeners.find((one) => accepts(one, saved))?.name;
        if (rule !== undefined) return { cause, saved, rule };
      }
    }
  }
  return undefined;
}

/**
 * The first object that a rule with onDelete saves which is not its to remove: made of another upload as well, or by a
 * rule that keeps it, or at a place of the journal.
 */
export function contested(config: ConfigInput): { saved: Obj; causes: readonly Obj[] } | undefined {
  const rules = config.rules.map((input) => ({ ...naive(input), removes: input.onDelete === 'remove' }));
  const { journal } = config;
  const makers = new Map<string, { cause: Obj; removes: boolean }>();
  for (const made of rules) {
    const { removes } = made;
    for (const cause of uploadsFor(made, rules)) {
      if (!accepts(made, cause)) continue;
      for (const saved of savesOf(made, cause)) {
        const { bucket, key } = saved;
        if (removes && journal !== 'throw' && bucket === journal.bucket) {
          if (key.startsWith(`${journal.prefix}`) && key.endsWith('.json')) return { saved, causes: [cause] };
        }
        const first = makers.get(`${bucket}/${key}`);
        makers.set(`${bucket}/${key}`, { cause, removes });
        if (first === undefined || (!removes && !first.removes)) continue;
        const same = first.cause.bucket === cause.bucket && first.cause.key === cause.key;
        if (!same || removes !== first.removes) return { saved, causes: [first.cause, cause] };
      }
    }
  }
  return undefined;
}

export function endsWithAnyCase(key: string, end: string): boolean {
  if (end.length > key.length) return false;
  for (let back = 1; back <= end.length; back += 1) {
    if (fold(key.charCodeAt(key.length - back)) !== fold(end.charCodeAt(end.length - back))) return false;
  }
  return true;
}

function fold(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
}

function swapCase(end: string): string {
  return end === end.toUpperCase() ? end.toLowerCase() : end.toUpperCase();
}

function many(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
