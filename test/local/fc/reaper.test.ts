/** What is left of the instances when the process that started them is killed: nothing. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { codeDirectory, isAlive, temporaryDirectory, until } from './fixture.js';

const server = fileURLToPath(new URL('../../../src/local/fc/server.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

it.runIf(process.platform !== 'win32')('ends frozen and looping instances when the parent is killed', async () => {
  const codeDir = codeDirectory(`exports.handler = async (event) => {
    if (event.length) { process.stdout.write('looping ' + process.argv[1] + '\\n'); for (;;); }
  };`);
  const parent = join(temporaryDirectory(), 'parent.mts');
  writeFileSync(
    parent,
    `import { createLocalFc } from ${JSON.stringify(server)};
     const fn = (functionName) => ({ functionName, codeDir: ${JSON.stringify(codeDir)}, freeze: true });
     const fc = createLocalFc({ functions: [fn('frozen'), fn('looping')], onLog: (line) => {
       const [, bootstrap] = /^looping (.*)/.exec(line) ?? [];
       if (bootstrap) console.log(JSON.stringify({ bootstrap, pids: fc.instances().map(({ pid }) => pid) }));
     } });
     await fc.invoke('frozen', '');
     await fc.invoke('looping', 'x');`,
  );
  const child = spawn(process.execPath, ['--import', tsx, parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { bootstrap, pids }: { bootstrap: string; pids: number[] } = JSON.parse(value);
  expect(pids).toHaveLength(2);
  expect([existsSync(bootstrap), ...pids.map(isAlive)]).toEqual([true, true, true]);
  child.kill('SIGKILL');
  await until(() => !pids.some(isAlive) && !existsSync(dirname(bootstrap)));
});
