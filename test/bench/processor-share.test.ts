import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { keepRhythm, meansOfShare, spawnWithShare } from './processor-share.js';

/** Says in which group it is, and what may be used there of the processor: µs of each 100,000. */
const where = `
  const { existsSync, readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const groups = readFileSync('/proc/self/cgroup', 'utf8').split('\\n').map((line) => line.split(':'));
  const [, controllers, path] = groups.find(([, , path]) => path?.includes('/autostyle-bench-'));
  const group = join('/sys/fs/cgroup', controllers, path);
  const file = ['cpu.max', 'cpu.cfs_quota_us'].map((name) => join(group, name)).find(existsSync);
  console.error(JSON.stringify({ group, quota: parseInt(readFileSync(file, 'utf8')) }));
`;

describe('by quota', () => {
  it.skipIf(meansOfShare() !== 'by quota')('a process is in a group with its share, which goes with it', async () => {
    const child = spawnWithShare(0.1, process.execPath, ['-e', where], process.env);
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('autostyle-bench-') });
    const { group, quota } = JSON.parse(said) as { group: string; quota: number };
    expect(quota).toBe(10_000);
    await vi.waitFor(() => expect(existsSync(group)).toBe(false), 10_000);
  });
});

describe('by SIGSTOP', () => {
  // Windows has no such signals.
  it.skipIf(process.platform === 'win32')('a process comes to its own end', async () => {
    const child = spawnWithShare(0.1, process.execPath, ['-e', 'console.error(1 + 1)'], process.env, false);
    expect(await Promise.all([text(child.stderr), once(child, 'close')])).toEqual(['2\n', [0, null]]);
  });

  it('it runs for 10 ms of each 100, and waits longer where it was stopped too late', () => {
    let now = 1_000;
    let waiting: { at: number; act: () => void } | undefined;
    const sent: [number, string][] = [];
    const after = (ms: number, act: () => void) => {
      waiting = { at: now + ms, act };
      return () => {
        waiting = undefined;
      };
    };
    const passed = (late = 0): void => {
      const { at, act } = waiting ?? { at: Number.NaN, act: () => undefined };
      now = at + late;
      act();
    };
    const end = keepRhythm(0.1, (signal) => sent.push([now - 1_000, signal]), { now: () => now, after });
    passed();
    passed();
    passed(5);
    passed();
    expect(sent.map(([at, signal]) => [Math.round(at), signal])).toEqual([
      [0, 'SIGCONT'],
      [10, 'SIGSTOP'],
      [100, 'SIGCONT'],
      [115, 'SIGSTOP'],
      [250, 'SIGCONT'],
    ]);
    end();
    expect(waiting).toBeUndefined();
  });
});
