// Locks a data directory: of two processes at a time, each would remove files of the other. The lock is a folder with
// one empty file whose name tells the process and when that started: containers give each run the same id. The folder
// comes and goes whole, by a rename, and a lock is taken over by the rename of that one file, which only one process
// can do. Containers do not see each other's processes: the lock does not keep two of them from one directory.

import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeFolder, removeIfEmpty } from './own-file.js';

/** Process, start, and a random part. */
const holderForm = /^([1-9]\d{0,9})_([0-9a-f.]{1,40})_[0-9a-f-]{36}$/;

/** Each attempt fails only where another process was faster, or by an error that comes again. */
const attempts = 5;

/**
 * Locks a directory for this process; the returned function releases it. A lock whose process has ended is taken over.
 * The name of the lock can be no bucket's.
 * @throws Error that names the process which has the lock, or the file that is no lock
 */
export function lockDirectory(directory: string): () => void {
  makeFolder(directory);
  const lock = join(directory, '.lock');
  const own = `${process.pid}_${startOf(process.pid)}_${randomUUID()}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const holder = holderOf(lock);
      if (holder === undefined) makeLock(lock, own);
      else if (isRunning(holder)) throw new Error(`${directory} is in use by process ${Number.parseInt(holder, 10)}`);
      else renameSync(join(lock, holder), join(lock, own));
      return () => release(lock, own);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** The name of the file in a lock; undefined when there is no lock. @throws Error that names what is no lock */
function holderOf(lock: string): string | undefined {
  const found = lstatSync(lock, { throwIfNoEntry: false });
  if (!found) return undefined;
  const [holder, ...others] = found.isDirectory() ? readdirSync(lock, { withFileTypes: true }) : [];
  if (holder?.isFile() && holderForm.test(holder.name) && others.length === 0) return holder.name;
  throw new Error(`${lock} is not a lock of the embedded OSS`);
}

function makeLock(lock: string, own: string): void {
  const onItsWay = `${lock}.${own}`;
  mkdirSync(onItsWay);
  try {
    writeFileSync(join(onItsWay, own), '');
    renameSync(onItsWay, lock);
  } catch (error) {
    rmSync(onItsWay, { recursive: true });
    throw error;
  }
}

function release(lock: string, own: string): void {
  if (!existsSync(join(lock, own))) return;
  const onItsWay = `${lock}.${own}`;
  renameSync(lock, onItsWay);
  rmSync(join(onItsWay, own));
  removeIfEmpty(onItsWay);
}

function isRunning(holder: string): boolean {
  const [pid, start] = holder.split('_');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const startNow = startOf(Number(pid));
  return startNow === undefined || startNow === start;
}

/** Tells the processes that have had the same id apart; undefined where the system does not tell of another process. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    // The name of the program may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const [ticks] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ').slice(19) ?? [];
    return `${ticks}.${boot}`;
  } catch {
    // Only Linux has them.
  }
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env, encoding: 'utf8' });
  const seconds = Date.parse(`${stdout} UTC`) / 1000;
  if (seconds > 0) return String(seconds);
  return pid === process.pid ? String(Math.round(performance.timeOrigin)) : undefined;
}
