import { expect, it } from 'vitest';
import { missedUploads } from '../../src/deploy/missed-uploads.js';

it.each<[string, [string, string[]][], string]>([
  ['one place', [['photos', ['avatars/']]], 'oss://photos/avatars/'],
  [
    'several',
    [
      ['photos', ['a/', 'b c/']],
      ['more', ['']],
    ],
    "oss://photos/a/ 'oss://photos/b c/' oss://more/",
  ],
  [
    'many',
    [
      ['photos', Array.from({ length: 9 }, (_, at) => `${at}/`)],
      ['more', ['x/']],
    ],
    'oss://photos/ oss://more/',
  ],
  ['none that is known', [], 'oss://BUCKET/PREFIX/'],
])('closes the gap of a stop in %s', (_, heard, places) => {
  expect(missedUploads(new Map(heard))).toBe(`npm run reconcile -- ${places} --since WHEN-YOU-STOPPED`);
});
