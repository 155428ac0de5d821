// The rules of the recorded instances. Those of most cases have at least one of everything that a rule can say.

const out = 'photos-out';
const journal = { bucket: 'photos-journal', prefix: 'autostyle/' };
const photo = ['.jpg', '.jpeg', '.png', '.webp'];

const rules = [
  {
    name: 'avatars',
    when: { bucket: 'photos', prefix: 'avatars/', suffix: photo, exclude: ['avatars/raw/'], size: { max: 20_971_520 } },
    outputs: [
      {
        style: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
        to: { bucket: out, key: '{key}.128.webp' },
      },
      { style: 'style/square', to: { bucket: out, key: 'square/{key}' } },
    ],
  },
  {
    name: 'albums',
    when: { bucket: ['photos', 'scans'], prefix: ['albums/', '相册/'], exclude: ['albums/private/', 'albums/tmp'] },
    onDelete: 'remove',
    outputs: [
      { style: 'image/resize,w_400/quality,q_80', to: { bucket: out, key: 'card/{bucket}/{dir}{file}.jpg' } },
      {
        // Its watermark is an image of the source bucket, bG9nby5wbmc is logo.png.
        style: 'image/resize,w_1200/watermark,image_bG9nby5wbmc,g_se/format,webp',
        to: { bucket: 'photos-marked', key: 'marked/{bucket}/{key}' },
      },
    ],
  },
  {
    name: 'large',
    when: { bucket: 'photos', prefix: 'sized/', size: { min: 1_000_000 } },
    onDelete: 'remove',
    outputs: [{ style: 'image/resize,p_25', to: { bucket: out, key: 'large/{key}' } }],
  },
  {
    name: 'small',
    when: { bucket: 'photos', prefix: 'sized/', size: { min: 1, max: 999_999 } },
    onDelete: 'remove',
    outputs: [{ style: 'style/small', to: { bucket: out, key: 'small/{key}' } }],
  },
  {
    name: 'dated',
    when: { bucket: 'photos', prefix: 'dated/' },
    outputs: [
      { style: 'image/format,jpg', to: { bucket: out, key: 'by-day/{year}/{month}/{day}/{rule}/{name}.{ext}' } },
      { style: 'image/info', to: { bucket: out, key: 'by-version/{etag}/{file}.json' } },
    ],
  },
  {
    name: 'beside',
    when: { bucket: 'scans', prefix: 'in/', suffix: ['.tif'] },
    outputs: [{ style: 'image/format,png', to: { key: 'beside/{name}.png' } }],
  },
];

/** Rules by the name under which a case asks for them; those called `shipped` are in the bundle. */
export const recorderRules = { rich: { journal, rules }, throw: { journal: 'throw', rules } };

/** Rules as they can be published, with a target that tells their version; `when` is what is else than usual. */
export function publishedRules(version: string, when: object = {}): string {
  const outputs = [{ style: 'image/resize,w_64', to: { bucket: out, key: `${version}/{key}` } }];
  const rule = { name: 'avatars', when: { bucket: 'photos', prefix: 'avatars/', suffix: photo, ...when }, outputs };
  return JSON.stringify({ journal, rules: [rule] });
}
