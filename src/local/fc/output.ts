// Reads the two output streams of an instance as lines, and knows when all output of a command has been read: the
// answer comes over IPC and may overtake the output.

import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

export type OutputStream = 'stdout' | 'stderr';

/**
 * A record of the log service holds 32 KB: a longer line is cut there, so no function can fill this process's memory.
 */
const lineChars = 32 * 1024;

/** How long to wait for the next output, which a grandchild may hold open, or a function have cut off. */
const graceMs = 1000;
/** How long in all, since a grandchild may write without end. */
const longestMs = 15_000;

/**
 * Reads both streams of a process. `readUpTo` resolves once the end mark of that command has come on both, or they are
 * over, or nothing more comes.
 */
export function watchOutput(
  child: ChildProcess,
  endOfOutput: string,
  onLine: (line: string, stream: OutputStream) => void,
): { readUpTo(sequence: number): Promise<void> } {
  const marks: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  const watchers = new Set<() => void>();
  let over = false;
  let chunks = 0;
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
      ?.on('data', (chunk: Buffer) => {
        chunks++;
        reader.write(chunk);
      })
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
        const started = performance.now();
        let timer: NodeJS.Timeout | undefined;
        const done = () => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        const look = () => {
          if (over || Math.min(marks.stdout, marks.stderr) >= sequence) done();
        };
        const wait = (before: number) => {
          if (!watchers.has(look)) return;
          if (chunks === before || performance.now() - started > longestMs) return done();
          // On a busy machine a timer may fire before this process has read what lies in the pipes: setImmediate
          // lets it.
          const now = chunks;
          timer = setTimeout(() => setImmediate(wait, now), graceMs);
        };
        watchers.add(look);
        look();
        wait(-1);
      }),
  };
}

/** Splits a stream into lines. `onMark` gets the number of each end-of-output mark (see runtime/bootstrap). */
export function createLineReader(
  endOfOutput: string,
  onLine: (line: string) => void,
  onMark: (sequence: number) => void,
): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const prefix = `\u0000${endOfOutput}:`;
  let rest = '';

  const lines = (text: string): string => {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
    return last;
  };
  const flush = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  const take = (text: string) => {
    rest += text;
    for (;;) {
      const start = rest.indexOf(prefix);
      const end = start < 0 ? -1 : rest.indexOf('\u0000', start + prefix.length);
      if (end < 0) break;
      const after = rest.slice(end + 1);
      const sequence = Number(rest.slice(start + prefix.length, end));
      rest = lines(rest.slice(0, start));
      flush();
      onMark(sequence);
      rest = after;
    }
    // A mark may have arrived in part: hold back what could be its beginning.
    const held = rest.lastIndexOf('\u0000');
    const safe = held >= 0 && held > rest.length - prefix.length - 16 ? held : rest.length;
    const tail = rest.slice(safe);
    rest = lines(rest.slice(0, safe));
    while (rest.length > lineChars) {
      onLine(rest.slice(0, lineChars));
      rest = rest.slice(lineChars);
    }
    rest += tail;
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      flush();
    },
  };
}
