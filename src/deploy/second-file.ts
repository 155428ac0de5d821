// What the function seldom needs is in files of their own beside index.js, so that a cold start neither reads nor
// compiles them: one for each module that the function imports by `import('./…')`. What they import of the modules
// that are in index.js they take from there, so that each is there once, with its state and its classes.
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A file beside index.js. */
export interface SecondFile {
  /** `sweep.js`, after the room of the module that is imported. */
  readonly name: string;
  readonly code: Uint8Array;
  readonly inputs: readonly string[];
  /** What index.js has to export for it: the names by module, absolute paths. */
  readonly shared: Shared;
}

/** Exported names by module, an absolute path. */
type Shared = ReadonlyMap<string, ReadonlySet<string>>;

/** Leaves what the project imports dynamically to second files; `later` gets the modules, absolute paths. */
export function withoutSecondFiles(later: Set<string>): Plugin {
  return {
    name: 'without-second-files',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const module = sourceOf(resolveDir, path);
        const twin = [...later].find((other) => other !== module && nameOf(other) === nameOf(module));
        if (twin !== undefined) return { errors: [{ text: `${nameOf(module)} would be ${module} and ${twin}` }] };
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
  const shared = new Map<string, Set<string>>();
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
    shared,
  };
}

/** An entry that exports what another one does, and the names that second files take from there, and no others. */
export function entrySharing(entry: string, seconds: readonly SecondFile[]): Pick<BuildOptions, 'stdin'> {
  const text = JSON.stringify;
  const modules = [...new Set(seconds.flatMap(({ shared }) => [...shared.keys()]))].sort();
  const imports: string[] = [];
  const exports = modules.map((path, at) => {
    const names = [...new Set(seconds.flatMap(({ shared }) => [...(shared.get(path) ?? [])]))].sort();
    imports.push(`import { ${names.map((name) => `${name} as ${name}${at}`).join(', ')} } from ${text(path)};`);
    return `${text(sharedName(entry, path))}: { ${names.map((name) => `${name}: ${name}${at}`).join(', ')} }`;
  });
  const contents = [`export * from ${text(entry)};`, ...imports, `export const shared = { ${exports.join(', ')} };`];
  return { stdin: { contents: contents.join('\n'), resolveDir: dirname(entry) } };
}

const inIndex = 'in-index';

function sharedName(entry: string, module: string): string {
  return relative(dirname(entry), module).replace(/\.ts$/, '');
}

/** Takes the modules of index.js from there, and adds what is imported from them to `shared`. */
function fromIndex(entry: string, shared: Map<string, Set<string>>, isInIndex: (path: string) => boolean): Plugin {
  return {
    name: 'from-index',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./, namespace: 'file' }, async ({ kind, path, resolveDir, importer }) => {
        const module = sourceOf(resolveDir, path);
        if (kind !== 'import-statement' || !isInIndex(module)) return undefined;
        const names = namesImported(await readFile(importer, 'utf8'), path);
        shared.set(module, new Set([...(shared.get(module) ?? []), ...names]));
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

/** The values that a module imports from another one, which are imported by name in all modules of the project. */
function namesImported(code: string, path: string): string[] {
  const imports = Array.from(code.matchAll(/^import \{([^}]*)\} from '([^']*)';$/gm));
  const lists = imports.filter(([, , from]) => from === path).map(([, list = '']) => list);
  const names = lists.flatMap((list) => list.split(',').map((one) => one.trim()));
  const values = names.filter((name) => name !== '' && !name.startsWith('type '));
  if (values.length === 0) throw new Error(`what is imported from ${path} is not imported by name`);
  return values.map((name) => name.replace(/ as .*/, ''));
}

function nameOf(module: string): string {
  return `${dirname(module).split('/').at(-1)}.js`;
}

/** Modules of the project are imported as `./name.js`. */
function sourceOf(folder: string, path: string): string {
  return join(folder, path).replace(/\.js$/, '.ts');
}
