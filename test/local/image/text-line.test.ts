import { describe, expect, it } from 'vitest';
import { layOutText } from '../../../src/local/image/text-line.js';

const widthOf = async (text: string) => {
  const { left, right } = await layOutText(text);
  return right - left;
};

describe('layOutText', () => {
  it('gives each Chinese character an em, and all texts one height', async () => {
    for (const [text, ems] of [
      ['图', 1],
      ['版权所有', 4],
      ['繁體あア，。', 6],
    ] as const) {
      expect(await layOutText(text)).toMatchObject({ left: 0, right: expect.closeTo(ems), top: -0.88, bottom: 0.25 });
    }
    expect(await layOutText('ag')).toMatchObject({ top: -0.88, bottom: 0.25 });
    expect(await layOutText('')).toEqual({ left: 0, right: 0, top: -0.88, bottom: 0.25, svg: '' });
  });

  it('lays Latin letters as wide as they are', async () => {
    expect(await widthOf('iiii')).toBeLessThan(0.6 * (await widthOf('mmmm')));
    expect(await widthOf('AB')).toBeCloseTo((await widthOf('A')) + (await widthOf('B')));
  });

  it('takes what is composed and what is not for the same, and breaks for spaces', async () => {
    expect(await layOutText('e\u0301')).toEqual(await layOutText('é'));
    expect(await layOutText('a\r\n\tb\u2028c')).toEqual(await layOutText('a b c'));
    expect(await layOutText('a\u200db\ufe0f')).toEqual(await layOutText('ab'));
  });

  it('shows a box, an em wide, for what the font lacks', async () => {
    const box = await layOutText('😀');
    expect(box.right).toBe(1);
    expect(await layOutText('\u{10ffff}')).toEqual(box);
  });

  it('holds no text, only paths', async () => {
    const { svg } = await layOutText('<script>&"\'');
    expect(svg.match(/<\w+/g)).toEqual(Array(11).fill('<path'));
    expect(svg).not.toContain('script');
  });

  it('reads a font once for many texts at the same time', async () => {
    const lines = await Promise.all(Array.from({ length: 20 }, () => layOutText('图片 Hello')));
    expect(new Set(lines.map(({ svg }) => svg)).size).toBe(1);
  });
});
