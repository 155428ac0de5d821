// What the demo shows: its rules, and what must come out, in literal numbers.
import type { ConfigInput } from '../../rules/schema.js';
import { image } from '../../style/builder.js';

const results = 'photos-out';

export const demoRules: ConfigInput = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'avatars',
      when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg', '.png', '.webp'] },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
          to: { bucket: results, key: '{key}.128.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fill,w_201,h_201/circle,r_100/format,png',
          to: { bucket: results, key: '{dir}{name}.round.png' },
        },
      ],
    },
    {
      name: 'gallery',
      when: { bucket: 'photos', prefix: 'gallery/', suffix: ['.jpg', '.png', '.webp'] },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_lfit,w_1200,h_1200/quality,q_85/format,webp',
          to: { bucket: results, key: '{dir}large/{name}.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fill,w_400,h_300/rounded-corners,r_24/format,png',
          to: { bucket: results, key: '{dir}card/{name}.png' },
        },
      ],
    },
    {
      // The first scenario of OSS's page on ProcessObject: an exact size, saved to another bucket.
      name: 'fixed',
      when: { bucket: 'photos', prefix: 'products/' },
      outputs: [{ style: 'image/resize,m_fixed,w_100,h_100', to: { bucket: results, key: 'fixed/{file}' } }],
    },
    {
      // The second: a blind watermark, "Copyrighted by Alibaba Cloud"; and one for everyone to see.
      name: 'marked',
      when: { bucket: 'photos', prefix: 'editorial/' },
      outputs: [
        {
          style: 'image/blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA',
          to: { bucket: results, key: 'marked/{file}' },
        },
        {
          style: image()
            .autoOrient()
            .resize({ w: 900 })
            .watermark({
              text: '北极光 · Northern Lights',
              size: 36,
              color: 'FFFFFF',
              shadow: 50,
              g: 'se',
              x: 24,
              y: 20,
            })
            .toString(),
          to: { bucket: results, key: 'signed/{file}' },
        },
      ],
    },
  ],
};

/** Which sample photo the demo uploads under which key. */
export const demoUploads: readonly (readonly [photo: string, key: string])[] = [
  ['balloons.jpg', 'avatars/balloons.jpg'],
  ['logo.png', 'avatars/logo.png'],
  ['oranges.jpg', 'avatars/橙子 & friends.jpg'],
  ['mountain-lake.jpg', 'gallery/mountain-lake.jpg'],
  ['sea-sunset.jpg', 'gallery/sea-sunset.jpg'],
  ['sunflower.webp', 'gallery/sunflower.webp'],
  ['dunes.jpg', 'products/dunes.jpg'],
  ['logo.png', 'products/logo.png'],
  ['northern-lights.jpg', 'editorial/northern-lights.jpg'],
];

export interface Expected {
  readonly source: string;
  readonly target: string;
  readonly width: number;
  readonly height: number;
  /** As sharp names it. */
  readonly format: 'jpeg' | 'png' | 'webp';
  /** The text that must be read back out of the result. */
  readonly hidden?: string;
}

const expect = (
  source: string,
  target: string,
  width: number,
  height: number,
  format: Expected['format'],
): Expected => ({
  source,
  target,
  width,
  height,
  format,
});

export const demoResults: readonly Expected[] = [
  expect('avatars/balloons.jpg', 'avatars/balloons.jpg.128.webp', 128, 128, 'webp'),
  expect('avatars/balloons.jpg', 'avatars/balloons.round.png', 201, 201, 'png'),
  expect('avatars/logo.png', 'avatars/logo.png.128.webp', 128, 128, 'webp'),
  expect('avatars/logo.png', 'avatars/logo.round.png', 201, 201, 'png'),
  expect('avatars/橙子 & friends.jpg', 'avatars/橙子 & friends.jpg.128.webp', 128, 128, 'webp'),
  expect('avatars/橙子 & friends.jpg', 'avatars/橙子 & friends.round.png', 201, 201, 'png'),
  expect('gallery/mountain-lake.jpg', 'gallery/large/mountain-lake.webp', 1200, 900, 'webp'),
  expect('gallery/mountain-lake.jpg', 'gallery/card/mountain-lake.png', 400, 300, 'png'),
  expect('gallery/sea-sunset.jpg', 'gallery/large/sea-sunset.webp', 1200, 800, 'webp'),
  expect('gallery/sea-sunset.jpg', 'gallery/card/sea-sunset.png', 400, 300, 'png'),
  expect('gallery/sunflower.webp', 'gallery/large/sunflower.webp', 1200, 900, 'webp'),
  expect('gallery/sunflower.webp', 'gallery/card/sunflower.png', 400, 300, 'png'),
  expect('products/dunes.jpg', 'fixed/dunes.jpg', 100, 100, 'jpeg'),
  expect('products/logo.png', 'fixed/logo.png', 100, 100, 'png'),
  {
    ...expect('editorial/northern-lights.jpg', 'marked/northern-lights.jpg', 1500, 1000, 'jpeg'),
    hidden: 'Copyrighted by Alibaba Cloud',
  },
  expect('editorial/northern-lights.jpg', 'signed/northern-lights.jpg', 900, 600, 'jpeg'),
];
