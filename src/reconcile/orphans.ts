// Orphans: derivatives whose source is not there. An object counts as one only where its key tells a source, where no
// object is there that any output of any rule could have saved under that key, and where the same is true of all else
// that a removal of that source would delete. So `--prune` can delete it in the way of a removal (`pruningIndex`),
// which looks at the source once more.
import type { Oss } from '../oss/client.js';
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { type Job, jobsOf } from '../pipeline/jobs.js';
import { indexConfig, type RuleIndex, removersOf } from '../pipeline/match.js';
import type { Config, Rule } from '../rules/rule.js';
import { shortestPrefixes } from '../rules/source-prefixes.js';
import { targetPatternsFrom } from '../rules/target-pattern.js';
import { removalOf } from '../sweep/listed.js';
import type { PresentOss } from '../sweep/present.js';
import { reconcileRules } from '../sweep/reconcilable.js';
import type { KeyRange } from '../sweep/selection.js';
import { createLookout, type Lookout } from './lookout.js';
import { type PossibleSource, possibleSources, tellsSource } from './possible-sources.js';
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
    return { ...rule, onDelete: 'remove', outputs: rule.outputs.filter((one) => mine && tellsSource(one, rule)) };
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
        if (!tellsSource(output, rule)) continue;
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
  const rules = reconcileRules(config);
  const sourcesOf = possibleSources(rules);

  /** What the removal of a source deletes, in the order of outputs. */
  function deletedWith(source: ObjectName): readonly Deleted[] {
    const removal = removalOf(source);
    return removersOf(pruning, source).flatMap((rule) => {
      const { outputs = [] } = config.rules[pruning.rules.indexOf(rule)] ?? {};
      return rule.outputs.flatMap((by) => {
        const output = outputs.indexOf(by);
        return jobsOf(removal, { ...rule, outputs: [by] }, pruning).jobs.map((job) => ({ ...job, output }));
      });
    });
  }

  /** The source to remove for an object: the first one that its key tells. */
  function sourceToRemove(object: ObjectName, possible: readonly PossibleSource[]): PossibleSource | undefined {
    return possible.find(({ source, tells }) => {
      const inScope = scopes.some((scope) => scope.bucket === source.bucket && isWithin(source.key, scope));
      return tells && inScope && deletedWith(source).some(({ target }) => sameObject(target, object));
    });
  }

  async function orphansOf(
    bucket: string,
    objects: readonly ListedObject[],
    oss: PresentOss,
    concurrency: number,
  ): Promise<Orphan[]> {
    const lookFor = (): Lookout => createLookout(oss, concurrency, rules);
    const sources = lookFor();
    const candidates = objects.flatMap(({ key }) => {
      const object = { bucket, key };
      const possible = sourcesOf(object);
      if (!possible?.some(({ source, tells }) => tells && scopes.some((scope) => scope.bucket === source.bucket))) {
        return [];
      }
      for (const { source, group } of possible) sources.add(source, group);
      return [{ object, possible }];
    });
    await sources.look();
    const others = lookFor();
    const absent = candidates.flatMap(({ object, possible }) => {
      if (possible.some((one) => sources.isThere(one, object))) return [];
      const told = sourceToRemove(object, possible);
      if (told === undefined) return [];
      const { source, group } = told;
      const jobs = deletedWith(source).map((job) => ({ job, possible: sourcesOf(job.target) }));
      for (const { job, possible = [] } of jobs) {
        if (sameObject(job.target, object)) continue;
        others.add(job.target, `${job.rule} ${job.output} ${group}`);
        for (const one of possible) if (!sameObject(one.source, source)) others.add(one.source, one.group);
      }
      return [{ object, source, jobs }];
    });
    await others.look();
    return absent.flatMap(({ object, source, jobs }): Orphan[] => {
      const at = jobs.findIndex(({ job }) => sameObject(job.target, object));
      const isFree = jobs.every(({ job, possible }) => {
        if (sameObject(job.target, object)) return true;
        return possible?.every((one) => sameObject(one.source, source) || !others.isThere(one, job.target));
      });
      const found = jobs[at]?.job;
      if (!isFree || found === undefined) return [];
      const first = !jobs.slice(0, at).some(({ job, possible = [] }) => {
        // What is there may be an orphan of another source, which its key tells before this one.
        const own = others.holds(job.target) ? sourceToRemove(job.target, possible) : undefined;
        return own !== undefined && sameObject(own.source, source);
      });
      return [
        { object, source: { bucket: source.bucket, key: source.key }, rule: found.rule, output: found.output, first },
      ];
    });
  }

  return { orphansOf };
}

type Deleted = Job & { readonly output: number };

/** As people read it. */
export function orphanText({ object }: Orphan): string {
  return objectUri(object.bucket, object.key);
}
