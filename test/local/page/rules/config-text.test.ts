import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { freshConfig } from '../../../../src/deploy/fresh-config.js';
import { configJson, configModule } from '../../../../src/local/page/rules/config-text.js';
import { loadConfig } from '../../../../src/rules/load.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-config-text-'));
afterAll(() => rmSync(folder, { recursive: true }));
const schema = fileURLToPath(new URL('../../../../src/rules/schema.js', import.meta.url));

async function evaluated(text: string): Promise<unknown> {
  const file = join(folder, 'config.ts');
  writeFileSync(file, text.replace('./rules/schema.js', schema));
  return (await freshConfig(file)).input;
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom("it's", '"', '\\', '\u2028', '$x'));
const marker = fc.record(
  { env: fc.stringMatching(/^[A-Z]{1,9}$/), default: fc.string() },
  { requiredKeys: ['env'], noNullPrototype: true },
);
const bucket = fc.oneof(fc.stringMatching(/^[a-z]{3,9}$/), marker);
const rule = fc.record(
  {
    name: fc.stringMatching(/^[\w-]{1,9}$/),
    when: fc.record(
      {
        bucket: fc.oneof(bucket, fc.array(bucket, { maxLength: 3 })),
        prefix: text,
        suffix: fc.array(text, { maxLength: 9 }),
        size: fc.record({ min: fc.nat(), max: fc.nat() }, { requiredKeys: [], noNullPrototype: true }),
      },
      { requiredKeys: ['bucket'], noNullPrototype: true },
    ),
    outputs: fc.array(
      fc.record(
        {
          style: text,
          to: fc.record({ bucket, key: text }, { noNullPrototype: true }),
          tags: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, { maxKeys: 3, noNullPrototype: true }),
        },
        { requiredKeys: ['style', 'to'], noNullPrototype: true },
      ),
      { maxLength: 4 },
    ),
  },
  { noNullPrototype: true },
);

describe('configModule', () => {
  it('is text that runs to the same configuration, whatever stands in it', async () => {
    const config = fc.record({ journal: fc.constant('throw'), rules: fc.array(rule, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(config, async (input) => {
        const json = JSON.stringify(input);
        expect(JSON.stringify(await evaluated(configModule(JSON.parse(json))))).toBe(json);
        expect(JSON.stringify(JSON.parse(configJson(JSON.parse(json))))).toBe(json);
      }),
      { numRuns: 40 },
    );
  });

  it('is written as a person would, and loads', async () => {
    const input = {
      journal: { bucket: { env: 'JOURNAL', default: 'photos-journal' }, prefix: 'autostyle/' },
      rules: [
        {
          name: 'avatars',
          when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg', '.png'], size: { max: 20_971_520 } },
          outputs: [
            {
              style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
              to: { bucket: 'photos-out', key: '{key}.128.webp' },
              headers: { 'Cache-Control': 'no-cache' },
            },
          ],
        },
      ],
    };
    const written = configModule(input);
    expect(written).toBe(`import { defineConfig, env } from './rules/schema.js';

export default defineConfig({
  journal: { bucket: env('JOURNAL', 'photos-journal'), prefix: 'autostyle/' },
  rules: [
    {
      name: 'avatars',
      when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg', '.png'], size: { max: 20971520 } },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
          to: { bucket: 'photos-out', key: '{key}.128.webp' },
          headers: { 'Cache-Control': 'no-cache' },
        },
      ],
    },
  ],
});
`);
    expect(loadConfig(await evaluated(written), {}).rules).toMatchObject([{ name: 'avatars' }]);
  });
});
