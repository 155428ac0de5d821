// Whether files have changed since they were last looked at. By looking, not by the system's notices: those differ from
// system to system, miss network drives, and lose a file that an editor replaces by renaming another.
import { readFileSync, statSync } from 'node:fs';

export interface ChangedFiles {
  /**
   * Whether one of the files has other content than when this last said so. A file that is still being written, or
   * replaced, is waited for: it must be the same at two looks. To be called now and then.
   */
  look(): boolean;
}

/** @param files their paths, asked for at each look; one that is new among them has not changed */
export function changedFiles(files: () => readonly string[]): ChangedFiles {
  let settled = signsOf(files());
  let last = settled;
  let known = contentsOf(files());
  return {
    look() {
      const paths = files();
      const signs = signsOf(paths);
      const isStill = signs === last;
      last = signs;
      if (!isStill || signs === settled) return false;
      settled = signs;
      const before = known;
      known = contentsOf(paths);
      return [...known].some(([path, content]) => before.has(path) && before.get(path) !== content);
    },
  };
}

function signsOf(paths: readonly string[]): string {
  return paths.map((path) => `${path} ${signOf(path)}`).join('\n');
}

function signOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return 'unreadable';
  }
}

/** Undefined for what cannot be read. */
function contentsOf(paths: readonly string[]): ReadonlyMap<string, string | undefined> {
  return new Map(paths.map((path) => [path, contentOf(path)]));
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
