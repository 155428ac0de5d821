// One picture looks the same whatever it is stored in. Here: as it is, and after the edits that have told storages
// apart before; all other operations follow in storages.slow.test.ts.
import { describe, expect, it } from 'vitest';
import { difference, differenceAfter, markName, processed } from './same-picture.js';
import { storages } from './storages.js';

const edits = [
  'resize,m_pad,w_60,h_60,color_FF8800,limit_0',
  'bright,-40',
  'contrast,40',
  'rotate,30',
  `watermark,image_${markName},g_se,x_2,y_2,t_70`,
].map((edit) => `${edit}/format,png`);

describe('one picture', () => {
  it.each(storages)('$name shows it, within what the encoder leaves', async ({ bytes, picture, loss, background }) => {
    expect(await difference(await processed(bytes, 'format,png'), picture, background, loss)).toBeUndefined();
  });

  it.each(storages)('$name looks the same after edits', async (storage) => {
    for (const edit of edits) expect([edit, await differenceAfter(edit, storage)]).toEqual([edit, undefined]);
  });
});
