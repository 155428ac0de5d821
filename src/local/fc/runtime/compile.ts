// Compiles the instance's program into one CommonJS file, so that instances run it with plain Node.js:
// no TypeScript loader in the child, and a cold start that costs what it costs on FC.

import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Writes the compiled bootstrap to `outfile`. Synchronous: esbuild's asynchronous API would leave a service process running. */
export function compileBootstrap(outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL('./bootstrap.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
}
