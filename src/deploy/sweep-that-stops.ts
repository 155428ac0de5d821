// A sweep in the cloud goes on only under the rules that it was begun with. Whoever puts other rules in force is told.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { indexConfig } from '../pipeline/match.js';
import type { Config } from '../rules/rule.js';
import { newestSweep } from '../sweep/newest.js';
import { readSweep, rulesDigest } from '../sweep/sweep.js';

/**
 * What to know of the sweep that is not finished, before these rules are put in force. Undefined: there is none, it
 * goes on under them, or it cannot be seen.
 */
export async function sweepThatStops(
  config: Config,
  oss: Pick<Oss, 'listObjects' | 'getObject'>,
): Promise<string | undefined> {
  const { journal } = config;
  if (journal === 'throw') return undefined;
  try {
    const newest = await newestSweep(oss, journal);
    if (newest === undefined || newest.cancelled || newest.ended) return undefined;
    const sweep = await readSweep(oss, journal, newest);
    if (!sweep?.inCloud || sweep.rules === rulesDigest(indexConfig(config))) return undefined;
    return (
      `the sweep ${sweep.id} in the cloud is not finished, and was begun with other rules: it stops until the function ` +
      'runs those again; npm run reconcile -- --cancel gives it up'
    );
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return undefined;
  }
}
