import sharp from 'sharp';
import { expect, it } from 'vitest';
import { averageHue } from '../../../src/local/image/average-hue.js';
import { readSource } from '../../../src/local/image/source.js';

const [red, green, blue, cyan, grey] = ['ff0000', '00ff00', '0000ff', '00ffff', '646464'];

it.each([
  ['of one colour is that colour', [green, green], '0x00ff00'],
  ['leaves out what is far from the mean hue', [green, green, green, blue], '0x00ff00'],
  ['is of all pixels when none is near the mean hue', [red, cyan], '0x7f7f7f'],
  ['is truncated', [grey, grey, '656565'], '0x646464'],
  ['takes the pixels within 45°', [green, '00ff80', '80ff00'], '0x2aff2a'],
  // Their hues are 35.29°, 80.71° and 126.12°, 80.71° on average: with 80°, the first is near and the last is not.
  ['truncates the mean hue to whole degrees', ['ff9600', 'a7ff00', '00ff1a'], '0xd3ca00'],
])('average-hue %s', async (_, colors, expected) => {
  expect(await hueOf(colors)).toBe(expected);
});

it('average-hue sees transparent pixels on white, and grey as grey', async () => {
  const clear = await sharp({ create: { width: 2, height: 2, channels: 4, background: '#ff000000' } })
    .png()
    .toBuffer();
  expect(await averageHue(await readSource(clear))).toBe('0xffffff');
  const { data, info } = await sharp(Buffer.from([100, 101]), { raw: { width: 2, height: 1, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(1);
  expect(await averageHue(await readSource(data))).toBe('0x646464');
});

async function hueOf(colors: readonly (string | undefined)[]): Promise<string> {
  const raw = { width: colors.length, height: 1, channels: 3 } as const;
  const png = await sharp(Buffer.from(colors.join(''), 'hex'), { raw })
    .png()
    .toBuffer();
  return averageHue(await readSource(png));
}
