import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/local/image/edit.js';
import { splitIntoPasses } from '../../../src/local/image/passes.js';

const edits: Record<string, Edit> = {
  turn: { do: 'turn', angle: 90, background: '#ffffff' },
  slant: { do: 'turn', angle: 30, background: '#ffffff' },
  mirror: { do: 'mirror', vertical: false, horizontal: true },
  cut: { do: 'cut', window: { left: 0, top: 0, width: 1, height: 1 } },
  scale: { do: 'scale', size: { width: 2, height: 1 } },
  extend: { do: 'extend', edges: { top: 1, left: 1, bottom: 1, right: 1 }, background: '#ffffff' },
  blur: { do: 'blur', radius: 1, sigma: 1 },
  overlay: { do: 'overlay', layers: [] },
  opaque: { do: 'opaque' },
};

const listed = (names: string) => names.split(' ').flatMap((name) => edits[name] ?? []);

// `|` is where the image crosses as raw pixels.
function passes(names: string): string {
  return splitIntoPasses(listed(names))
    .map(({ bySharp, onPixels }) => [...bySharp, ...onPixels].map((edit) => edit.do).join(' '))
    .join(' | ');
}

describe('splitIntoPasses', () => {
  it('makes one empty pass of nothing', () => {
    expect(splitIntoPasses([])).toEqual([{ bySharp: [], onPixels: [] }]);
  });

  it.each(['cut scale scale', 'turn cut scale', 'mirror turn cut scale', 'cut mirror', 'cut extend overlay opaque'])(
    '%s is one pass',
    (names) => {
      expect(passes(names)).toBe(names);
    },
  );

  it.each([
    ['mirror cut', 'mirror | cut'],
    ['turn mirror', 'turn | mirror'],
    ['slant scale', 'turn scale'],
    ['scale mirror turn cut', 'scale | mirror turn cut'],
    ['cut scale cut extend blur overlay', 'cut scale | cut extend blur overlay'],
    ['extend cut', 'extend | cut'],
    ['blur blur blur', 'blur | blur | blur'],
  ])('%s is %s', (names, expected) => {
    expect(passes(names)).toBe(expected);
  });

  it.each([
    ['turn scale', 'scale | turn', { width: 1, height: 2 }],
    ['mirror scale', 'scale | mirror', { width: 2, height: 1 }],
    ['mirror turn scale', 'scale | mirror turn', { width: 1, height: 2 }],
    ['cut turn turn scale', 'cut scale | turn | turn', { width: 2, height: 1 }],
  ])('%s scales first: %s', (names, expected, size) => {
    expect(passes(names)).toBe(expected);
    expect(splitIntoPasses(listed(names))[0]?.onPixels).toEqual([{ do: 'scale', size }]);
  });
});
