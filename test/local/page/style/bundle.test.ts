// What the page imports of the rooms below runs in browsers.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('has nothing of Node in it', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/local/page/style/view.tsx'],
    absWorkingDir: fileURLToPath(new URL('../../../..', import.meta.url)),
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    // With what is of Node, this build fails.
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  expect(Object.keys(metafile.inputs)).toContain('src/style/lint.ts');
  expect(outputFiles[0]?.text).not.toMatch(/\bBuffer\b|\bprocess\.|\brequire\(/);
});
