// Compares a page of sources with their derivatives: what the rules want, what is there, and so what is to be made. A
// plan and a sweep compare by this alone.
//
// | state            | of a derivative                                                                           |
// |------------------|-------------------------------------------------------------------------------------------|
// | `current`        | is there, and not older than its source: equal seconds are current                        |
// | `missing`        | is not there                                                                              |
// | `stale`          | is there, and older than its source                                                       |
// | `unreconcilable` | is or is not there, which tells nothing: its key names the source's version, or is        |
// |                  | another source's, too                                                                     |
// | `refused`        | can never be made (pipeline/target.ts)                                                    |
// | `unselected`     | is not looked at: another rule's, or of a source that was stored at another time than     |
// |                  | the selection has it                                                                      |
//
// Only a derivative that is current, missing or stale is ever wanted.

import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { jobsOf } from '../pipeline/jobs.js';
import { match, type RuleIndex } from '../pipeline/match.js';
import { compareKeys } from '../rules/key-order.js';
import type { Rule } from '../rules/rule.js';
import { canonicalKey } from '../rules/unique-target.js';
import { uploadOf } from './listed.js';
import { isThrough, type Present, type PresentOss, presentObjects, type Sought } from './present.js';
import { type ReconcileRules, rivalsOf } from './reconcilable.js';
import type { KeyRange, Selection } from './selection.js';

/** Some sources of a bucket. */
export interface SourcePage extends KeyRange {
  readonly objects: readonly ListedObject[];
  /** No other key with `prefix` lies behind `after` and up to `through`; else nothing is known of other keys. */
  readonly ordered: boolean;
}

export interface ComparedTarget {
  /** Its place in the rule, from 0. */
  readonly output: number;
  /** Absent where the template cannot be filled in. */
  readonly target?: ObjectName | undefined;
  readonly state: 'current' | 'missing' | 'stale' | 'unreconcilable' | 'refused' | 'unselected';
  /** Of what is unreconcilable or refused. */
  readonly why?: string | undefined;
  /** It is to be made now, and counts towards the bounds of a sweep. */
  readonly wanted: boolean;
}

export interface ComparedSource {
  /** Of a link, its size is that of the object to which it leads. */
  readonly upload: Upload;
  readonly rule?: Rule | undefined;
  /** Why no rule takes it. `source-gone`: a link that leads to no object. */
  readonly reason?: 'no-rule' | 'outside-envelope' | 'empty' | 'folder' | 'source-gone' | undefined;
  /** One for each output of the rule. */
  readonly targets: readonly ComparedTarget[];
}

/**
 * What is to be made of a page, in its order. The answer depends on nothing but what is stored, and what is asked.
 * @throws OssError
 */
export async function compare(
  page: SourcePage,
  rules: ReconcileRules,
  selection: Selection,
  oss: PresentOss,
  concurrency: number,
): Promise<readonly ComparedSource[]> {
  const { index } = rules;
  const sources = await inParallel(page.objects, concurrency, (object) => sourceOf(page.bucket, object, index, oss));
  const open: Open[] = [];
  const savers = new Map<string, Upload[]>();
  const groups = new Map<string, Sought[]>();
  const isUnknown = isUnknownTo(page);
  const compared = sources.map(({ modified, ...source }) => {
    const { upload, rule } = source;
    const targets: Verdict[] = [];
    if (rule === undefined) return { ...source, targets };
    const { since = 0, until = Number.POSITIVE_INFINITY, begun = until } = selection;
    const inTime = modified >= since && modified < until && modified <= begun;
    const selected = inTime && (selection.rule ?? rule.name) === rule.name;
    rule.outputs.forEach((by, output) => {
      const { jobs, failures } = jobsOf(upload, { ...rule, outputs: [by] }, index);
      const verdict: Verdict = { output, state: 'unselected', wanted: false };
      targets.push(verdict);
      for (const { target, error } of failures) {
        verdict.target = target;
        if (selected) Object.assign(verdict, { state: 'refused', why: error.message });
      }
      for (const { target } of jobs) {
        verdict.target = target;
        const known = append(savers, objectUri(target.bucket, target.key), upload);
        if (!selected) continue;
        const found = rivalsOf(upload, by, target, rules);
        if (typeof found === 'string') {
          Object.assign(verdict, { state: 'unreconcilable', why: found });
          continue;
        }
        const own = { ...target, group: target.bucket + canonicalKey(by.key, upload.bucket, rule.name) };
        const rivals = found.filter(isUnknown);
        for (const one of [own, ...rivals]) append(groups, one.group, one);
        open.push({ verdict, modified, own, savers: known, rivals });
      }
    });
    return { ...source, targets };
  });
  const present = await presentObjects(oss, [...groups.values()], concurrency);
  for (const one of open) {
    for (const rival of one.rivals) await findRival(one, rival, present, index, oss);
    judge(one, selection, present);
  }
  return compared;
}

/** A target of which it is not known yet what is there. */
interface Open {
  readonly verdict: Verdict;
  /** ms; of its source */
  readonly modified: number;
  readonly own: Sought;
  /** Uploads that have this target, its source among them. */
  readonly savers: Upload[];
  /** Where others may be. */
  readonly rivals: readonly Sought[];
}

type Verdict = { -readonly [Field in keyof ComparedTarget]: ComparedTarget[Field] };

interface Source extends Omit<ComparedSource, 'targets'> {
  /** ms */
  readonly modified: number;
}

function append<T>(lists: Map<string, T[]>, name: string, item: T): T[] {
  const list = lists.get(name) ?? [];
  list.push(item);
  lists.set(name, list);
  return list;
}

async function sourceOf(bucket: string, object: ListedObject, index: RuleIndex, oss: PresentOss): Promise<Source> {
  const { key, lastModified: modified, symlink } = object;
  const upload = uploadOf(bucket, object);
  if (upload.size === 0 && key.endsWith('/')) return { upload, modified, reason: 'folder' };
  const found = match(index, upload);
  if (!symlink || ('reason' in found && found.reason !== 'size-unknown'))
    return { upload, modified, ...found } as Source;
  const head = await oss.headObject({ bucket, key }).catch(noTarget);
  if (head === undefined) return { upload, modified, reason: 'source-gone' };
  const seen = { ...upload, size: head.size };
  return { upload: seen, modified: head.lastModified, ...match(index, seen) } as Source;
}

/** The link leads to nothing, or to another link. */
function noTarget(error: unknown): undefined {
  if (!(error instanceof OssError) || (error.kind !== 'gone' && error.kind !== 'permanent')) throw error;
}

/** Whether a page leaves open if there is such an object. */
function isUnknownTo({
  bucket,
  prefix,
  after = '',
  through,
  ordered,
  objects,
}: SourcePage): (sought: Sought) => boolean {
  const keys = new Set(objects.map(({ key }) => key));
  return (sought) => {
    const { key, begins } = sought;
    if (bucket !== sought.bucket) return true;
    if (!ordered) return begins || !keys.has(key);
    return !key.startsWith(prefix) || compareKeys(key, after) <= 0 || !isThrough(sought, through);
  };
}

/** Finds other sources of the same target. */
async function findRival(
  one: Open,
  sought: Sought,
  present: Present,
  index: RuleIndex,
  oss: PresentOss,
): Promise<void> {
  const { own, savers, verdict } = one;
  const found = present.get(sought);
  if (found === undefined) verdict.why = `too many keys begin with ${objectUri(sought.bucket, sought.key)}`;
  for (const object of found ?? []) {
    const { upload, rule } = await sourceOf(sought.bucket, object, index, oss);
    if (rule === undefined || savers.some((known) => sameObject(known, upload))) continue;
    if (jobsOf(upload, rule, index).jobs.some(({ target }) => sameObject(target, own))) savers.push(upload);
  }
}

function judge({ verdict, modified, own, savers }: Open, selection: Selection, present: Present): void {
  const { only, force, begun, olderThan = begun ?? Number.POSITIVE_INFINITY } = selection;
  const [one, other] = savers.map(({ bucket, key }) => objectUri(bucket, key)).sort();
  if (other !== undefined) verdict.why = `${one} and ${other === one ? 'another output' : other} have one target`;
  if (verdict.why !== undefined) {
    verdict.state = 'unreconcilable';
    return;
  }
  const writtenAt = present.get(own)?.[0]?.lastModified;
  const state = writtenAt === undefined ? 'missing' : writtenAt < modified ? 'stale' : 'current';
  const due = state !== 'current' || (force && (writtenAt ?? 0) < olderThan);
  const wanted = due === true && (only ?? state) === state;
  Object.assign(verdict, { state, wanted });
}
