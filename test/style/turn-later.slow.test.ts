import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../src/local/image/error.js';
import { turnLater } from '../../src/style/turn-later.js';
import { orientations, turnsAlike } from './turned.js';

const boxes = ['w_90,h_70', 'w_70', 'h_60', 'l_90,s_60', 'l_80', 's_60', 'p_5', 'w_90,h_200,limit_0'];
const modes = ['lfit', 'mfit', 'fill', 'pad', 'fixed'];
const resizes = modes.flatMap((m) => boxes.map((box) => `resize,m_${m},${box}`));

describe('every orientation', () => {
  it.each(resizes)('%s', async (resize) => {
    for (const orientation of orientations) await turnsAlike(resize, { width: 4200, height: 264, orientation });
  });

  it.each([
    'crop,w_900,h_200,x_70,y_9,g_west/resize,m_fill,w_80,h_60',
    'crop,w_3000,g_center/rounded-corners,r_60/resize,h_80/watermark,text_YWJj,size_20,g_nw,x_3,y_5',
    'indexcrop,y_90,i_1/flip,1/resize,l_300',
    'resize,m_pad,w_120,h_110,color_3366FF/crop,w_90,h_80,g_se/rotate,30',
    'resize,s_100/indexcrop,y_30,i_2/rounded-corners,r_9',
    'bright,20/contrast,10/blur,r_9,s_4/resize,m_mfit,w_70,h_70/circle,r_30',
    'circle,r_90/resize,w_60',
  ])('%s', async (actions) => {
    for (const orientation of orientations) await turnsAlike(actions, { width: 4200, height: 264, orientation });
  });

  it('of a square, where l and s are no longer told apart by the proportions', async () => {
    for (const orientation of [4, 6, 7]) {
      await turnsAlike('resize,m_fill,l_90,s_60', { width: 4104, height: 4104, orientation });
    }
  });
});

describe('random chains', () => {
  const side = fc.integer({ min: 60, max: 300 });
  const place = fc.constantFrom('nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se');
  const offset = fc.integer({ min: 0, max: 90 });
  const cut = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 4500 }), fc.integer({ min: 0, max: 300 }), offset, offset, place)
      .map(([w, h, x, y, g]) => `crop,w_${w},h_${h},x_${x},y_${y},g_${g}`),
    fc
      .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 90, max: 260 }), fc.nat(2))
      .map(([key, slice, i]) => `indexcrop,${key}_${slice},i_${i}`),
  );
  const same = fc.constantFrom('bright,9', 'rounded-corners,r_40', 'flip,0', 'flip,1', 'flip,2', 'blur,r_3,s_2');
  const resize = fc
    .tuple(
      fc.constantFrom(...modes),
      fc.option(side),
      fc.option(side),
      fc.constantFrom('w', 'l'),
      fc.constantFrom(0, 1),
    )
    .map(([m, one, other, keys, limit]) => {
      const [first, second] = keys === 'w' ? ['w', 'h'] : ['l', 's'];
      const given = [one === null ? [] : `${first}_${one}`, other === null ? [] : `${second}_${other}`].flat();
      return ['resize', `m_${m}`, ...(given.length === 0 ? ['h_99'] : given), `limit_${limit}`].join(',');
    });
  const after = fc.constantFrom('crop,w_50,h_40,g_se', 'rotate,180', 'watermark,text_YWJj,size_9,g_ne', 'flip,1');

  it('give the same picture', async () => {
    let compared = 0;
    const stored = fc.constantFrom([4200, 152], [264, 4200]);
    const chain = fc.tuple(fc.array(fc.oneof(cut, same), { maxLength: 2 }), resize, fc.array(after, { maxLength: 2 }));
    await fc.assert(
      fc.asyncProperty(
        stored,
        fc.constantFrom(...orientations),
        chain,
        async ([width = 0, height = 0], orientation, [before, shrink, rest]) => {
          const actions = [...before, shrink, ...rest].join('/');
          const image = { width, height, orientation };
          const { style, blockedBy } = turnLater(`image/${actions}`, image);
          // Nothing can be cut out there, and OSS refuses both.
          if (blockedBy !== undefined) expect(blockedBy).toMatch(/crop/);
          if (style === undefined) return;
          await turnsAlike(actions, image).then(
            () => {
              compared += 1;
            },
            (error: unknown) => {
              // Too large, or cut outside, on the upright image too.
              if (!(error instanceof ImageError)) throw error;
            },
          );
        },
      ),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(150);
  }, 600_000);
});
