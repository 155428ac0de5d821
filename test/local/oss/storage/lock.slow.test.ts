// Processes that start at once on the same directory, free or with the lock of a process that was killed.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { scratch } from './scratch.js';

function startProcess() {
  const script = fileURLToPath(new URL('try-lock.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const lines = on(createInterface({ input: child.stdout }), 'line');
  return {
    ask: (question: { directory: string; time: number }) => child.stdin.write(`${JSON.stringify(question)}\n`),
    answer: async (): Promise<string> => (await lines.next()).value[0],
  };
}

it('lets one of six processes have a directory', async () => {
  const processes = Array.from({ length: 6 }, startProcess);
  for (const { answer } of processes) expect(await answer()).toBe('ready');
  for (let round = 0; round < 30; round++) {
    const directory = scratch();
    const lock = join(directory, '.lock');
    if (round % 3 > 0) {
      mkdirSync(lock);
      writeFileSync(join(lock, `2147483646_1_${randomUUID()}`), '');
    }
    const time = Date.now() + 20;
    for (const { ask } of processes) ask({ directory, time });
    const answers = await Promise.all(processes.map(({ answer }) => answer()));
    const [holder = ''] = readdirSync(lock);
    const inUse = `${directory} is in use by process ${holder.split('_')[0]}`;
    expect(answers.sort()).toEqual([...Array(5).fill(inUse), 'locked']);
    expect(readdirSync(directory)).toEqual(['.lock']);
  }
});
