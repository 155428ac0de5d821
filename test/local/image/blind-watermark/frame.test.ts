import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Header,
  headerBitCount,
  headerBits,
  maxTextBytes,
  payload,
  payloadBits,
  readHeader,
  readPayload,
  strengths,
  textBytesIn,
} from '../../../../src/local/image/blind-watermark/frame.js';

const headers = fc.record({ strength: fc.constantFrom(...strengths), length: fc.integer({ min: 0, max: 2047 }) });
const frameOf = (text: string) => {
  const bytes = Buffer.from(text, 'utf8');
  const header: Header = { strength: 'low', length: bytes.length };
  return { header, bits: payload(bytes, header) };
};

describe('frame', () => {
  it('brings back every header', () => {
    fc.assert(
      fc.property(headers, (header) => {
        expect(readHeader(headerBits(header))).toEqual(header);
      }),
    );
    expect(headerBits({ strength: 'low', length: 28 })).toHaveLength(headerBitCount);
    expect(maxTextBytes).toBe(2047);
  });

  it('brings back any Unicode text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (text) => {
        const { header, bits } = frameOf(text);
        expect(bits).toHaveLength(payloadBits(header.length));
        expect(readPayload(bits, header)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a byte order mark and a NUL, which decoders like to lose', () => {
    const { header, bits } = frameOf('\ufeffa\0b');
    expect(readPayload(bits, header)).toBe('\ufeffa\0b');
  });

  it('has the CRC-32 of the header and the text at its end', () => {
    const { bits } = frameOf('123456789');
    const bytes = Buffer.from(
      Array.from({ length: 13 }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2)),
    );
    // CRC-32/ISO-HDLC of 20 09 "123456789", computed with Python's zlib.
    expect(bytes.toString('hex')).toBe('3132333435363738393cf33879');
  });

  it('is refused with any bit wrong', () => {
    const { header, bits } = frameOf('Copyrighted by Alibaba Cloud');
    for (let i = 0; i < bits.length; i += 1) {
      const wrong = bits.slice();
      wrong[i] = 1 - (wrong[i] ?? 0);
      expect(readPayload(wrong, header)).toBeUndefined();
    }
    const head = headerBits(header);
    for (let i = 0; i < head.length; i += 1) {
      const wrong = head.slice();
      wrong[i] = 1 - (wrong[i] ?? 0);
      expect(readHeader(wrong)).toBeUndefined();
    }
  });

  it('is refused under another header', () => {
    const { header, bits } = frameOf('Copyrighted');
    expect(readPayload(bits, { ...header, strength: 'high' })).toBeUndefined();
    expect(readPayload(bits, { ...header, length: header.length - 1 })).toBeUndefined();
    expect(readPayload(bits.subarray(8), { ...header, length: header.length - 1 })).toBeUndefined();
  });

  it('is refused when the bytes are no UTF-8, whatever the check says', () => {
    const header: Header = { strength: 'low', length: 2 };
    expect(readPayload(payload(Buffer.from([0xc3, 0x28]), header), header)).toBeUndefined();
  });

  it('finds hardly a header in noise', () => {
    // 2^-16 × 2^-3 (version) × 3/4 (strength): 7 in 5 million; here none in 20,000 sets of bits.
    let found = 0;
    fc.assert(
      fc.property(fc.uint8Array({ min: 0, max: 1, minLength: headerBitCount, maxLength: headerBitCount }), (bits) => {
        if (readHeader(bits) !== undefined) found += 1;
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(found).toBe(0);
  });

  it('knows how much text a number of bits holds', () => {
    expect([31, 32, 40, 47, 48, 1e6].map(textBytesIn)).toEqual([-1, 0, 1, 1, 2, 2047]);
  });
});
