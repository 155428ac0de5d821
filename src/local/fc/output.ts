// The two output streams of an instance as lines, and the moment when all output of a command has been read: the answer
// comes over IPC and may overtake it.

import type { ChildProcess } from 'node:child_process';
import { createLineReader } from './log.js';

export type OutputStream = 'stdout' | 'stderr';

/** How long to wait for output that a grandchild may hold open, or that a function cut off. */
const graceMs = 1000;

/** Reads both streams of a process. `readUpTo` resolves once the end mark of that command has come on both, or they are over. */
export function watchOutput(
  child: ChildProcess,
  endOfOutput: string,
  onLine: (line: string, stream: OutputStream) => void,
): { readUpTo(sequence: number): Promise<void> } {
  const marks: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  const watchers = new Set<() => void>();
  let over = false;
  const changed = () => {
    for (const look of watchers) look();
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    const reader = createLineReader(
      endOfOutput,
      (line) => onLine(line, stream),
      (mark) => {
        marks[stream] = Math.max(marks[stream], mark);
        changed();
      },
    );
    child[stream]
      ?.on('data', reader.write)
      .on('end', reader.end)
      .on('error', () => {});
  }
  child.once('close', () => {
    over = true;
    changed();
  });
  return {
    readUpTo: (sequence) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        const look = () => {
          if (over || Math.min(marks.stdout, marks.stderr) >= sequence) done();
        };
        const timer = setTimeout(done, graceMs);
        watchers.add(look);
        look();
      }),
  };
}
