// Puts a new version in the place of the one that was examined, keeps that one beside it, and notices when somebody else
// does the same. OSS has no conditional overwrite, so that two who publish within the same moment are found out, not kept
// apart: the one who ends second sees the other's version, or has written over it after having seen the same former one.
import type { Place, Published } from '../deploy/published.js';
import type { Oss } from '../oss/client.js';
import { objectUri } from '../oss/object-name.js';
import { formerKey } from './examine.js';

/** Somebody else has published meanwhile. */
export class RaceError extends Error {
  override readonly name = 'RaceError';
}

const contentType = 'application/json';

/**
 * Replaces what is there.
 * @param inForce what was examined; absent: nothing was there
 * @returns the ETag of the new version
 * @throws {RaceError | OssError}
 */
export async function replace(
  oss: Pick<Oss, 'headObject' | 'putObject'>,
  place: Place,
  body: Buffer,
  inForce: Published | undefined,
): Promise<string> {
  const uri = objectUri(place.bucket, place.key);
  const stillThere = async () => sameEtag((await oss.headObject(place))?.etag, inForce?.etag);
  const changed = () =>
    new RaceError(`${uri} has been changed since it was read: nothing was published; look, and try again`);
  if (!(await stillThere())) throw changed();
  if (inForce !== undefined) {
    await oss.putObject({ bucket: place.bucket, key: formerKey(place.key), body: inForce.body, contentType });
    if (!(await stillThere())) throw changed();
  }
  const { etag } = await oss.putObject({ ...place, body, contentType });
  if (sameEtag((await oss.headObject(place))?.etag, etag)) return etag;
  throw new RaceError(`${uri} was published, and at once replaced by somebody else: theirs is in force`);
}

function sameEtag(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
