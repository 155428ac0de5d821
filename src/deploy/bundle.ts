// Bundles the function for deployment: one CommonJS file without the parts of undici that it never reaches, the same
// bytes on every machine, in every folder and at every time.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Message } from 'esbuild';
import { reasonOf, writeWhole } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { leanUndici } from './lean-undici.js';
import { entrySharing, secondFile, withoutSecondFiles } from './second-file.js';
import { v8Settings } from './v8-settings.js';

/** What is written beside package.json: index.js, and what that loads later. */
export interface Bundle {
  readonly files: readonly BundledFile[];
}

export interface BundledFile {
  readonly name: string;
  readonly bytes: number;
  /** The files that it contains, relative to the project, in order. */
  readonly inputs: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  // Set in the environment, they would ask undici for the parser that is left out.
  define: { 'process.env.JEST_WORKER_ID': 'undefined', 'process.env.UNDICI_NO_WASM_SIMD': 'undefined' },
  metafile: true,
  write: false,
  logLevel: 'silent',
  // Within packages esbuild does not warn of these by itself; see es-module.ts.
  logOverride: {
    'call-import-namespace': 'warning',
    'commonjs-variable-in-esm': 'warning',
    'import-is-undefined': 'warning',
  },
} as const;

/**
 * Writes `index.js`, what it loads later, and `package.json` into `outdir`.
 * @throws Error when the sources do not compile, or undici no longer has what is replaced here
 * @throws {UserError} when esbuild warns of anything, such as an import that is not there; when the folder cannot be
 * written to
 */
export async function bundle({ entry, outdir }: { entry: string; outdir: string }): Promise<Bundle> {
  const lean = leanUndici();
  const later = new Set<string>();
  const plugins = [lean.plugin, withoutSecondFiles(later)];
  const main = async (source: BuildOptions) => {
    return build({ ...source, ...options, outfile: 'index.js', footer: { js: v8Settings }, plugins });
  };
  const alone = await main({ entryPoints: [entry] });
  const inputs = inputsOf(alone);
  const seconds = await Promise.all([...later].sort().map((module) => secondFile(entry, module, inputs, options)));
  const { outputFiles, warnings } = seconds.length === 0 ? alone : await main(entrySharing(entry, seconds));
  if (warnings.length > 0) throw new UserError(`the bundle would be wrong:\n  ${warnings.map(shown).join('\n  ')}`);
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  if (inputs.some((input) => input.includes('node_modules/undici/'))) lean.check(Buffer.from(code).toString());
  try {
    mkdirSync(outdir, { recursive: true });
  } catch (cause) {
    throw new UserError(`${outdir} cannot be written to: ${reasonOf(cause)}`, 1, { cause });
  }
  writeWhole(join(outdir, 'index.js'), code);
  for (const { name, code } of seconds) writeWhole(join(outdir, name), code);
  // The project is of type module; without this, Node would take index.js for ESM where it stands.
  writeWhole(join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  return {
    files: [
      fileOf('index.js', code, inputs),
      ...seconds.map((second) => fileOf(second.name, second.code, second.inputs)),
    ],
  };
}

function inputsOf({ metafile }: BuildResult<{ metafile: true }>): string[] {
  return Object.keys(metafile.inputs).sort();
}

function fileOf(name: string, code: Uint8Array, inputs: readonly string[]): BundledFile {
  return { name, bytes: code.length, inputs };
}

function shown({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}
