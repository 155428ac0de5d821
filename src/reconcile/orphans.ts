// Orphans: derivatives whose source is not there. An object counts as one only where its key tells its source, the one
// source that can have it by any output of any rule, where that source is not there, and where a removal of that source
// would delete the object. So `--prune` can delete it in the way of a removal (`pruningIndex`), which looks at the
// source first, and deletes nothing that another source may have saved.
import type { Oss } from '../oss/client.js';
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { type Job, jobsOf } from '../pipeline/jobs.js';
import { indexConfig, type RuleIndex, removersOf } from '../pipeline/match.js';
import { boundedRules } from '../rules/bounded.js';
import type { Config, Rule } from '../rules/rule.js';
import { shortestPrefixes, sourcePrefixes } from '../rules/source-prefixes.js';
import { targetPatternsFrom } from '../rules/target-pattern.js';
import { type Present, type PresentOss, presentObjects, type Sought } from '../sweep/present.js';
import { reconcileRules } from '../sweep/reconcilable.js';
import type { KeyRange } from '../sweep/selection.js';
import { onlySource, removalOf, tellsOrphans } from './only-source.js';
import { isWithin, listedPages } from './sources.js';

export interface Orphan {
  readonly object: ObjectName;
  /** What is not there. */
  readonly source: ObjectName;
  /** Name of the rule, and place of the output in it. */
  readonly rule: string;
  readonly output: number;
  /** Of the orphans of this source, the first one in the order of outputs. */
  readonly first: boolean;
}

export interface OrphanSearch {
  /** Only derivatives of sources that would lie in these. */
  readonly scopes: readonly KeyRange[];
  readonly config: Config;
  /** Only outputs of this rule. */
  readonly rule?: string | undefined;
  readonly client: () => Pick<Oss, 'listObjects' | 'headObject'>;
  readonly concurrency: number;
}

/** The rules for deleting orphans: the removal of a source deletes just those derivatives that can be orphans. */
export function pruningIndex(config: Config, only?: string): RuleIndex {
  const rules = config.rules.map((rule): Rule => {
    const mine = only === undefined || rule.name === only;
    return { ...rule, onDelete: 'remove', outputs: rule.outputs.filter((one) => mine && tellsOrphans(one, rule)) };
  });
  return indexConfig({ ...config, rules });
}

/** Looks at all objects that may be orphans, a page at a time. @throws OssError */
export async function* findOrphans(
  search: OrphanSearch,
): AsyncGenerator<{ readonly seen: number; readonly at: string; readonly orphans: readonly Orphan[] }> {
  const { scopes, config, rule, client, concurrency } = search;
  const finder = createFinder(config, rule, scopes);
  for (const range of rangesOf(search)) {
    for await (const { objects } of listedPages(range, client)) {
      const orphans = await finder.orphansOf(range.bucket, objects, client(), concurrency);
      yield { seen: objects.length, at: objects.at(-1)?.key ?? range.prefix, orphans };
    }
  }
}

/** Where the derivatives of the scopes' sources lie; no two ranges overlap. */
function rangesOf({ scopes, config, rule: only }: OrphanSearch): KeyRange[] {
  const prefixesOf = new Map<string, string[]>();
  for (const { bucket: source, prefix } of scopes) {
    for (const rule of config.rules) {
      if (!rule.when.buckets.includes(source) || (only !== undefined && rule.name !== only)) continue;
      const asked = rule.when.prefixes.filter((one) => one.startsWith(prefix) || prefix.startsWith(one));
      const narrow = asked.map((one) => (one.length > prefix.length ? one : prefix));
      const narrowed = { ...rule, when: { ...rule.when, prefixes: narrow } };
      for (const output of narrow.length === 0 ? [] : rule.outputs) {
        if (!tellsOrphans(output, rule)) continue;
        const { bucket, prefixes } = targetPatternsFrom(source, output, narrowed);
        prefixesOf.set(bucket, [...(prefixesOf.get(bucket) ?? []), ...prefixes]);
      }
    }
  }
  return [...prefixesOf].flatMap(([bucket, prefixes]) => {
    return shortestPrefixes(prefixes).map((prefix) => ({ bucket, prefix }));
  });
}

function createFinder(config: Config, only: string | undefined, scopes: readonly KeyRange[]) {
  const pruning = pruningIndex(config, only);
  const sourceOf = onlySource(reconcileRules(config));
  const heard = sourcePrefixes(boundedRules(config));
  /** What is looked for together has a prefix that rules listen to, since a role may list no others. */
  const placeOf = ({ bucket, key }: ObjectName) =>
    `${bucket}/${heard.get(bucket)?.find((prefix) => key.startsWith(prefix))}`;

  /** What the removal of a source deletes, in the order of outputs; nothing where some of it may be another's. */
  function deleted(source: ObjectName): readonly Deleted[] {
    const removal = removalOf(source);
    const jobs = removersOf(pruning, source).flatMap((rule) => {
      const { outputs = [] } = config.rules[pruning.rules.indexOf(rule)] ?? {};
      return rule.outputs.flatMap((by) => {
        const output = outputs.indexOf(by);
        return jobsOf(removal, { ...rule, outputs: [by] }, pruning).jobs.map((job) => ({ ...job, output }));
      });
    });
    const isOwn = ({ target }: Deleted): boolean => {
      const told = sourceOf(target);
      return told !== undefined && sameObject(told, source);
    };
    return jobs.every(isOwn) ? jobs : [];
  }

  async function orphansOf(
    bucket: string,
    objects: readonly ListedObject[],
    oss: PresentOss,
    concurrency: number,
  ): Promise<Orphan[]> {
    const lookFor = (): Lookout => createLookout(oss, concurrency);
    const sources = lookFor();
    const candidates = objects.flatMap(({ key }) => {
      const object = { bucket, key };
      const source = sourceOf(object);
      const inScope = scopes.some((scope) => scope.bucket === source?.bucket && isWithin(source.key, scope));
      if (source === undefined || !inScope) return [];
      sources.add(source, placeOf(source));
      return [{ object, source }];
    });
    await sources.look();
    const earlier = lookFor();
    const found = candidates.flatMap(({ object, source }) => {
      if (sources.isThere(source)) return [];
      const jobs = deleted(source);
      const at = jobs.findIndex(({ target }) => sameObject(target, object));
      const job = jobs[at];
      if (job === undefined) return [];
      const before = jobs.slice(0, at);
      const place = placeOf(source);
      for (const { rule, output, target } of before) earlier.add(target, `${rule} ${output} ${target.bucket} ${place}`);
      return [{ object, source, job, before }];
    });
    await earlier.look();
    return found.map(({ object, source, job: { rule, output }, before }) => {
      const first = !before.some(({ target }) => earlier.isThere(target));
      return { object, source, rule, output, first };
    });
  }

  return { orphansOf };
}

type Deleted = Job & { readonly output: number };

/** Collects what to look for, each object once. */
interface Lookout {
  /** @param group of what may lie together */
  add(object: ObjectName, group: string): void;
  look(): Promise<void>;
  isThere(object: ObjectName): boolean;
}

function createLookout(oss: PresentOss, concurrency: number): Lookout {
  const sought = new Map<string, Sought>();
  const groups = new Map<string, Sought[]>();
  let present: Present = new Map();
  return {
    add(object, group) {
      const uri = objectUri(object.bucket, object.key);
      if (sought.has(uri)) return;
      sought.set(uri, object);
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [object]);
      else known.push(object);
    },
    async look() {
      present = await presentObjects(oss, [...groups.values()], concurrency);
    },
    isThere({ bucket, key }) {
      const one = sought.get(objectUri(bucket, key));
      return one !== undefined && present.get(one)?.length !== 0;
    },
  };
}

/** As people read it. */
export function orphanText({ object }: Orphan): string {
  return objectUri(object.bucket, object.key);
}
