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
// | `refused`        | can never be made (pipeline/jobs.ts)                                                      |
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
import type { Output, Rule } from '../rules/rule.js';
import { uploadOf } from './listed.js';
import { isThrough, type Present, type PresentOss, presentObjects, type Sought } from './present.js';
import { type ReconcileRules, rivalsOf, whyNotReconcilable } from './reconcilable.js';
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
  /** When the derivative was written that is there: epoch ms, whole seconds. */
  readonly writtenAt?: number | undefined;
  /** It is to be made now. */
  readonly wanted: boolean;
  /**
   * It counts towards the bounds of a sweep: it is wanted, or was written since the sweep began. So the place in the
   * order of keys where a bound is reached is the same whoever made it, and however often a page is compared.
   */
  readonly counts: boolean;
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
 * Sources of which a unit that was killed may have saved a derivative of a former version, over a newer one: they are
 * made whatever the dates say. Those stored at `since` (ms) or later, with a key up to `through`.
 */
export interface Suspects {
  readonly since: number;
  readonly through: string;
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
  suspects?: Suspects,
): Promise<readonly ComparedSource[]> {
  const sources = await inParallel(page.objects, concurrency, async (object): Promise<Drafted> => {
    const source = await sourceOf(page.bucket, object, rules.index, oss);
    return { ...source, drafts: draftsOf(source, selection, rules.index, suspects) };
  });
  const asked = whatToAsk(sources, page, rules);
  const present = await presentObjects(oss, [...asked.values()], concurrency);
  for (const { drafts } of sources) {
    for (const draft of drafts) await checkRivals(draft, present, rules.index, oss);
  }
  return sources.map(({ upload, rule, reason, modified, drafts }) => ({
    upload,
    rule,
    reason,
    targets: drafts.map((draft) => judge(draft, modified, selection, present)),
  }));
}

interface Source extends Pick<ComparedSource, 'upload' | 'rule' | 'reason'> {
  /** ms */
  readonly modified: number;
}

interface Drafted extends Source {
  readonly drafts: readonly Draft[];
}

/** A target before it is known what is there. Without `state`, its own object and its rivals decide. */
interface Draft extends Pick<ComparedTarget, 'output' | 'target'> {
  readonly of: Upload;
  readonly by: Output;
  readonly suspect: boolean;
  /** The rule's job saves there; else it is refused. */
  readonly saved: ObjectName | undefined;
  state?: ComparedTarget['state'];
  why?: string | undefined;
  own?: Sought;
  rivals?: readonly Sought[];
}

async function sourceOf(bucket: string, object: ListedObject, index: RuleIndex, oss: PresentOss): Promise<Source> {
  const upload = uploadOf(bucket, object);
  const modified = object.lastModified;
  if (upload.size === 0 && object.key.endsWith('/')) return { upload, modified, reason: 'folder' };
  const found = match(index, upload);
  if (!object.symlink || ('reason' in found && found.reason !== 'size-unknown'))
    return { upload, modified, ...found } as Source;
  const head = await oss.headObject({ bucket, key: object.key }).catch(noTarget);
  if (head === undefined) return { upload, modified, reason: 'source-gone' };
  const seen = { ...upload, size: head.size };
  return { upload: seen, modified: head.lastModified, ...match(index, seen) } as Source;
}

/** The link leads to nothing, or to another link. */
function noTarget(error: unknown): undefined {
  if (!(error instanceof OssError) || (error.kind !== 'gone' && error.kind !== 'permanent')) throw error;
}

function draftsOf(
  { upload, rule, modified }: Source,
  { rule: only, since = 0, until = Number.POSITIVE_INFINITY, begun = until }: Selection,
  index: RuleIndex,
  suspects: Suspects | undefined,
): Draft[] {
  if (rule === undefined) return [];
  const suspect =
    suspects !== undefined && modified >= suspects.since && compareKeys(upload.key, suspects.through) <= 0;
  const selected =
    (only === undefined || only === rule.name) &&
    (suspect || (modified >= since && modified < until && modified <= begun));
  return rule.outputs.map((by, output) => {
    const { jobs, failures } = jobsOf(upload, { ...rule, outputs: [by] }, index);
    const [failure] = failures;
    const saved = jobs[0]?.target;
    const draft: Draft = { of: upload, by, output, suspect, saved, target: saved ?? failure?.target };
    if (!selected) return { ...draft, state: 'unselected' };
    if (failure !== undefined) return { ...draft, state: 'refused', why: failure.error.message };
    const why = whyNotReconcilable(by, rule);
    return why === undefined ? draft : { ...draft, state: 'unreconcilable', why };
  });
}

/** Settles what the page itself tells, and gives what else has to be looked for: what may lie together is one group. */
function whatToAsk(
  sources: readonly Drafted[],
  { bucket, prefix, after, through, ordered, objects }: SourcePage,
  rules: ReconcileRules,
): Map<string, Sought[]> {
  const keys = new Set(objects.map(({ key }) => key));
  const told = (sought: Sought) => {
    if (sought.bucket !== bucket) return false;
    if (!ordered) return !sought.begins && keys.has(sought.key);
    const behind = after === undefined || compareKeys(sought.key, after) > 0;
    return behind && sought.key.startsWith(prefix) && isThrough(sought, through);
  };
  const holders = new Map<string, Draft>();
  for (const { drafts } of sources) {
    for (const draft of drafts) {
      if (draft.saved === undefined) continue;
      const uri = objectUri(draft.saved.bucket, draft.saved.key);
      const other = holders.get(uri);
      if (other === undefined) holders.set(uri, draft);
      else
        for (const [one, rival] of [
          [draft, other],
          [other, draft],
        ] as const)
          clash(one, rival.of);
    }
  }
  const groups = new Map<string, Sought[]>();
  const ask = (group: string, sought: Sought) => {
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [sought]);
    else known.push(sought);
  };
  for (const { rule, drafts } of sources) {
    for (const draft of drafts) {
      const { of, by, output, saved } = draft;
      if (draft.state !== undefined || saved === undefined) continue;
      const rivals = rivalsOf(of, by, saved, rules);
      if (typeof rivals === 'string') {
        settle(draft, rivals);
        continue;
      }
      draft.own = { ...saved };
      draft.rivals = rivals.filter((one) => !told(one));
      ask(`${rule?.name} ${output}`, draft.own);
      for (const one of draft.rivals) ask(`${rule?.name} ${output} ${one.bucket} ${one.begins}`, one);
    }
  }
  return groups;
}

function settle(draft: Draft, why: string): void {
  if (draft.state !== undefined) return;
  draft.state = 'unreconcilable';
  draft.why = why;
}

function clash(draft: Draft, { bucket, key }: ObjectName): void {
  const both = [objectUri(bucket, key), objectUri(draft.of.bucket, draft.of.key)].sort();
  settle(
    draft,
    both[0] === both[1] ? 'two outputs of the rule have one target' : `${both.join(' and ')} have one target`,
  );
}

async function checkRivals(draft: Draft, present: Present, index: RuleIndex, oss: PresentOss): Promise<void> {
  for (const sought of draft.rivals ?? []) {
    const found = present.get(sought);
    if (found === undefined) settle(draft, `too many keys begin with ${objectUri(sought.bucket, sought.key)}`);
    for (const object of found ?? []) {
      if (draft.state !== undefined) return;
      const other = await sourceOf(sought.bucket, object, index, oss);
      const { upload, rule } = other;
      if (rule === undefined || sameObject(upload, draft.of)) continue;
      if (jobsOf(upload, rule, index).jobs.some(({ target }) => sameObject(target, draft.saved as ObjectName)))
        clash(draft, upload);
    }
  }
}

function judge(
  { output, target, suspect, state: settled, why, own }: Draft,
  modified: number,
  { only, force, begun, olderThan = begun ?? Number.POSITIVE_INFINITY }: Selection,
  present: Present,
): ComparedTarget {
  if (settled !== undefined) return { output, target, state: settled, why, wanted: false, counts: false };
  const writtenAt = present.get(own as Sought)?.[0]?.lastModified;
  const state = writtenAt === undefined ? 'missing' : writtenAt < modified ? 'stale' : 'current';
  const due = state !== 'current' || (force === true && (writtenAt ?? 0) < olderThan);
  const wanted = suspect || (due && (only === undefined || only === state));
  const counts = wanted || (begun !== undefined && writtenAt !== undefined && writtenAt >= begun);
  return { output, target, state, writtenAt, wanted, counts };
}
