// Bundles the function for deployment: one CommonJS file without the parts of undici that it never reaches, the same
// bytes on every machine, in every folder and at every time.
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { reasonOf, writeWhole } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';

export interface Bundle {
  /** Of index.js. */
  readonly bytes: number;
  /** The files that it contains, relative to the project, in order. */
  readonly inputs: string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Writes `index.js` and `package.json` into `outdir`.
 * @throws Error when the sources do not compile, or undici no longer has what is replaced here
 */
export async function bundle({ entry, outdir }: { entry: string; outdir: string }): Promise<Bundle> {
  const lean = leanUndici();
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    outfile: 'index.js',
    bundle: true,
    platform: 'node',
    target: 'node20.9',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    // Set in the environment, they would ask undici for the parser that is left out.
    define: { 'process.env.JEST_WORKER_ID': 'undefined', 'process.env.UNDICI_NO_WASM_SIMD': 'undefined' },
    plugins: [lean.plugin],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).sort();
  if (inputs.some((input) => input.includes('node_modules/undici/'))) lean.check();
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  try {
    mkdirSync(outdir, { recursive: true });
  } catch (cause) {
    throw new UserError(`${outdir} cannot be written to: ${reasonOf(cause)}`, 1, { cause });
  }
  writeWhole(join(outdir, 'index.js'), code);
  // The project is of type module; without this, Node would take index.js for ESM where it stands.
  writeWhole(join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  return { bytes: code.length, inputs };
}

const unreachable = (what: string) => `throw new Error(${JSON.stringify(`oss-autostyle is bundled without ${what}`)});`;

/** What stands in for a file of undici, as source, given its path. */
const replaced: Readonly<Record<string, (path: string) => string | Promise<string>>> = {
  // Of the two copies of the HTTP parser, the one that Node 20 runs: WebAssembly with SIMD.
  'lib/llhttp/llhttp-wasm.js': () => unreachable('the HTTP parser for machines without WebAssembly SIMD'),
  'lib/dispatcher/client-h2.js': () => `module.exports = () => { ${unreachable('HTTP/2')} };`,
  // Reached by bodies that are FormData only; with it come the whole of fetch and its WebIDL.
  'lib/web/fetch/body.js': () => unreachable('FormData bodies'),
  'lib/handler/wrap-handler.js': () => `exports.wrap = () => { ${unreachable('undici interceptors')} };`,
  // A table of character classes and methods in the original; the parser needs the names of a few codes.
  'lib/llhttp/constants.js': async (path) => {
    const parser = await readFile(join(path, '../../dispatcher/client-h1.js'), 'utf8');
    const names = [...new Set(Array.from(parser.matchAll(/\bconstants\.([A-Z]\w*)/g), ([, name = '']) => name))];
    const constants = require(path) as Record<string, Record<string, number>>;
    const kept = names.map((name) => [name, Object.entries(constants[name] ?? {})] as const);
    if (kept.some(([, codes]) => codes.length === 0 || codes.some(([, code]) => typeof code !== 'number'))) {
      throw new Error(
        'undici has changed: its parser constants are not tables of numbers; revise src/deploy/bundle.ts',
      );
    }
    return `module.exports = ${JSON.stringify(Object.fromEntries(kept.map(([name, codes]) => [name, Object.fromEntries(codes)])))};`;
  },
  // A search tree that lower-cases known header names, built anew at every start; without it the string method does.
  'lib/core/tree.js': () => 'exports.tree = { lookup: () => undefined };',
  // The channels stay, for programs that trace the function; the debug log goes.
  'lib/core/diagnostics.js': (path) => {
    const { channels } = require(path) as { channels: Record<string, { name: string }> };
    const entries = Object.entries(channels).map(([key, { name }]) => `${key}: channel(${JSON.stringify(name)})`);
    return `const { channel } = require('node:diagnostics_channel'); exports.channels = { ${entries.join(', ')} };`;
  },
};

/** What stands in for modules of Node where undici asks for them: it uses little of them, and they load slowly. */
const builtins: Readonly<Record<string, string>> = {
  'node:assert': `module.exports = (value, message = 'assertion failed') => {
    if (!value) throw Object.assign(new Error(message), { code: 'ERR_ASSERTION' });
  };`,
  'node:http': `module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };`,
};

function leanUndici(): { readonly plugin: Plugin; readonly check: () => void } {
  const missing = new Set(Object.keys(replaced));
  const undici = /[\\/]node_modules[\\/]undici[\\/]/;
  const plugin: Plugin = {
    name: 'lean-undici',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: undici }, async ({ path }) => {
        const [, file = ''] = path.replaceAll('\\', '/').split('/node_modules/undici/');
        const replace = replaced[file];
        missing.delete(file);
        return { contents: replace === undefined ? await readFile(path, 'utf8') : await replace(path), loader: 'js' };
      });
      onResolve({ filter: /^node:/ }, ({ path, importer }) =>
        builtins[path] !== undefined && undici.test(importer) ? { path, namespace: 'lean' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: builtins[path] ?? '', loader: 'js' }));
    },
  };
  const check = () => {
    if (missing.size === 0) return;
    throw new Error(`undici has changed: nothing imports ${[...missing].join(', ')}; revise src/deploy/bundle.ts`);
  };
  return { plugin, check };
}
