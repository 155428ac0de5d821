// Bundles the function for deployment: one CommonJS file without the parts of undici that it never reaches, the same
// bytes on every machine, in every folder and at every time.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Message } from 'esbuild';
import { reasonOf, writeWhole } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { leanUndici } from './lean-undici.js';
import { v8Settings } from './v8-settings.js';

export interface Bundle {
  /** Of index.js. */
  readonly bytes: number;
  /** The files that it contains, relative to the project, in order. */
  readonly inputs: string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes `index.js` and `package.json` into `outdir`.
 * @throws Error when the sources do not compile, or undici no longer has what is replaced here
 * @throws {UserError} when esbuild warns of anything, such as an import that is not there; when the folder cannot be
 * written to
 */
export async function bundle({ entry, outdir }: { entry: string; outdir: string }): Promise<Bundle> {
  const lean = leanUndici();
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    outfile: 'index.js',
    bundle: true,
    platform: 'node',
    target: 'node20.9',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    footer: { js: v8Settings },
    // Set in the environment, they would ask undici for the parser that is left out.
    define: { 'process.env.JEST_WORKER_ID': 'undefined', 'process.env.UNDICI_NO_WASM_SIMD': 'undefined' },
    plugins: [lean.plugin],
    metafile: true,
    write: false,
    logLevel: 'silent',
    // Within packages esbuild does not warn of these by itself; see es-module.ts.
    logOverride: {
      'call-import-namespace': 'warning',
      'commonjs-variable-in-esm': 'warning',
      'import-is-undefined': 'warning',
    },
  });
  if (warnings.length > 0) throw new UserError(`the bundle would be wrong:\n  ${warnings.map(shown).join('\n  ')}`);
  const inputs = Object.keys(metafile.inputs).sort();
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  if (inputs.some((input) => input.includes('node_modules/undici/'))) lean.check(Buffer.from(code).toString());
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

function shown({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}
