// The witness of a chaos run. It shares nothing with the function: from what was last uploaded it makes, by the image
// pipeline itself, what must be there, and holds against it what is; and it looks for the cause of every record.
import { processImage } from '../../src/local/image/pipeline.js';
import { type Causes, causesIn, secretsIn, unaccounted } from './accounts.js';
import { historyOf, type Observed, type Operation } from './observed.js';
import {
  bucketOf,
  buckets,
  type ChaosOutput,
  type ChaosRule,
  journalPrefix,
  type Labels,
  labelsOf,
  namedStyles,
  ruleFor,
  targetOf,
} from './rules.js';
import { digest, type Version } from './script.js';
import type { Uploader } from './uploader.js';

export interface Violation {
  /**
   * `lost`: an upload that nothing came of; `stale`: a derivative that is not of the last version; `record`: anything
   * else.
   */
  readonly kind: 'lost' | 'stale' | 'record';
  readonly key: string;
  readonly message: string;
  readonly history: readonly string[];
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly counted: Readonly<Record<'sources' | 'derivatives' | 'failures on record', number>>;
}

export interface Evidence {
  readonly rules: readonly ChaosRule[];
  readonly versions: readonly Version[];
  readonly observed: Observed;
  readonly uploader: Pick<Uploader, 'get' | 'list' | 'labels'>;
  /** Whether the journal's `due/` came to be empty. */
  readonly settled: boolean;
}

/** A record under `failed/`. `target` absent: all of the source's. */
export interface FailedRecord {
  readonly key: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string | undefined;
  readonly text: string;
}

/** Looks at everything that is stored, and at everything that happened. */
export async function verify(evidence: Evidence): Promise<Verdict> {
  const { rules, observed, uploader, settled } = evidence;
  const violations: Violation[] = [];

  const records = await readRecords(uploader);
  const causes = causesIn(observed, rules);
  const made = maker();
  // The deletion of a version below the newest changes nothing.
  const changes = observed.operations.filter(({ versionDeleted }) => versionDeleted?.newest !== false);
  const last = new Map(changes.map((operation) => [operation.key, operation]));
  const complain = (kind: Violation['kind'], key: string, message: string) => {
    violations.push({ kind, key, message, history: historyOf(key, observed) });
  };
  const counted = { sources: last.size, derivatives: 0, 'failures on record': records.length };
  const possible = new Set<string>();

  for (const [key, operation] of last) {
    const past = changes.filter((one) => one.key === key).flatMap(({ put }) => put ?? []);
    for (const { target, output, rule, wanted } of outputsOf(rules, operation)) {
      const { style } = output;
      const bucket = bucketOf(output);
      possible.add(`${bucket}/${target}`);
      const body = await uploader.get(bucket, target);
      if (body !== undefined) counted.derivatives += 1;
      const expected = wanted === undefined ? undefined : await made(wanted, style);
      // Two rules can have the same target.
      const styles = stylesOf(rules, target, key);
      const ofSource = () =>
        anyOf(past, (version) =>
          anyOf(styles, async (one) => (body && (await made(version, one))?.equals(body)) ?? false),
        );
      if (wanted !== undefined && expected !== undefined) {
        const isOfIt = body?.equals(expected) ?? false;
        const wrong = isOfIt ? mislabelled(await uploader.labels(bucket, target), output, key, wanted) : undefined;
        if (isOfIt && wrong === undefined) continue;
        if (excused(operation, target, records, causes)) continue;
        const found = body === undefined ? 'nothing is there' : `there is ${await nameOf(body, style, past, made)}`;
        complain(body === undefined ? 'lost' : 'stale', key, `${target} must be of ${wanted.name}: ${wrong ?? found}`);
      } else if (wanted !== undefined) {
        const onRecord = records.some(
          ({ source, target: of }) => source === key && (of === undefined || of === target),
        );
        if (!onRecord && !causes.givenUp(key)) {
          complain('lost', key, `${target} cannot be made of ${wanted.name} by ${style}: no record says so`);
        }
      } else if (body !== undefined) {
        if (rule.removes && !excused(operation, target, records, causes)) {
          const why = operation.put === undefined ? 'its source has been deleted' : 'another rule takes its source now';
          complain('stale', key, `${target} is there, but ${why}`);
        }
        if (!(await ofSource())) complain('stale', key, `${target} is of no version of its source`);
      }
    }
  }

  const uploaded = new Set(observed.operations.map(({ key }) => key));
  for (const bucket of [buckets.target, buckets.source]) {
    for (const key of await uploader.list(bucket, '')) {
      const isKnown = possible.has(`${bucket}/${key}`) || (bucket === buckets.source && uploaded.has(key));
      if (!isKnown) complain('record', key, 'an object that no rule asks for');
    }
  }
  for (const { operation, style, key } of observed.calls) {
    const processes = operation === 'ProcessObject' || style !== undefined;
    if (processes && !uploaded.has(key))
      complain('record', key, 'a loop: it was processed, and nobody has uploaded it');
  }
  for (const record of records) {
    const why = causes.missingFor(record);
    if (why !== undefined) complain('record', record.source, `${record.key}: ${why}`);
  }
  for (const { operation, why } of unaccounted(observed)) complain('lost', operation.key, why);
  if (!settled) complain('record', journalPrefix, 'the journal still has something due after ten days without faults');
  for (const found of secretsIn(observed, records)) complain('record', '', found);
  return { violations, counted };
}

interface Output {
  readonly target: string;
  readonly output: ChaosOutput;
  readonly rule: ChaosRule;
  /** The version that it must be made of; absent when nothing has to be there. */
  readonly wanted: Version | undefined;
}

/** Each target that a source can have, and the version that it must be of; the rule of the last version comes first. */
function outputsOf(rules: readonly ChaosRule[], { key, put }: Operation): Output[] {
  const taken = put === undefined ? undefined : ruleFor(rules, key, put.body.length);
  const found = new Map<string, Output>();
  for (const rule of [...(taken === undefined ? [] : [taken]), ...rules]) {
    if (!key.startsWith(rule.folder)) continue;
    for (const output of rule.outputs) {
      const target = targetOf(output, key);
      if (!found.has(target)) found.set(target, { target, output, rule, wanted: rule === taken ? put : undefined });
    }
  }
  return [...found.values()];
}

function stylesOf(rules: readonly ChaosRule[], target: string, key: string): string[] {
  return rules.flatMap(({ outputs }) =>
    outputs.flatMap((output) => (targetOf(output, key) === target ? output.style : [])),
  );
}

/** What is wrong with the headers or the tags of a derivative that is of the right version. */
function mislabelled(found: Labels, output: ChaosOutput, key: string, { body }: Version): string | undefined {
  const wanted = labelsOf(output, key, digest(body));
  const [is, must] = [found, wanted].map(({ headers, tags }) => JSON.stringify([sorted(headers), sorted(tags)]));
  return is === must ? undefined : `its headers and tags are ${is}, not ${must}`;
}

function sorted(labels: Labels['tags']): [string, string][] {
  return Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
}

type Made = (version: Version, style: string) => Promise<Buffer | undefined>;

/** What the pipeline makes of a version; undefined when it refuses. */
function maker(): Made {
  const known = new Map<string, Promise<Buffer | undefined>>();
  return ({ name, body }, style) => {
    const id = `${name} ${style}`;
    const found = known.get(id);
    if (found !== undefined) return found;
    const context = { readObject: async () => undefined, immBound: true, saving: true };
    const written = style.startsWith('style/') ? namedStyles[style.slice('style/'.length)] : style;
    const making =
      written === undefined
        ? Promise.resolve(undefined)
        : processImage(body, written, context).then(
            (made) => made.body,
            () => undefined,
          );
    known.set(id, making);
    return making;
  };
}

/** Its own failure is on record, and so is why: something that was refused for good since the last version came. */
function excused({ at, key }: Operation, target: string, records: readonly FailedRecord[], causes: Causes): boolean {
  if (causes.givenUp(key)) return true;
  return records.some(
    (record) =>
      record.source === key &&
      (record.target === undefined || record.target === target) &&
      causes.refusedSince(at, key, record.target),
  );
}

async function readRecords(uploader: Pick<Uploader, 'get' | 'list'>): Promise<FailedRecord[]> {
  const keys = await uploader.list(buckets.journal, `${journalPrefix}failed/`);
  const read = keys.map(async (key): Promise<FailedRecord> => {
    const text = (await uploader.get(buckets.journal, key))?.toString() ?? '{}';
    const { kind, source, target } = JSON.parse(text) as Record<string, { key?: string } | string | undefined>;
    const keyOf = (place: typeof source) => (typeof place === 'object' ? place.key : undefined);
    return { key, kind: String(kind), source: keyOf(source) ?? String(source), target: keyOf(target), text };
  });
  return Promise.all(read);
}

async function nameOf(body: Buffer, style: string, past: readonly Version[], made: Made): Promise<string> {
  for (const version of past) if ((await made(version, style))?.equals(body)) return version.name;
  return `something else, ${digest(body)}`;
}

async function anyOf<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true;
  return false;
}
