// What the demo shows: its rules, and what must come out, in literal numbers.
import type { ConfigInput } from '../../rules/schema.js';
import { image } from '../../style/builder.js';
import type { PhotoPlace } from '../samples/objects.js';

export const sourceBucket = 'photos';
export const resultBucket = 'photos-out';

const photos = (prefix: string) => ({ bucket: sourceBucket, prefix, suffix: ['.jpg', '.png', '.webp'] });
const output = (style: string, key: string) => ({ style, to: { bucket: resultBucket, key } });

export const demoRules: ConfigInput = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'avatars',
      when: photos('avatars/'),
      outputs: [
        output('image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp', '{key}.128.webp'),
        output('image/auto-orient,1/resize,m_fill,w_201,h_201/circle,r_100/format,png', '{dir}{name}.round.png'),
      ],
    },
    {
      name: 'gallery',
      when: photos('gallery/'),
      outputs: [
        output('image/auto-orient,1/resize,m_lfit,w_1200,h_1200/quality,q_85/format,webp', '{dir}large/{name}.webp'),
        output('image/auto-orient,1/resize,m_fill,w_400,h_300/rounded-corners,r_24/format,png', '{dir}card/{name}.png'),
      ],
    },
    {
      // The first scenario of OSS's page on ProcessObject: an exact size, saved to another bucket.
      name: 'fixed',
      when: { bucket: sourceBucket, prefix: 'products/' },
      outputs: [output('image/resize,m_fixed,w_100,h_100', 'fixed/{file}')],
    },
    {
      // The second: a blind watermark, "Copyrighted by Alibaba Cloud"; and a visible one.
      name: 'marked',
      when: { bucket: sourceBucket, prefix: 'editorial/' },
      outputs: [
        output('image/blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA', 'marked/{file}'),
        output(
          image()
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
          'signed/{file}',
        ),
      ],
    },
  ],
};

/** Which sample photo the demo uploads under which key. */
export const demoUploads: readonly PhotoPlace[] = [
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

/**
 * A result that must be there: its size, its format as sharp names it, and the text that must be read back out of it.
 */
type ExpectedResult = readonly [
  source: string,
  target: string,
  width: number,
  height: number,
  format: 'jpeg' | 'png' | 'webp',
  hidden?: string,
];

export const demoResults: readonly ExpectedResult[] = [
  ['avatars/balloons.jpg', 'avatars/balloons.jpg.128.webp', 128, 128, 'webp'],
  ['avatars/balloons.jpg', 'avatars/balloons.round.png', 201, 201, 'png'],
  ['avatars/logo.png', 'avatars/logo.png.128.webp', 128, 128, 'webp'],
  ['avatars/logo.png', 'avatars/logo.round.png', 201, 201, 'png'],
  ['avatars/橙子 & friends.jpg', 'avatars/橙子 & friends.jpg.128.webp', 128, 128, 'webp'],
  ['avatars/橙子 & friends.jpg', 'avatars/橙子 & friends.round.png', 201, 201, 'png'],
  ['gallery/mountain-lake.jpg', 'gallery/large/mountain-lake.webp', 1200, 900, 'webp'],
  ['gallery/mountain-lake.jpg', 'gallery/card/mountain-lake.png', 400, 300, 'png'],
  ['gallery/sea-sunset.jpg', 'gallery/large/sea-sunset.webp', 1200, 800, 'webp'],
  ['gallery/sea-sunset.jpg', 'gallery/card/sea-sunset.png', 400, 300, 'png'],
  ['gallery/sunflower.webp', 'gallery/large/sunflower.webp', 1200, 900, 'webp'],
  ['gallery/sunflower.webp', 'gallery/card/sunflower.png', 400, 300, 'png'],
  ['products/dunes.jpg', 'fixed/dunes.jpg', 100, 100, 'jpeg'],
  ['products/logo.png', 'fixed/logo.png', 100, 100, 'png'],
  ['editorial/northern-lights.jpg', 'marked/northern-lights.jpg', 1500, 1000, 'jpeg', 'Copyrighted by Alibaba Cloud'],
  ['editorial/northern-lights.jpg', 'signed/northern-lights.jpg', 900, 600, 'jpeg'],
];
