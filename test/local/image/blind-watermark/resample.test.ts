import { describe, expect, it } from 'vitest';
import { resampleColumns, resampleRows } from '../../../../src/local/image/blind-watermark/resample.js';

const wave = (length: number, periods: number) =>
  Float32Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * periods * (i + 0.5)) / length));

describe('resample', () => {
  it('leaves a flat plane flat, to its edges', () => {
    const wide = resampleRows(new Float32Array(64 * 4).fill(7), 64, 151);
    expect(wide).toHaveLength(151 * 4);
    expect(Math.max(...wide.map((value) => Math.abs(value - 7)))).toBeLessThan(1e-4);
  });

  it('enlarges a wave of three points to the same wave, where it stands', () => {
    const [small, wanted] = [wave(90, 30), wave(400, 30)];
    const enlarged = resampleRows(small, 90, 400);
    const inside = enlarged.map((value, i) => Math.abs(value - (wanted[i] ?? 0))).subarray(20, 380);
    expect(Math.max(...inside)).toBeLessThan(0.13);
  });

  it('does to columns what it does to rows', () => {
    const plane = Float32Array.from({ length: 20 * 30 }, (_, i) => Math.sin(i * i));
    const flipped = Float32Array.from({ length: 20 * 30 }, (_, i) => plane[(i % 30) * 20 + Math.floor(i / 30)] ?? 0);
    const [tall, wide] = [resampleColumns(plane, 20, 70), resampleRows(flipped, 30, 70)];
    expect([...tall]).toEqual(Array.from({ length: 1400 }, (_, i) => wide[(i % 20) * 70 + Math.floor(i / 20)]));
  });
});
