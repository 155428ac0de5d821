// The plan of a sweep, `sweep.json`, which is written once and read by everyone who works on it. All that is known of a
// sweep lies under `{journal}sweeps/{id}/` and only grows: nothing there is rewritten or deleted. Which sweep there is:
// newest.ts. How far its shards are: markers.ts.

import { digestOf } from '../journal/record-name.js';
import type { Oss } from '../oss/client.js';
import type { RuleIndex } from '../pipeline/match.js';
import { isObject, isText } from '../pipeline/message-envelope.js';
import { parseJson } from '../rules/json.js';
import type { Journal } from '../rules/rule.js';
import { type SweepName, sweepKey, sweepsPrefix } from './newest.js';
import type { KeyRange, Selection } from './selection.js';

/** A range of source keys, worked on by one worker at a time, with its share of the bounds. */
export interface Shard extends KeyRange {
  /** Distinct targets. */
  readonly objects: number;
  /** Source bytes, once for each target. */
  readonly bytes: number;
}

/** What `sweep.json` holds. */
export interface SweepFile {
  readonly version: 1;
  /** ISO 8601, UTC, by the clock of the command. */
  readonly created: string;
  /** The ticks of the deployed function work on it. */
  readonly inCloud: boolean;
  /** What `rulesDigest` gives for the rules of the plan. */
  readonly rules: string;
  readonly selection: Omit<Selection, 'begun'>;
  readonly shards: readonly Shard[];
  /** The share of failures among the derivatives tried that ends a shard, from the first hundred on. */
  readonly maxFailures: number;
  /** Calls a second, of all workers together. */
  readonly calls: number;
  /** Source bytes a second, of all workers together. */
  readonly bytes: number;
  /** Ticks whose minute is equal modulo this number are one worker. */
  readonly workers: number;
  /** How long a tick works, in seconds. */
  readonly seconds: number;
  readonly planned: { readonly sources: number; readonly targets: number; readonly bytes: number };
}

export type Sweep = SweepName & SweepFile;

const maxSweepBytes = 1_000_000;
const maxShards = 1_000;

/** The id of a sweep that is begun at `at` (epoch ms): the newest sorts first. */
export function sweepId(at: number): string {
  const second = Math.floor(at / 1000);
  const readable = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${String(9_999_999_999 - second).padStart(10, '0')}-${readable}`;
}

/** Where the markers of a shard are; `shard` is its place in `sweep.json`. */
export function unitsPrefix(journal: Pick<Journal, 'prefix'>, id: string, shard: number): string {
  return `${sweepsPrefix(journal)}${id}/units/${String(shard).padStart(4, '0')}/`;
}

/** The digest of the rules in force, their envelope included. */
export function rulesDigest({ rules, envelope }: Pick<RuleIndex, 'rules' | 'envelope'>): string {
  return digestOf([rules, envelope?.rules]);
}

/** What is written as `sweep.json`. Undefined: it would be more than `readSweep` reads. */
export function sweepText(file: SweepFile): string | undefined {
  const text = JSON.stringify(file);
  return file.shards.length > maxShards || Buffer.byteLength(text) > maxSweepBytes ? undefined : text;
}

/** Reads what a sweep is to do; undefined: its `sweep.json` is not one that this version can read. @throws OssError */
export async function readSweep(
  oss: Pick<Oss, 'getObject'>,
  journal: Journal,
  name: SweepName,
): Promise<Sweep | undefined> {
  const key = sweepKey(journal, name.id, 'sweep');
  const { body } = await oss.getObject({ bucket: journal.bucket, key, maxBytes: maxSweepBytes });
  const file = body && parseSweep(body.toString());
  return file && { ...file, ...name };
}

/** What a `sweep.json` says; anyone who may write the bucket can have written it. Undefined: it is none. */
export function parseSweep(text: string): SweepFile | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['version'] !== 1) return undefined;
  const { selection, shards, planned, workers } = value;
  const sound =
    isObject(selection) &&
    isObject(planned) &&
    [value['created'], value['rules']].every(isText) &&
    [value['maxFailures'], value['calls'], value['bytes'], value['seconds']].every(isAmount) &&
    [planned['sources'], planned['targets'], planned['bytes']].every(isAmount) &&
    isAmount(workers) &&
    workers >= 1 &&
    value['calls'] !== 0 &&
    value['bytes'] !== 0 &&
    [selection['since'], selection['until'], selection['olderThan']].every(isMaybe(isTime)) &&
    isMaybe(isText)(selection['rule']) &&
    [undefined, 'missing', 'stale'].includes(selection['only'] as undefined) &&
    Array.isArray(shards) &&
    shards.length <= maxShards &&
    shards.every(isShard);
  return sound ? (value as unknown as SweepFile) : undefined;
}

function isShard(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value['bucket']) &&
    typeof value['prefix'] === 'string' &&
    value['prefix'].isWellFormed() &&
    [value['after'], value['through']].every(isMaybe(isPlace)) &&
    isAmount(value['objects']) &&
    isAmount(value['bytes'])
  );
}

/** Whether a value that was read can stand in a request for a list. */
export function isPlace(value: unknown): boolean {
  return isText(value) && value.isWellFormed();
}

/** Epoch ms that a `Date` can hold. */
function isTime(value: unknown): boolean {
  return isAmount(value) && value <= 8.64e15;
}

/** Whether a value that was read is a number, not negative. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** The same check for a value that may be absent. */
export function isMaybe(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || check(value);
}
