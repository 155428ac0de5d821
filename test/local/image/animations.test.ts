// What becomes of animations, by the pages of OSS that src/style/animation.ts names: which operations keep the frames,
// and that what is kept is right: pixels of each frame, times, and how often it is shown.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../src/local/image/pipeline.js';
import type { ImageOperationName } from '../../../src/style/catalogue.js';
import { catalogue } from '../../../src/style/catalogue.js';
import { lintStyle } from '../../../src/style/lint.js';
import { type Animation, gifOf, webpOf } from './animated.js';
import { blueColor, distance, redColor } from './pictures.js';

const mark = Buffer.from('mark.png').toString('base64url');
const text = Buffer.from('Text').toString('base64url');
const context = {
  readObject: async () =>
    sharp({ create: { width: 8, height: 6, channels: 3, background: '#ffffff' } })
      .png()
      .toBuffer(),
  immBound: true,
  saving: true,
};
const bodyOf = async (source: Buffer, actions: string) =>
  (await processImage(source, `image/${actions}`, context)).body;

// Three frames that differ in colour, in time and in what becomes of them.
const animation: Animation = {
  width: 40,
  height: 30,
  plays: 3,
  frames: [
    { left: 0, top: 0, width: 40, height: 30, colour: 'red', delay: 100, after: 'stay' },
    { left: 0, top: 0, width: 40, height: 30, colour: 'green', delay: 250, after: 'clear' },
    { left: 0, top: 0, width: 40, height: 30, colour: 'blue', delay: 40, after: 'stay' },
  ],
};
const sources = { gif: gifOf(animation), webp: await webpOf(animation) };

interface Shown {
  readonly format: string;
  readonly frames: number;
  readonly size: string;
  readonly delays: readonly number[] | undefined;
  readonly plays: number | undefined;
  /** Red, green, blue, alpha. */
  at(frame: number, x: number, y: number): readonly number[];
}
async function shownBy(image: Buffer): Promise<Shown> {
  const { pages = 1, format, delay, loop } = await sharp(image, { animated: true }).metadata();
  const { data, info } = await sharp(image, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const height = info.height / pages;
  return {
    format,
    frames: pages,
    size: `${info.width}x${height}`,
    delays: delay,
    plays: loop,
    at: (frame, x, y) => {
      const from = ((frame * height + y) * info.width + x) * 4;
      return [...data.subarray(from, from + 4)];
    },
  };
}

function nameOf([red = 0, green = 0, blue = 0, alpha = 0]: readonly number[]): string {
  if (alpha < 50) return 'hole';
  const near = Object.entries({ red: redColor, green: [0, 255, 0], blue: blueColor }).find(
    ([, colour]) => distance([red, green, blue], colour) < 60,
  );
  return alpha > 205 && near !== undefined ? near[0] : `${[red, green, blue, alpha]}`;
}

describe('each operation', () => {
  // Frames kept of a GIF, and of a WebP.
  const kept: Readonly<Record<string, readonly [style: string, gif: 1 | 3, webp: 1 | 3, size: string][]>> = {
    resize: [
      ['resize,w_20', 3, 3, '20x15'],
      ['resize,h_15', 3, 3, '20x15'],
      ['resize,l_20', 3, 3, '20x15'],
      ['resize,s_15', 3, 3, '20x15'],
      ['resize,m_fill,w_10,h_10', 3, 3, '10x10'],
      ['resize,m_pad,w_20,h_20', 3, 3, '20x20'],
      ['resize,m_fixed,w_20,h_20', 3, 3, '20x20'],
      ['resize,m_mfit,w_20,h_20', 3, 3, '27x20'],
      ['resize,w_80', 3, 3, '40x30'],
      ['resize,w_80,limit_0', 1, 1, '80x60'],
      ['resize,p_50', 1, 1, '20x15'],
      ['resize,w_20,p_50', 3, 3, '20x15'],
    ],
    crop: [['crop,w_10,h_20,g_center', 3, 3, '10x20']],
    circle: [['circle,r_5', 1, 1, '11x11']],
    'rounded-corners': [['rounded-corners,r_5', 1, 1, '40x30']],
    indexcrop: [['indexcrop,x_10,i_1', 1, 1, '10x30']],
    rotate: [
      ['rotate,90', 1, 1, '30x40'],
      ['rotate,180', 1, 1, '40x30'],
    ],
    'auto-orient': [
      ['auto-orient,1', 1, 1, '40x30'],
      ['auto-orient,0', 1, 1, '40x30'],
    ],
    flip: [['flip,1', 1, 1, '40x30']],
    blur: [['blur,r_3,s_2', 1, 1, '40x30']],
    bright: [['bright,10', 1, 1, '40x30']],
    contrast: [['contrast,10', 1, 1, '40x30']],
    sharpen: [['sharpen,100', 1, 1, '40x30']],
    quality: [
      ['quality,q_90', 1, 1, '40x30'],
      ['quality,Q_90', 1, 1, '40x30'],
    ],
    format: [
      ['format,gif', 3, 3, '40x30'],
      ['format,webp', 3, 3, '40x30'],
      ['format,jpg', 1, 1, '40x30'],
      ['format,png', 1, 1, '40x30'],
      ['format,tiff', 1, 1, '40x30'],
      ['resize,w_20/format,gif', 3, 3, '20x15'],
      ['resize,w_20/format,webp', 3, 3, '20x15'],
      ['format,gif/resize,w_20', 1, 1, '20x15'],
      ['format,webp/resize,w_20', 1, 1, '20x15'],
    ],
    interlace: [['interlace,1', 1, 1, '40x30']],
    watermark: [
      [`watermark,image_${mark}`, 3, 3, '40x30'],
      [`watermark,image_${mark},animation_1`, 3, 3, '40x30'],
      [`watermark,image_${mark},animation_0`, 1, 1, '40x30'],
      [`watermark,image_${mark},fill_1,padx_20,pady_20`, 3, 3, '40x30'],
      [`watermark,text_${text},size_10,y_0`, 1, 1, '40x30'],
      [`watermark,text_${text},size_10,image_${mark},y_0`, 1, 1, '40x30'],
    ],
  };

  it('is in the table, but for those that give no image or take no animation', () => {
    const others = ['blindwatermark', 'deblindwatermark'];
    const images = (Object.keys(catalogue) as ImageOperationName[]).filter(
      (op) => (catalogue[op] as { answers?: string }).answers === undefined && !others.includes(op),
    );
    expect(Object.keys(kept).sort()).toEqual(images.sort());
  });

  const rows = Object.values(kept).flat();
  it.each(rows.map(([style, gif, , size]) => [style, gif, size] as const))(
    'GIF %s: %i frames of %s',
    async (style, frames, size) => expectFrames('gif', style, frames, size),
  );
  it.each(rows.flatMap(([style, , webp, size]) => (style === 'auto-orient,1' ? [] : [[style, webp, size] as const])))(
    'WebP %s: %i frames of %s',
    async (style, frames, size) => expectFrames('webp', style, frames, size),
  );

  async function expectFrames(source: 'gif' | 'webp', style: string, frames: 1 | 3, size: string) {
    const shown = await shownBy(await bodyOf(sources[source], style));
    expect(shown).toMatchObject({ frames, size });
    if (frames === 3) expect(shown).toMatchObject({ delays: [100, 250, 40], plays: 3 });
    const middle = Math.floor(Number(size.split('x')[1]) / 2);
    const colours = Array.from({ length: shown.frames }, (_, frame) => nameOf(shown.at(frame, 1, middle)));
    expect(colours).toEqual(['red', 'green', 'blue'].slice(0, frames));
  }

  it.each(rows)('%s: check says of a GIF what the pipeline does', (style, frames) => {
    const still = ['jpg', 'png', 'tiff'].some((format) => style.endsWith(`format,${format}`));
    const larger = style.endsWith('limit_0');
    const lost = lintStyle(`image/${style}`, { sourceSuffixes: ['.gif'] }).filter(
      ({ code }) => code === 'animationLost',
    );
    // Whoever asks for a still picture gets no warning, and whether a resize enlarges is not known beforehand.
    expect(lost.length).toBe(frames === 3 || still || larger ? 0 : 1);
  });

  it.each([2, 3, 4, 6])('a WebP with orientation %i keeps the first frame, upright', async (orientation) => {
    const tagged = await sharp(sources.webp, { animated: true }).webp().withMetadata({ orientation }).toBuffer();
    const shown = await shownBy(await bodyOf(tagged, 'resize,w_20'));
    expect(shown).toMatchObject({ frames: 1, size: orientation < 5 ? '20x15' : '20x27' });
    expect(nameOf(shown.at(0, 5, 5))).toBe('red');
  });

  it('auto-orient,1 is refused for an animated WebP', async () => {
    await expect(bodyOf(sources.webp, 'auto-orient,1')).rejects.toMatchObject({ status: 400 });
  });
});

describe('what is kept', () => {
  it.each([0, 1, 3])('is shown as often: %i times', async (plays) => {
    const [gif, webp] = [gifOf({ ...animation, plays }), await webpOf({ ...animation, plays })];
    for (const [source, style] of [
      [gif, 'resize,w_20'],
      [gif, 'resize,w_20/format,webp'],
      [webp, 'resize,w_20'],
      [webp, 'resize,w_20/format,gif'],
    ] as const) {
      expect(await shownBy(await bodyOf(source, style))).toMatchObject({ plays, delays: [100, 250, 40] });
    }
  });

  it('stays apart where frames are equal', async () => {
    const equal: Animation = { ...animation, frames: animation.frames.map((frame) => ({ ...frame, colour: 'red' })) };
    expect(await shownBy(await bodyOf(gifOf(equal), 'resize,w_20'))).toMatchObject({
      frames: 3,
      delays: [100, 250, 40],
    });
  });

  it('goes by several passes, times and all', async () => {
    const styles = `resize,w_20/crop,w_10,h_10/resize,w_8/watermark,image_${mark},g_nw,x_0,y_0/crop,w_4,h_8,g_se`;
    const shown = await shownBy(await bodyOf(sources.gif, styles));
    expect(shown).toMatchObject({ frames: 3, size: '4x8', delays: [100, 250, 40], plays: 3 });
    expect([0, 1, 2].map((frame) => nameOf(shown.at(frame, 2, 7)))).toEqual(['red', 'green', 'blue']);
  });

  // Green lies on a part of red and is cleared again; blue comes and goes; green stays.
  const partly: Animation = {
    width: 40,
    height: 30,
    plays: 0,
    frames: [
      { left: 0, top: 0, width: 40, height: 30, colour: 'red', delay: 100, after: 'stay' },
      { left: 10, top: 10, width: 20, height: 10, clear: 10, colour: 'green', delay: 100, after: 'clear' },
      { left: 0, top: 0, width: 10, height: 10, colour: 'blue', delay: 100, after: 'before' },
      { left: 30, top: 20, width: 10, height: 10, colour: 'green', delay: 100, after: 'stay' },
    ],
  };
  // By frame: what is at 5,5; 14,14; 25,14; 35,25.
  const expected = [
    ['red', 'red', 'red', 'red'],
    ['red', 'red', 'green', 'red'],
    ['blue', 'hole', 'hole', 'red'],
    ['red', 'hole', 'hole', 'green'],
  ];
  // WebP knows no going back, so blue stays.
  const expectedOfWebp = expected.with(3, ['blue', 'hole', 'hole', 'green']);
  const places = [
    [5, 5],
    [14, 14],
    [25, 14],
    [35, 25],
  ] as const;
  const seen = ({ at, frames }: Shown, scale = 1) =>
    Array.from({ length: frames }, (_, frame) =>
      places.map(([x, y]) => nameOf(at(frame, Math.floor(x / scale), Math.floor(y / scale)))),
    );

  it.each(['crop,w_40,h_30', 'resize,w_20', 'format,gif'])(
    'of a GIF with frames that cover a part: %s',
    async (style) => {
      const shown = await shownBy(await bodyOf(gifOf(partly), style));
      expect(seen(shown, style === 'resize,w_20' ? 2 : 1)).toEqual(expected);
    },
  );

  it.each(['crop,w_40,h_30', 'resize,w_20', 'format,webp'])(
    'of a WebP with frames that cover a part: %s',
    async (style) => {
      const shown = await shownBy(await bodyOf(await webpOf(partly), style));
      expect(seen(shown, style === 'resize,w_20' ? 2 : 1)).toEqual(expectedOfWebp);
    },
  );

  it('is the hole that a WebP frame leaves which does not blend', async () => {
    const shown = await shownBy(await bodyOf(await webpOf(partly, false), 'crop,w_40,h_30'));
    expect(seen(shown)).toEqual(expectedOfWebp.with(1, ['red', 'hole', 'green', 'red']));
  });

  it('is transparent in WebP where it is in GIF', async () => {
    const shown = await shownBy(await bodyOf(gifOf(partly), 'resize,w_40/format,webp'));
    expect(shown).toMatchObject({ format: 'webp', frames: 4, delays: [100, 100, 100, 100], plays: 0 });
    expect(seen(shown)).toEqual(expected);
  });

  it('are as many frames in info', async () => {
    expect(JSON.parse(String(await bodyOf(sources.gif, 'info')))).toMatchObject({
      FrameCount: { value: '3' },
      ImageHeight: { value: '30' },
    });
  });
});
