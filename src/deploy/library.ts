// Bundles what other projects import to know where derivatives are: lib/derivatives.mjs and .cjs, each with its types
// beside it, so that a copy of two files is as good as the package; and the rules of src/config.ts as JSON, for pages.
// Apart from dist/, which is what is deployed.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import type { Config, Rule } from '../rules/rule.js';
import { reasonOf, writeWhole } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import type { BundledFile } from './bundle.js';
import { readConfig } from './configuration.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lib = join(root, 'lib');
const entry = 'src/derivatives/derivatives.ts';

const options = {
  absWorkingDir: root,
  entryPoints: [entry],
  bundle: true,
  minify: true,
  // No module of Node.js can be imported, and no browser since 2023 lacks any of it.
  platform: 'neutral',
  target: 'es2022',
  format: 'esm',
  // Fields that never leave the library, and that no text names, as in `'missing' in found`.
  mangleProps: /^(?:buckets|prefixes|suffixes|excludes|parts|variable|strays|missing|template|environment)$/,
  banner: { js: '/* oss-autostyle, Apache-2.0 */' },
  charset: 'utf8',
  metafile: true,
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Writes the library, and these rules, into `outdir`, the same bytes each time.
 * @throws Error when the sources do not compile
 * @throws {UserError} when the folder cannot be written to; without `config`, when src/config.ts is wrong
 */
export async function buildLibrary(
  outdir = lib,
  config: Config = readConfig().config,
): Promise<{ outdir: string; files: readonly BundledFile[] }> {
  const [types, esm] = await Promise.all([declarations(), build(options)]);
  const code = esm.outputFiles[0]?.text ?? '';
  try {
    mkdirSync(outdir, { recursive: true });
  } catch (cause) {
    throw new UserError(`${outdir} cannot be written to: ${reasonOf(cause)}`, 1, { cause });
  }
  const [bundled] = Object.values(esm.metafile.outputs);
  const parts = Object.entries(bundled?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const inputs = parts.map(([input]) => input).sort();
  const files: [string, string][] = [
    ['derivatives.mjs', code],
    ['derivatives.cjs', commonJs(code)],
    ['derivatives.d.mts', types],
    ['derivatives.d.cts', types],
    ['rules.json', `${JSON.stringify({ rules: config.rules.map(asWritten) }, undefined, 1)}\n`],
  ];
  for (const [name, code] of files) writeWhole(join(outdir, name), code);
  return { outdir, files: files.map(([name, code]) => ({ name, bytes: Buffer.from(code).length, inputs })) };
}

/** What decides where the derivatives of a rule are, as its author writes it; texts are resolved. */
function asWritten({ name, when, outputs }: Rule): object {
  const { buckets, prefixes, suffixes, excludes, size } = when;
  const suffix = suffixes.length > 0 ? suffixes : undefined;
  return {
    name,
    when: { bucket: buckets, prefix: prefixes, suffix, exclude: excludes, size },
    outputs: outputs.map(({ style, bucket, key }) => ({ style, to: { bucket, key: key.text } })),
  };
}

/** The same for `require`, in which Node.js finds the names of the exports. esbuild's own is longer by a tenth. */
function commonJs(code: string): string {
  const exported = /export\{([\w$]+) as derivatives,([\w$]+) as pictureOf\};/;
  if (!exported.test(code)) throw new Error('lib/derivatives.mjs does not export what it should');
  return code.replace(exported, 'exports.derivatives=$1;exports.pictureOf=$2;');
}

/** The exports of the entry as TypeScript declares them: made of that file alone, so it may name no type of another. */
async function declarations(): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const tsc = fileURLToPath(import.meta.resolve('typescript/package.json').replace('package.json', 'bin/tsc'));
    const flags = ['--ignoreConfig', '--noCheck', '--noResolve', '--declaration', '--emitDeclarationOnly'];
    const to = ['--module', 'nodenext', '--target', 'es2022', '--outDir', place];
    await promisify(execFile)(process.execPath, [tsc, ...flags, ...to, join(root, entry)]);
    return readFileSync(join(place, 'derivatives.d.ts'), 'utf8');
  } finally {
    rmSync(place, { recursive: true });
  }
}
