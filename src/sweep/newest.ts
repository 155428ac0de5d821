// Which sweep is the newest, and whether anything of it is left to do: all that a tick needs where there is none, so
// the only part of the code of sweeps that the function loads in any case.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Failure } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Journal } from '../rules/rule.js';

/** A sweep in the journal bucket. */
export interface SweepName {
  readonly id: string;
  /** Epoch ms, by OSS's clock: when `sweep.json` was written. */
  readonly begun: number;
  readonly cancelled: boolean;
  /** Nothing is left to do; of a cancelled sweep: what its workers may have left half done is taken care of. */
  readonly ended: boolean;
}

/** Where all sweeps are. */
export function sweepsPrefix({ prefix }: Pick<Journal, 'prefix'>): string {
  return `${prefix}sweeps/`;
}

/** The key of one of the three objects of a sweep. */
export function sweepKey(journal: Pick<Journal, 'prefix'>, id: string, file: 'sweep' | 'cancel' | 'ended'): string {
  return `${sweepsPrefix(journal)}${id}/${file}.json`;
}

/** The newest sweep, by one list. @throws OssError */
export async function newestSweep(oss: Pick<Oss, 'listObjects'>, journal: Journal): Promise<SweepName | undefined> {
  const prefix = sweepsPrefix(journal);
  // Behind what is no name of a sweep, such as the folder itself, which a console can make.
  const { objects } = await oss.listObjects({ bucket: journal.bucket, prefix, limit: 3, startAfter: `${prefix}0` });
  const id = objects[0]?.key.slice(prefix.length).split('/', 1)[0] ?? '';
  const find = (file: 'sweep' | 'cancel' | 'ended') => {
    return objects.find(({ key }) => key === sweepKey(journal, id, file));
  };
  const sweep = find('sweep');
  if (sweep === undefined) return undefined;
  return { id, begun: sweep.lastModified, cancelled: find('cancel') !== undefined, ended: find('ended') !== undefined };
}

/**
 * The newest sweep, where it has not ended; or why it could not be looked for. A role that was made for an earlier
 * version may not list sweeps, and has none.
 */
export async function unfinishedSweep(
  oss: Pick<Oss, 'listObjects'>,
  journal: Journal,
): Promise<SweepName | { readonly refusal: Failure } | undefined> {
  try {
    const found = await newestSweep(oss, journal);
    return found?.ended ? undefined : found;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return error.status === 403 ? undefined : { refusal: failureOf(error) };
  }
}
