import { expect, it } from 'vitest';
import { type OwnPhoto, placePhotos } from '../../../src/local/demo/placement.js';
import { loadConfig } from '../../../src/rules/load.js';

const outputs = [{ style: 'image/resize,w_10', to: { bucket: 'photos-out', key: '{key}.webp' } }];
const { rules } = loadConfig(
  {
    journal: 'throw',
    rules: [
      {
        name: 'avatars',
        when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.png'], exclude: ['avatars/raw/'] },
        outputs,
      },
      { name: 'small', when: { bucket: 'other', prefix: ['in/', 'more/'], size: { max: 1_000 } }, outputs },
    ],
  },
  {},
);
const photo = (path: string, size = 10): OwnPhoto => ({ path, file: `/tmp/${path}`, size });
const places = (...photos: readonly OwnPhoto[]) => {
  const { placed, left } = placePhotos(photos, rules);
  return [
    ...placed.map(({ path, bucket, key }) => `${path} → ${bucket}/${key}`),
    ...left.map(({ photo: { path }, why }) => `${path}: ${why}`),
  ];
};

it.each<[string, readonly OwnPhoto[], readonly string[]]>([
  ['its own path where a rule takes that', [photo('more/a.jpg')], ['more/a.jpg → other/more/a.jpg']],
  ['else below the first prefix that then does', [photo('a.PNG')], ['a.PNG → photos/avatars/a.PNG']],
  ['of another rule, where the first does not', [photo('a.jpg')], ['a.jpg → other/in/a.jpg']],
  ['what the first excludes', [photo('raw/a.png')], ['raw/a.png → other/in/raw/a.png']],
  ['nothing for what is too large', [photo('a.jpg', 1_001)], ['a.jpg: no rule takes it']],
  [
    'nothing for more than OSS takes',
    [photo('a.png', 5 * 1024 ** 3 + 1)],
    ['a.png: larger than the 5 GB that OSS takes in one request'],
  ],
  [
    'nothing for a key that OSS refuses',
    [photo(`${'目'.repeat(400)}.jpg`)],
    [`${'目'.repeat(400)}.jpg: no rule takes it`],
  ],
  [
    'each key to one, those first that keep their paths',
    [photo('a.png'), photo('avatars/a.png')],
    ['avatars/a.png → photos/avatars/a.png', 'a.png: another photo has the key avatars/a.png'],
  ],
])('gives %s', (_, photos, expected) => {
  expect(places(...photos)).toEqual(expected);
});
