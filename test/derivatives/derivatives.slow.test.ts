// What derivatives.test.ts has a sample of; also for the library as it is built, whose fields have shorter names.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { buildLibrary } from '../../src/deploy/library.js';
import { derivatives } from '../../src/derivatives/derivatives.js';
import { expectSameTargets } from './beside-function.js';

it('gives exactly the targets of the function and its reasons, for 10,000 random configurations', () => {
  expectSameTargets(10_000);
});

it('does so once it is built, and says the same of types, widths and URLs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'derivatives-'));
  try {
    await buildLibrary(folder);
    const built: { derivatives: typeof derivatives } = await import(
      pathToFileURL(join(folder, 'derivatives.mjs')).href
    );
    expectSameTargets(3000, built.derivatives);
    const outputs = ['resize,w_320/format,webp', 'resize,m_fill,w_99,h_9', 'crop,w_9', 'rotate,90'].map((steps) => ({
      style: `image/${steps}`,
      to: { bucket: 'out', key: `${steps.length}/{key}` },
    }));
    const rules = { rules: [{ name: 'r', when: { bucket: 'photos', suffix: ['.JPG'], exclude: ['b'] }, outputs }] };
    for (const key of ['a +b.jpg', 'b.jpg', 'c']) {
      const asked = [rules, `oss://photos/${key}`, { baseUrl: 'https://{bucket}.example.com' }] as const;
      expect(built.derivatives(...asked)).toEqual(derivatives(...asked));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
