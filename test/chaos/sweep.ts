// The sweep of a chaos run: what the command writes into the journal for the deployed function, and whether all of it
// has been done.
import { indexConfig } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Journal } from '../../src/rules/rule.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { rulesDigest, type Shard, type SweepFile, sweepId } from '../../src/sweep/sweep.js';
import { buckets, journalPrefix } from './rules.js';
import type { Uploader } from './uploader.js';

export interface ChaosSweep {
  /** Whether the function has written that nothing is left. */
  readonly isOver: () => Promise<boolean>;
}

/** More than there is: a share that is reached ends a shard too early. */
const plenty = { objects: 1_000_000, bytes: 1_000_000_000_000 };

/** Some end between the folders, and some within one. */
const borders = ['plain/old-3', 'split/'];

/** Writes it; `at` in epoch ms, `workers` as the ticks are told apart. */
export async function startSweep(
  configuration: object,
  uploader: Uploader,
  { at, workers }: { readonly at: number; readonly workers: number },
): Promise<ChaosSweep> {
  const journal: Journal = { bucket: buckets.journal, prefix: journalPrefix };
  const id = sweepId(at);
  const edges = [undefined, ...borders, undefined];
  const shards = borders.concat('').map((_, nth): Shard => {
    return { bucket: buckets.source, prefix: '', after: edges[nth], through: edges[nth + 1], ...plenty };
  });
  const file: SweepFile = {
    version: 1,
    created: new Date(at).toISOString(),
    inCloud: true,
    rules: rulesDigest(indexConfig(loadConfig(configuration, {}))),
    selection: {},
    shards,
    // Every tenth source is no image, and one output has a style that is missing.
    maxFailures: 1,
    // So few that it lasts as long as the script.
    calls: 6,
    bytes: plenty.bytes,
    workers,
    seconds: 50,
    planned: { sources: plenty.objects, targets: plenty.objects, bytes: plenty.bytes },
  };
  await uploader.put(journal.bucket, sweepKey(journal, id, 'sweep'), Buffer.from(JSON.stringify(file)));
  const ended = sweepKey(journal, id, 'ended');
  return { isOver: async () => (await uploader.list(journal.bucket, ended, 1)).length > 0 };
}
