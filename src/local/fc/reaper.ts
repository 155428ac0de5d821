// Ends every instance, and removes the temporary files, when this process dies without closing (SIGKILL, crash).
// An instance also ends itself when IPC breaks, but one that is frozen or in an endless loop never notices; a shell
// that waits on a pipe does. No effect on Windows, where there are no process groups.

import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export interface Reaper {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

// Reads "+ pid" and "- pid"; at end of input it kills the remaining groups and removes the given directory.
const script = `
pids=
while read -r op pid; do
  if [ "$op" = + ]; then pids="$pids $pid"; continue; fi
  rest=
  for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
  pids=$rest
done
for p in $pids; do kill -9 "-$p"; done
/bin/rm -rf -- "$1"`;

/**
 * Starts the shell that watches the instances and temporary files of one server. It has a session of its own, so that
 * Ctrl-C does not end it before its work is done.
 */
export function startReaper(directory: string): Reaper {
  if (process.platform === 'win32') return { watch() {}, forget() {}, close() {} };
  const shell = spawn('/bin/sh', ['-c', script, 'reaper', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Without a shell the instances still watch IPC themselves.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return {
    watch: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    forget: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => void shell.stdin.end(),
  };
}
