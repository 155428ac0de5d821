// The embedded OSS that the suites talk to: `npm start` of a working tree, on any free port, without sample photos.
import { spawn } from 'node:child_process';

/** Runs `work` with the address of a fresh server. @throws Error when it does not start */
export async function withServer<T>(tree: string, work: (url: string) => Promise<T>): Promise<T> {
  const args = ['--import', 'tsx', 'src/cli/start.ts', '--port', '0', '--no-sample'];
  const child = spawn(process.execPath, args, { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  try {
    return await work(await ready(child.stdout, child.stderr));
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function ready(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const add = (chunk: Buffer) => {
      output += output.length > 10_000 ? '' : chunk;
      const url = /^ready (http:\S+)$/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    stdout.on('data', add).on('end', () => reject(new Error(`npm start ended:\n${output}`)));
    stderr.on('data', add);
  });
}
