// A sweep as `npm run reconcile` writes it down, for tests of those who only look at it.
import type { Oss } from '../../src/oss/client.js';
import { indexConfig } from '../../src/pipeline/match.js';
import type { Config } from '../../src/rules/rule.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { rulesDigest, type SweepFile, sweepId } from '../../src/sweep/sweep.js';

/**
 * Stores one in the journal of these rules.
 * @param at when it is begun, epoch ms
 * @returns its id
 */
export async function storeSweep(
  oss: Pick<Oss, 'putObject'>,
  config: Config,
  over: Partial<SweepFile> = {},
  at = Date.now(),
): Promise<string> {
  const { journal } = config;
  if (journal === 'throw') throw new TypeError('these rules keep no journal');
  const file: SweepFile = {
    version: 1,
    created: new Date(at).toISOString(),
    inCloud: true,
    rules: rulesDigest(indexConfig(config)),
    selection: {},
    shards: [{ bucket: 'photos', prefix: 'avatars/', objects: 100, bytes: 1_000 }],
    maxFailures: 0.1,
    calls: 25,
    bytes: 10_000_000,
    workers: 1,
    seconds: 50,
    planned: { sources: 50, targets: 100, bytes: 1_000 },
    ...over,
  };
  const id = sweepId(at);
  await oss.putObject({ bucket: journal.bucket, key: sweepKey(journal, id, 'sweep'), body: JSON.stringify(file) });
  return id;
}
