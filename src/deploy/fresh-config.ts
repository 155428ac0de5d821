// src/config.ts as it is on the disk now: a module is imported once only, so the file is bundled with whatever it
// imports, and the bundle is run.
import { createRequire, SourceMap } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import * as builder from '../style/builder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const builderFile = fileURLToPath(new URL('../style/builder.ts', import.meta.url));

/** The name of the bundle in stacks. */
const bundleName = 'oss-autostyle-fresh-config';

export interface FreshConfig {
  /** What the module exports by default. */
  readonly input: unknown;
  /** The user's files that it was made of: whoever watches it watches these. */
  readonly files: readonly string[];
}

/**
 * Runs a module anew.
 * @param file a module in TypeScript or JavaScript
 * @throws esbuild's error for what does not compile, which names file and line; else whatever running it throws, its
 * stack with places in the files that were written
 */
export async function freshConfig(file: string): Promise<FreshConfig> {
  const { outputFiles, metafile } = await build({
    entryPoints: [file],
    absWorkingDir: root,
    outfile: join(root, 'fresh-config.cjs'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'external',
    logLevel: 'silent',
    plugins: [ownBuilder],
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const files = Object.keys(metafile.inputs)
    .filter((input) => !/(?:^|\/)node_modules\/|^src\/(?:rules|style)\//.test(input))
    .map((input) => join(root, input));
  try {
    return { input: run(textOf('.cjs'), file), files };
  } catch (error) {
    if (error instanceof Error) error.stack = withPlaces(error.stack ?? '', textOf('.map'));
    throw error;
  }
}

/** This process's builder, whose errors are the ones that `rules/advice.ts` knows. */
const ownBuilder: Plugin = {
  name: 'own-builder',
  setup({ onResolve }) {
    onResolve({ filter: /builder\.[jt]s$/ }, ({ path, resolveDir }) => {
      const same = resolve(resolveDir, path).replace(/\.js$/, '.ts') === builderFile;
      return same ? { path: builderFile, external: true } : undefined;
    });
  },
};

function run(code: string, file: string): unknown {
  const module = { exports: {} as { default?: unknown } };
  const fromFile = createRequire(file);
  const require = (name: string): unknown => (name === builderFile ? builder : fromFile(name));
  const script = new Script(`(function (module, exports, require) {${code}\n})`, { filename: bundleName });
  const wrapped = script.runInThisContext() as (...given: unknown[]) => void;
  wrapped(module, module.exports, require);
  return module.exports.default;
}

/** Places in the bundle as places in the files that it was made of. */
function withPlaces(stack: string, map: string): string {
  const sources = new SourceMap(JSON.parse(map));
  return stack.replace(new RegExp(`${bundleName}:(\\d+):(\\d+)`, 'g'), (place, line, column) => {
    const entry = sources.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return place;
    // An entry is the begin of a piece of code; in the bundle the piece is as long.
    const inPiece = Number(column) - 1 - entry.generatedColumn;
    return `${join(root, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1 + inPiece}`;
  });
}
