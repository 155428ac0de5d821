// Your rules: the only file you edit. `npm run build` refuses it when it is wrong, or when the function could start
// itself.
import { defineConfig, env } from './rules/schema.js';

export default defineConfig({
  // What cannot be finished now is written here, one JSON object a record, and run again or kept for you.
  journal: { bucket: env('JOURNAL_BUCKET', 'photos-journal'), prefix: 'autostyle/' },

  // Tried in order; the first rule that matches an upload takes it.
  rules: [
    {
      name: 'avatars',
      when: {
        bucket: env('SOURCE_BUCKET', 'photos'),
        prefix: 'avatars/',
        suffix: ['.jpg', '.jpeg', '.png', '.webp'],
        exclude: ['avatars/raw/'],
        size: { max: 20_971_520 },
      },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
          to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: '{key}.128.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fixed,w_100,h_100',
          to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: 'square/{key}' },
        },
      ],
    },
    {
      name: 'gallery',
      when: {
        bucket: env('SOURCE_BUCKET', 'photos'),
        prefix: 'gallery/',
        suffix: ['.jpg', '.jpeg', '.png', '.webp'],
        size: { max: 20_971_520 },
      },
      outputs: [
        {
          style: 'image/auto-orient,1/resize,m_lfit,w_1200,h_1200/quality,q_85/format,webp',
          to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: '{dir}large/{file}.webp' },
        },
        {
          style: 'image/auto-orient,1/resize,m_fill,w_400,h_300/quality,q_80/format,webp',
          to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: '{dir}card/{file}.webp' },
        },
      ],
    },
  ],
});
