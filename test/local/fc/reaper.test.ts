/** What is left of the instances when the process that started them is killed: nothing. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { codeDirectory, isAlive, temporaryDirectory, until } from './fixture.js';

const server = fileURLToPath(new URL('../../../src/local/fc/server.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

it.runIf(process.platform !== 'win32')('ends frozen and looping instances when the parent is killed', async () => {
  const codeDir = codeDirectory(`exports.handler = async (event) => {
    if (event.length) { process.stdout.write('looping\\n'); for (;;); }
  };`);
  const parent = join(temporaryDirectory(), 'parent.mts');
  writeFileSync(
    parent,
    `import { createLocalFc } from ${JSON.stringify(server)};
     const fn = (functionName) => ({ functionName, codeDir: ${JSON.stringify(codeDir)}, freeze: true });
     const fc = createLocalFc({ functions: [fn('frozen'), fn('looping')], onLog: (line) => {
       if (line === 'looping') console.log(JSON.stringify(fc.instances().map(({ pid }) => pid)));
     } });
     await fc.invoke('frozen', '');
     await fc.invoke('looping', 'x');`,
  );
  const child = spawn(process.execPath, ['--import', tsx, parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value.match(/.*/);
  const pids: number[] = JSON.parse(line);
  expect(pids).toHaveLength(2);
  expect(pids.map(isAlive)).toEqual([true, true]);
  child.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
});
