import { describe, expect, it } from 'vitest';
import { averageHue } from '../../../src/local/image/average-hue.js';
import type { Edit } from '../../../src/local/image/edit.js';
import { ImageError } from '../../../src/local/image/error.js';
import { endOfTime, render, renderPixels } from '../../../src/local/image/render.js';
import { readSource } from '../../../src/local/image/source.js';
import { quadrants, waves } from './pictures.js';

const output = { format: 'png', quality: 75, progressive: false, chromaSubsampling: '4:2:0' } as const;
const good = waves(80, 60).png().toBuffer();
// The header says 300 × 200, and the pixels end early.
const cut = waves(300, 200)
  .png()
  .toBuffer()
  .then((png) => png.subarray(0, 900));

async function thrown(bytes: Promise<Buffer>, edits: readonly Edit[]): Promise<unknown> {
  const source = await readSource(await bytes);
  return render(source, { edits, output, animated: false, orientation: 1, end: endOfTime() }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const ours: [string, readonly Edit[]][] = [
  ['a cut outside the image', [{ do: 'cut', window: { left: 70, top: 0, width: 20, height: 10 } }]],
  [
    'a layer larger than the image',
    [
      {
        do: 'overlay',
        layers: [
          { picture: '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"/>', at: 'tile', blend: 'over' },
        ],
      },
    ],
  ],
  ['a size that sharp does not take', [{ do: 'scale', size: { width: -1, height: 10 } }]],
  [
    'a wrong edit in a second pass',
    [
      { do: 'scale', size: { width: 40, height: 30 } },
      { do: 'scale', size: { width: 20, height: 15 } },
      { do: 'cut', window: { left: 30, top: 0, width: 20, height: 10 } },
    ],
  ],
];

describe('what is to blame', () => {
  it.each(ours)('%s is a bug of ours: no 400', async (_, edits) => {
    const error = await thrown(good, edits);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ImageError);
  });

  it.each([['no edit', []], ...ours.slice(0, 1)] as [string, readonly Edit[]][])(
    'a damaged source is the caller’s: 400, with %s',
    async (_, edits) => {
      const error = await thrown(cut, edits);
      expect(error).toMatchObject({ name: 'ImageError', status: 400, code: 'BadRequest' });
      expect((error as Error).cause).toBeInstanceOf(Error);
    },
  );

  it('a damaged source is the caller’s for average-hue, too', async () => {
    await expect(averageHue(await readSource(await cut))).rejects.toMatchObject({ name: 'ImageError', status: 400 });
  });
});

describe('renderPixels', () => {
  it('gives the edited pixels with alpha', async () => {
    const source = await readSource(await quadrants(20, 10).png().toBuffer());
    const { data, width, height, channels } = await renderPixels(
      source,
      [{ do: 'cut', window: { left: 10, top: 5, width: 4, height: 3 } }],
      endOfTime(),
    );
    expect([width, height, channels, data.length]).toEqual([4, 3, 4, 48]);
    expect([...data.subarray(0, 4)]).toEqual([255, 230, 0, 255]);
  });
});

describe('the time for an image', () => {
  it('is a minute, for all of its parts together', async () => {
    const [before, end, after] = [performance.now(), endOfTime(), performance.now()];
    expect(end).toBeGreaterThanOrEqual(before + 60_000);
    expect(end).toBeLessThanOrEqual(after + 60_000);
    const source = await readSource(await good);
    const late = { name: 'ImageError', status: 400, message: expect.stringContaining('60 s') };
    await expect(renderPixels(source, [], performance.now())).rejects.toMatchObject(late);
    const rendering = { edits: [], output, animated: false, orientation: 1, end: performance.now() };
    await expect(render(source, rendering)).rejects.toMatchObject(late);
  });

  it('ends what is done on the pixels, too', async () => {
    const source = await readSource(await waves(800, 600).png().toBuffer());
    const edits = Array.from({ length: 2000 }, () => ({ do: 'sharpen', sigma: 1 }) as const);
    const rendering = { edits, output, animated: false, orientation: 1, end: performance.now() + 200 };
    await expect(render(source, rendering)).rejects.toMatchObject({ status: 400, code: 'MemLimitExceeded' });
  });
});
