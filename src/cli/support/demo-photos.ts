// The folder of photos that a user gives the demo.
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { OwnPhoto } from '../../local/demo/placement.js';
import { reasonOf, userPath } from '../../terminal/file.js';
import { UserError } from '../../terminal/user-error.js';

const extensions = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'avif'];
const isPicture = new RegExp(`\\.(?:${extensions.join('|')})$`, 'i');

export interface FoundPhotos {
  readonly photos: readonly OwnPhoto[];
  /** Files that are no pictures by their names. */
  readonly others: number;
}

/**
 * The pictures in a folder and below it, but not what begins with a dot.
 * @param dir as the user wrote it
 * @throws {UserError} (2) when there are none, or the folder cannot be read
 */
export function findPhotos(dir: string): FoundPhotos {
  const folder = userPath(dir);
  const files = filesIn(folder, dir);
  const photos = files.filter(({ path }) => isPicture.test(path));
  if (photos.length > 0) return { photos, others: files.length - photos.length };
  throw new UserError(`--photos ${dir} holds no pictures: expected files with ${extensions.join(', ')}`, 2);
}

/**
 * The demo empties its folder: no photo may be in it, nor it among the photos.
 * @throws {UserError} (2)
 */
export function keepApart(photos: string, out: string): void {
  const [a, b] = [userPath(photos), userPath(out)].map(realPath) as [string, string];
  if (!isWithin(a, b) && !isWithin(b, a)) return;
  throw new UserError(`--photos ${photos} and --out ${out}: one is inside the other, and --out is emptied`, 2);
}

function filesIn(folder: string, dir: string): OwnPhoto[] {
  try {
    return walk(folder, '');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such folder' : code === 'ENOTDIR' ? 'it is no folder' : reasonOf(cause);
    throw new UserError(`--photos ${dir} cannot be read: ${reason}`, 2, { cause });
  }
}

/** In the order of names. Links to files count, links to folders do not: they may lead in circles. */
function walk(folder: string, below: string): OwnPhoto[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  const named = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  return named.flatMap((entry) => {
    const place = join(below, entry.name);
    if (entry.isDirectory()) return walk(folder, place);
    const file = join(folder, place);
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) return [];
    return [{ path: place.split(sep).join('/'), file, size: found.size }];
  });
}

/** Also of what is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !way.startsWith(sep));
}
