// What the screenshots show: a studio that has had something to do.
import { localClient, photosAt, upload } from '../../src/local/samples/objects.js';
import type { ConfigInput } from '../../src/rules/schema.js';

const suffix = ['.jpg', '.jpeg', '.png', '.webp'];

export const sceneRules: ConfigInput = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'avatars',
      when: { bucket: 'photos', prefix: 'avatars/', suffix },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
          to: { bucket: 'photos-out', key: '{key}.128.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fill,w_201,h_201/circle,r_100/format,png',
          to: { bucket: 'photos-out', key: '{dir}{name}.round.png' },
        },
      ],
    },
    {
      name: 'gallery',
      when: { bucket: 'photos', prefix: 'gallery/', suffix },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_lfit,w_1200,h_1200/quality,q_85/format,webp',
          to: { bucket: 'photos-out', key: '{dir}large/{name}.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fill,w_400,h_300/rounded-corners,r_24/format,png',
          to: { bucket: 'photos-out', key: '{dir}card/{name}.png' },
        },
      ],
    },
  ],
};

/** One that no rule takes, one that is no picture, and the rules' photos, of which the last is shown first. */
export async function play(url: string): Promise<void> {
  const client = localClient(url, 'photos');
  await client.put('gallery/notes.txt', Buffer.from('not for a rule'));
  await client.put('gallery/receipt.jpg', Buffer.from('%PDF-1.7'));
  const objects = await photosAt([
    ['sunflower.webp', 'gallery/sunflower.webp'],
    ['sea-sunset.jpg', 'gallery/sea-sunset.jpg'],
    ['balloons.jpg', 'avatars/balloons.jpg'],
    ['logo.png', 'avatars/logo.png'],
    ['oranges.jpg', 'avatars/橙子.jpg'],
    ['mountain-lake.jpg', 'gallery/mountain-lake.jpg'],
  ]);
  await upload(url, 'photos', objects);
}
