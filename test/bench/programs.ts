// Makes the programs of the bench: the function, built as a user builds it, the other contestants, the stub, and what
// runs in a contestant's process. All are plain JavaScript, so that nothing else is loaded beside them.
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { leanUndici } from '../../src/deploy/lean-undici.js';
import { v8Settings } from '../../src/deploy/v8-settings.js';
import type { Contestant } from './contestants/contestants.js';
import { bundledRules } from './rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

export interface Programs {
  readonly modules: Readonly<Record<Contestant, string>>;
  readonly instance: string;
  readonly stub: string;
}

/** Makes them in `folder`, which must be there. */
export async function makePrograms(folder: string): Promise<Programs> {
  const compiled = join(folder, 'programs');
  const entries = {
    instance: 'instance/instance.ts',
    stub: 'stub/stub.ts',
    aliOss: 'contestants/ali-oss.ts',
    undiciRequest: 'contestants/undici-request.ts',
    nodeHttp: 'contestants/node-http.ts',
  };
  const common = { absWorkingDir: here, bundle: true, platform: 'node', target: 'node20.9', format: 'cjs' } as const;
  await build({ ...common, entryPoints: entries, outdir: compiled, plugins: [dependenciesAsInstalled] });
  await build({
    ...common,
    entryPoints: { undiciDispatch: 'contestants/undici-dispatch.ts' },
    outdir: compiled,
    minify: true,
    footer: { js: v8Settings },
    plugins: [leanUndici().plugin],
  });
  await build({
    ...common,
    entryPoints: { aliOssBundled: entries.aliOss },
    outdir: compiled,
    minify: true,
    // Asked for where a proxy is set, and then missing in every project without it.
    external: ['proxy-agent'],
  });
  const program = (name: string): string => join(compiled, `${name}.js`);
  const built = await buildProject(join(folder, 'project'), bundledRules);
  const modules = {
    function: built,
    functionOnPlainV8: changed(built, join(folder, 'functionOnPlainV8.js'), (code) => code.replace(v8Settings, '')),
    aliOss: program('aliOss'),
    aliOssOnTunedV8: changed(program('aliOss'), program('aliOssOnTunedV8'), (code) => `${code}\n${v8Settings}`),
    aliOssBundled: program('aliOssBundled'),
    undiciRequest: program('undiciRequest'),
    undiciDispatch: program('undiciDispatch'),
    nodeHttp: program('nodeHttp'),
  };
  return { modules, instance: program('instance'), stub: program('stub') };
}

/** Writes a program as another file, with its code changed; returns the path. */
function changed(from: string, to: string, change: (code: string) => string): string {
  const code = readFileSync(from, 'utf8');
  const other = change(code);
  if (other === code) throw new Error(`${from} does not hold what is to be changed`);
  writeFileSync(to, other);
  return to;
}

/** `require` finds them in this project, wherever the program stands. */
const dependenciesAsInstalled: Plugin = {
  name: 'dependencies-as-installed',
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^(?:ali-oss|undici)$/ }, ({ path }) => ({ path: resolve(path), external: true }));
  },
};

/**
 * Runs `npm run build` in a copy of this project with other rules; returns the path of index.js. `readable`: with names
 * and comments as esbuild leaves them.
 */
export async function buildProject(copy: string, config: string, { readable = false } = {}): Promise<string> {
  for (const path of ['src', 'package.json', 'tsconfig.json', 's.yaml']) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src/config.ts'), config);
  if (readable) unminified(join(copy, 'src/deploy/bundle.ts'));
  const outdir = join(copy, 'dist');
  const argv = ['--import', 'tsx', 'src/cli/build.ts', '--out', outdir];
  await promisify(execFile)(process.execPath, argv, { cwd: copy, env: { PATH: process.env['PATH'] } });
  return join(outdir, 'index.js');
}

function unminified(file: string): void {
  const code = readFileSync(file, 'utf8');
  if (!code.includes('minify: true,')) throw new Error('src/deploy/bundle.ts no longer says minify: true');
  writeFileSync(file, code.replace('minify: true,', 'minify: false,'));
}

/** In bytes. */
export const sizeOf = (file: string): number => statSync(file).size;
