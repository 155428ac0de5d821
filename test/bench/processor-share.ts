// Gives a process a share of one processor, as Function Compute does with fractions of a vCPU: by a quota of the kernel
// where this process may make cgroups, else by stopping and continuing it in a fixed rhythm (SIGSTOP, SIGCONT), which
// counts the time that passes, not the time that is used.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The kernel's own period for a quota, ms. */
const period = 100;

type Child = ChildProcessByStdio<null, null, Readable>;

/** What `spawnWithShare` will do on this machine. */
export function meansOfShare(): 'by quota' | 'by SIGSTOP' {
  const group = groupWithQuota(1);
  if (group === undefined) return 'by SIGSTOP';
  remove(group);
  return 'by quota';
}

/**
 * Starts a program that gets `share` of one processor, 0.1 for a tenth, from its first instruction on; without a share,
 * as usual.
 * @param byQuota whether to try the kernel's quota
 */
export function spawnWithShare(
  share: number | undefined,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  byQuota = true,
): Child {
  const options = { env, stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
  if (share === undefined) return spawn(program, args, options);
  const group = byQuota ? groupWithQuota(share) : undefined;
  if (group === undefined) return inRhythm(share, spawn(program, args, options));
  // The shell enters the group and becomes the program.
  const enter = ['-c', 'echo $$ > "$0" && exec "$@"', join(group, 'cgroup.procs'), program, ...args];
  const child = spawn('/bin/sh', enter, options);
  child.once('close', () => remove(group));
  return child;
}

/** The folder of a new cgroup; undefined where none can be made. */
function groupWithQuota(share: number): string | undefined {
  const quota = String(Math.round(share * period * 1000));
  for (const parent of ownGroups()) {
    try {
      const group = mkdtempSync(join(parent, 'autostyle-bench-'));
      const [newer, older] = [join(group, 'cpu.max'), join(group, 'cpu.cfs_quota_us')];
      if (existsSync(newer)) writeFileSync(newer, `${quota} ${period * 1000}`);
      else if (existsSync(older)) writeFileSync(older, quota);
      if (existsSync(newer) || existsSync(older)) return group;
      remove(group);
    } catch {
      // Not for this process to make.
    }
  }
  return undefined;
}

/** The cgroups of this process that may have a quota for the processor, of version 2 and of version 1. */
function ownGroups(): string[] {
  try {
    return readFileSync('/proc/self/cgroup', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
        if (path === '') return [];
        if (controllers === '') return [join('/sys/fs/cgroup', path)];
        return controllers.split(',').includes('cpu') ? [join('/sys/fs/cgroup', controllers, path)] : [];
      });
  } catch {
    return [];
  }
}

/** A group can be busy for a moment after its last process. */
function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    setTimeout(remove, 50, group);
  }
}

function inRhythm(share: number, child: Child): Child {
  const end = keepRhythm(share, (signal) => void child.kill(signal), realClock);
  child.once('exit', end);
  return child;
}

interface Clock {
  /** Ms. */
  now(): number;
  /** Calls `act` after some ms; returns what prevents it. */
  after(ms: number, act: () => void): () => void;
}

const realClock: Clock = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Sends the signals that give a process its share, until the function that it returns is called. */
export function keepRhythm(
  share: number,
  send: (signal: 'SIGCONT' | 'SIGSTOP') => void,
  { now, after }: Clock,
): () => void {
  let cancel: () => void;
  const go = (): void => {
    const since = now();
    send('SIGCONT');
    cancel = after(share * period, () => stop(since));
  };
  // For as long as makes up for the time that it ran, which is longer where this process was late.
  const stop = (since: number): void => {
    send('SIGSTOP');
    cancel = after(((now() - since) * (1 - share)) / share, go);
  };
  go();
  return () => cancel();
}
