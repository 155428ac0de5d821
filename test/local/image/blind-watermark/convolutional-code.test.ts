import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codedLength,
  decode,
  encode,
  messageLength,
} from '../../../../src/local/image/blind-watermark/convolutional-code.js';
import { random32 } from '../../../../src/local/image/blind-watermark/random.js';

const bits = fc.uint8Array({ min: 0, max: 1, minLength: 1, maxLength: 80 });
const sure = (code: Uint8Array) => Float32Array.from(code, (bit) => 1 - 2 * bit);

describe('convolutional code', () => {
  it('answers one bit with its generators: 557, 663, 711', () => {
    const code = encode(Uint8Array.of(1));
    const stream = (k: number) => [...code].filter((_, i) => i % 3 === k).join('');
    expect([0, 1, 2].map((k) => Number.parseInt(stream(k), 2).toString(8))).toEqual(['557', '663', '711']);
  });

  it('takes three bits for one, and eight more at the end', () => {
    expect(codedLength(32)).toBe(120);
    expect(encode(new Uint8Array(32))).toHaveLength(120);
    expect([119, 120, 122, 123].map(messageLength)).toEqual([31, 32, 32, 33]);
  });

  it('corrects any 8 wrong bits, side by side or far apart', () => {
    const errors = fc.uniqueArray(fc.nat({ max: 1e9 }), { maxLength: 8 });
    fc.assert(
      fc.property(bits, errors, fc.boolean(), fc.nat(), (message, places, burst, start) => {
        const soft = sure(encode(message));
        const wrong = burst ? places.map((_, i) => start + i) : places;
        for (const place of new Set(wrong.map((at) => at % soft.length))) soft[place] = -(soft[place] ?? 0);
        expect(decode(soft)).toEqual(message);
      }),
      { numRuns: 150 },
    );
  });

  it('fills in any 17 unknown bits', () => {
    fc.assert(
      fc.property(bits, fc.nat(), (message, start) => {
        const soft = sure(encode(message));
        for (let i = 0; i < 17; i += 1) soft[(start + i) % soft.length] = 0;
        expect(decode(soft)).toEqual(message);
      }),
      { numRuns: 50 },
    );
  });

  it('corrects one bit in ten of a long message', () => {
    const next = random32(3);
    const message = Uint8Array.from({ length: 2000 }, () => next() >>> 31);
    const soft = sure(encode(message)).map((value) => (next() % 10 === 0 ? -value : value));
    expect(decode(soft)).toEqual(message);
  });

  it('makes the most of unsure bits: noise as strong as the signal', () => {
    const next = random32(5);
    const gauss = () => Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((sum, value) => sum + value, -6);
    const message = Uint8Array.from({ length: 1000 }, () => next() >>> 31);
    expect(decode(sure(encode(message)).map((value) => value + gauss()))).toEqual(message);
  });
});
