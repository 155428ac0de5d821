// What the function seldom needs is in files of their own beside index.js, so that a cold start neither reads nor
// compiles them: one for each module that the function imports by `import('./…')`. They take the modules that are in
// index.js from there, so that each is there once, with its state and its classes.
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A file beside index.js. */
export interface SecondFile {
  /** `sweep.js`, after the room of the module that is imported. */
  readonly name: string;
  readonly code: Uint8Array;
  readonly inputs: readonly string[];
  /** The modules that index.js has to export for it, in order: absolute paths. */
  readonly shared: readonly string[];
}

/** Leaves what the project imports dynamically to second files; `later` gets the modules, absolute paths. */
export function withoutSecondFiles(later: Set<string>): Plugin {
  return {
    name: 'without-second-files',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const module = sourceOf(resolveDir, path);
        later.add(module);
        return { path: `./${nameOf(module)}`, external: true };
      });
    },
  };
}

/**
 * Bundles a module that index.js loads later.
 * @param entry that of index.js: modules are named as seen from its folder, so that the bytes are the same everywhere
 * @param first the inputs of index.js, relative to `options.absWorkingDir`
 */
export async function secondFile<O extends BuildOptions & { absWorkingDir: string; write: false; metafile: true }>(
  entry: string,
  module: string,
  first: readonly string[],
  options: O,
): Promise<SecondFile> {
  const name = nameOf(module);
  const known = new Set(first);
  const shared = new Set<string>();
  const plugin = fromIndex(entry, shared, (path) => known.has(relative(options.absWorkingDir, path)));
  const { outputFiles, metafile } = await build<BuildOptions & { write: false; metafile: true }>({
    ...options,
    entryPoints: [module],
    outfile: name,
    plugins: [plugin],
  });
  const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith(`${inIndex}:`));
  return {
    name,
    code: outputFiles[0]?.contents ?? new Uint8Array(),
    inputs: inputs.sort(),
    shared: [...shared].sort(),
  };
}

/** An entry that exports what another one does, and these modules. */
export function entrySharing(entry: string, modules: readonly string[]): Pick<BuildOptions, 'stdin'> {
  const text = JSON.stringify;
  const imports = modules.map((path, at) => `import * as shared${at} from ${text(path)};`);
  const names = modules.map((path, at) => `${text(sharedName(entry, path))}: shared${at}`);
  const contents = [`export * from ${text(entry)};`, ...imports, `export const shared = { ${names.join(', ')} };`];
  return { stdin: { contents: contents.join('\n'), resolveDir: dirname(entry) } };
}

const inIndex = 'in-index';

function sharedName(entry: string, module: string): string {
  return relative(dirname(entry), module).replace(/\.ts$/, '');
}

/** Takes the modules of index.js from there, and adds them to `shared`. */
function fromIndex(entry: string, shared: Set<string>, isInIndex: (path: string) => boolean): Plugin {
  return {
    name: 'from-index',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./, namespace: 'file' }, ({ kind, path, resolveDir }) => {
        const module = sourceOf(resolveDir, path);
        if (kind !== 'import-statement' || !isInIndex(module)) return undefined;
        shared.add(module);
        return { path: module, namespace: inIndex };
      });
      onResolve({ filter: /^/, namespace: inIndex }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /^/, namespace: inIndex }, ({ path }) => {
        const name = JSON.stringify(sharedName(entry, path));
        return { contents: `module.exports = require('./index.js').shared[${name}];` };
      });
    },
  };
}

function nameOf(module: string): string {
  return `${dirname(module).split('/').at(-1)}.js`;
}

/** Modules of the project are imported as `./name.js`. */
function sourceOf(folder: string, path: string): string {
  return join(folder, path).replace(/\.js$/, '.ts');
}
