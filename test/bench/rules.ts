// The rules of the bench: those that are bundled with the function, and files for CONFIG_URI.
import { prefix, source, styleOf, targetBucket } from './contestants/upload.js';

/** src/config.ts of the project that the bench builds: one rule, one output, values that may come from outside. */
export const bundledRules = `// The rules of the bench.
import { defineConfig, env } from './rules/schema.js';

export default defineConfig({
  journal: { bucket: env('JOURNAL_BUCKET', 'photos-journal'), prefix: 'autostyle/' },
  rules: [
    {
      name: 'avatars',
      when: {
        bucket: env('SOURCE_BUCKET', '${source.bucket}'),
        prefix: '${prefix}',
        suffix: ['.jpg', '.jpeg', '.png', '.webp'],
        size: { max: 20_971_520 },
      },
      outputs: [{ style: '${styleOf(0)}', to: { bucket: env('TARGET_BUCKET', '${targetBucket}'), key: '0/{key}.webp' } }],
    },
  ],
});
`;

/** A configuration as JSON: `rules` rules, each for a folder of its own where there are several. */
export function rulesJson({ rules, outputs }: { rules: number; outputs: number }): string {
  return JSON.stringify({
    journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
    rules: Array.from({ length: rules }, (_, rule) => ({
      name: `avatars-${rule}`,
      when: {
        bucket: source.bucket,
        prefix: rules === 1 ? prefix : folderOf(rule),
        suffix: ['.jpg', '.jpeg', '.png', '.webp'],
        size: { max: 20_971_520 },
      },
      outputs: Array.from({ length: outputs }, (_, output) => ({
        style: styleOf(output),
        to: { bucket: targetBucket, key: `${output}/{key}.webp` },
      })),
    })),
  });
}

/** The folder of the uploads that one of several rules takes. */
export const folderOf = (rule: number): string => `${prefix}${rule}/`;
