import { describe, expect, expectTypeOf, it } from 'vitest';
import { encodeText } from '../../src/style/base64url.js';
import { catalogue, isOperationName, type ValuesOf } from '../../src/style/catalogue.js';
import { causes } from '../../src/style/causes.js';
import type { Parameters } from '../../src/style/parameter.js';
import { readValue } from '../../src/style/parameter.js';

const operations: [string, Parameters][] = Object.entries(catalogue).map(([name, { parameters }]) => [
  name,
  parameters,
]);

describe('the catalogue', () => {
  it('has every operation of the language', () => {
    expect(Object.keys(catalogue).join(' ')).toBe(
      'resize crop circle rounded-corners indexcrop rotate auto-orient flip blur bright contrast sharpen quality format interlace ' +
        'watermark blindwatermark deblindwatermark info average-hue faces bodies cars codes labels score',
    );
    for (const name of ['toString', '__proto__', 'constructor', 'Resize', ''])
      expect(isOperationName(name)).toBe(false);
  });

  it.each(operations)('%s: each parameter is described, and its default is a value it accepts', (_, parameters) => {
    for (const [name, parameter] of Object.entries(parameters)) {
      expect(parameter.doc).not.toBe('');
      if (parameter.default === undefined) continue;
      const text = parameter.type === 'base64url' ? encodeText(parameter.default) : String(parameter.default);
      expect(readValue(name, parameter, text)).toEqual({ value: parameter.default });
    }
  });

  it.each(operations)('%s: values at the ends of a range are accepted, those beyond are not', (_, parameters) => {
    for (const [name, parameter] of Object.entries(parameters)) {
      if (parameter.type !== 'int') continue;
      for (const value of [parameter.min, parameter.max])
        expect(readValue(name, parameter, String(value))).toEqual({ value });
      for (const value of [parameter.min - 1, parameter.max + 1])
        expect(readValue(name, parameter, String(value))).toHaveProperty('why');
    }
  });

  it('gives the types that a builder needs', () => {
    expectTypeOf<ValuesOf<'resize'>['m']>().toEqualTypeOf<'lfit' | 'mfit' | 'fill' | 'pad' | 'fixed'>();
    expectTypeOf<ValuesOf<'resize'>['limit']>().toEqualTypeOf<0 | 1>();
    expectTypeOf<ValuesOf<'resize'>['w']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<ValuesOf<'circle'>['r']>().toEqualTypeOf<number>();
    expectTypeOf<ValuesOf<'watermark'>['text']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ValuesOf<'format'>['value']>().toEqualTypeOf<
      'jpg' | 'png' | 'webp' | 'bmp' | 'gif' | 'tiff' | 'heic' | 'avif'
    >();
  });
});

describe('the causes', () => {
  it('have ECs of the published form, and each EC one Code', () => {
    const codes = new Map<string, string>();
    for (const cause of Object.values(causes)) {
      if (!('ec' in cause)) continue;
      expect(cause.ec).toMatch(/^00\d\d-00000\d{3}$/);
      expect(codes.get(cause.ec) ?? cause.code).toBe(cause.code);
      codes.set(cause.ec, cause.code);
    }
    expect(codes.size).toBeGreaterThan(45);
  });
});
