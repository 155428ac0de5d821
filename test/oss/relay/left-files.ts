// What relays may have left behind: files, and descriptors of files that have no name any more.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Those of a process. Undefined: this system does not tell. */
export function leftFiles(pid = process.pid): string[] | undefined {
  if (!existsSync(`/proc/${pid}/fd`)) return undefined;
  const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
  const named = readdirSync(tmpdir()).filter((name) => name.startsWith(`oss-autostyle-${pid}-`));
  return [...open.filter((path) => path.includes('oss-autostyle-')), ...named];
}
