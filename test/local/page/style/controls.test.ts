import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chinese } from '../../../../src/local/page/style/chinese-words.js';
import {
  controlOf,
  fieldsOf,
  parametersOf,
  withArgument,
  withValue,
} from '../../../../src/local/page/style/controls.js';
import { newSteps, presets } from '../../../../src/local/page/style/starts.js';
import { catalogue, type ImageOperationName } from '../../../../src/style/catalogue.js';
import { parseStyle, renderStyle } from '../../../../src/style/grammar.js';
import { inspectStep, readSteps } from '../../../../src/style/read.js';
import { rightStyle, wellFormedStyle } from '../../../style/arbitrary.js';

const operations = Object.keys(catalogue) as ImageOperationName[];
const stepsIn = (style: string) => style.slice('image/'.length).split('/');
const valuesOf = (step: string) => Object.fromEntries(fieldsOf(step).fields.map(({ name, value }) => [name, value]));

describe('every parameter of the catalogue', () => {
  it.each(operations)('%s: has a control, and Chinese words', (op) => {
    const fields = fieldsOf(op).fields.map(({ name, control }) => `${name} ${control.kind}`);
    expect(fields).toEqual(
      parametersOf(op).map(([name, { type }]) => {
        const kinds = { int: 'number', hex6: 'colour', enum: '(switch|choice|place)', base64url: '(text|choice)' };
        return expect.stringMatching(new RegExp(`^${name} ${kinds[type]}$`));
      }),
    );
    const [does, words] = chinese[op];
    expect(Object.keys(words)).toEqual(parametersOf(op).map(([name]) => name));
    for (const word of [does, ...Object.values(words)]) expect(word).toMatch(/\p{Script=Han}/u);
  });

  it.each([
    ['resize', 'w', { kind: 'number', min: 1, max: 16_384 }],
    ['resize', 'm', { kind: 'choice', values: ['lfit', 'mfit', 'fill', 'pad', 'fixed'] }],
    ['resize', 'limit', { kind: 'switch' }],
    ['resize', 'color', { kind: 'colour' }],
    ['crop', 'g', { kind: 'place', others: ['face', 'auto'] }],
    ['watermark', 'g', { kind: 'place', others: [] }],
    ['watermark', 'text', { kind: 'text' }],
    ['watermark', 'type', { kind: 'choice' }],
    ['watermark', 'animation', { kind: 'choice', values: ['0', '1'] }],
    ['auto-orient', 'value', { kind: 'switch' }],
    ['flip', 'value', { kind: 'choice', values: ['0', '1', '2'] }],
    ['blur', 'g', { kind: 'choice', values: ['face', 'faces'] }],
  ] as const)('%s %s', (op, name, control) => {
    const [, parameter] = parametersOf(op).find(([other]) => other === name) ?? [];
    expect(parameter && controlOf(parameter)).toMatchObject(control);
  });

  it.each(operations)('%s: the step that is added is right', (op) => {
    expect(parseStyle(`image/${newSteps[op]}`)[0]?.op).toBe(op);
    expect(parseStyle(`image/${newSteps[op]}`).flatMap((step) => inspectStep(step).problems)).toEqual([]);
  });

  it.each(Object.values(presets))('%s is right', (style) => {
    expect(() => readSteps(parseStyle(style))).not.toThrow();
  });
});

describe('fieldsOf', () => {
  it.each([
    ['resize,m_fill,w_100,w_200', { m: 'fill', w: '200', h: undefined }],
    ['rotate,90', { value: '90' }],
    ['rotate,', { value: undefined }],
    ['quality,80', { Q: '80', q: undefined }],
    ['format,jpeg', { value: 'jpg' }],
    ['watermark,text', { text: '' }],
    ['watermark,text_54mI5p2D5omA5pyJ,type_d3F5LXplbmhlaQ', { text: '版权所有', type: 'wqy-zenhei' }],
    ['watermark,text_%', { text: '%' }],
  ])('%s', (step, values) => {
    expect(valuesOf(step)).toMatchObject(values);
  });

  it.each([
    ['resize,w_1,width_2,large', ['width_2', 'large']],
    ['sepia,a_1,b', ['a_1', 'b']],
    ['info,x', ['x']],
    ['circle,,r_1', []],
  ])('%s has arguments that no control is of', (step, strays) => {
    expect(fieldsOf(step).strays.map(({ text }) => text)).toEqual(strays);
  });
});

describe('withValue', () => {
  it.each([
    ['resize,m_fill,h_50', 'w', '100', 'resize,m_fill,w_100,h_50'],
    ['resize,h_50,m_fill', 'h', '60', 'resize,h_60,m_fill'],
    ['resize,w_1,w_2', 'w', '3', 'resize,w_1,w_3'],
    ['resize,w_1,h_5,w_2', 'w', undefined, 'resize,h_5'],
    ['resize,width_9,w_1', 'h', '2', 'resize,width_9,w_1,h_2'],
    ['rotate,90', 'value', '180', 'rotate,180'],
    ['rotate,90', 'value', '', 'rotate'],
    ['circle,r_5', 'r', '', 'circle,r_'],
    ['quality,80', 'Q', '70', 'quality,Q_70'],
    ['watermark,text_YQ', 'text', 'Hello 图片服务!', 'watermark,text_SGVsbG8g5Zu-54mH5pyN5YqhIQ'],
    ['watermark,text_YQ', 'color', 'f/f,0|0', 'watermark,text_YQ,color_ff00'],
    ['sepia,a_1', 'a', '2', 'sepia,a_1'],
  ])('%s, %s = %s: %s', (step, name, value, after) => {
    expect(withValue(step, name, value)).toBe(after);
  });

  it('changes nothing when each control is set to what it shows', () => {
    fc.assert(
      fc.property(rightStyle(), (style) => {
        const set = stepsIn(style).map((step) =>
          fieldsOf(step).fields.reduce(
            (now, { name, value }) => (value === undefined ? now : withValue(now, name, value)),
            step,
          ),
        );
        expect(readSteps(parseStyle(`image/${set.join('/')}`))).toEqual(readSteps(parseStyle(style)));
      }),
      { numRuns: 100 },
    );
  });

  it('sets one value and no other, and the style can still be read', () => {
    fc.assert(
      fc.property(wellFormedStyle(), fc.nat(), fc.string({ unit: 'grapheme' }), (style, at, value) => {
        const [step = ''] = stepsIn(style);
        const { fields, strays } = fieldsOf(step);
        const field = fields[at % fields.length];
        fc.pre(field !== undefined && value.isWellFormed() && !/[,/|]/.test(value) && value !== '');
        const after = withValue(step, field?.name ?? '', value);
        expect(parseStyle(`image/${after}`)).toHaveLength(1);
        expect(valuesOf(after)).toMatchObject({ ...valuesOf(step), [field?.name ?? '']: expect.anything() });
        if (field?.parameter.type !== 'enum') expect(valuesOf(after)[field?.name ?? '']).toBe(value);
        expect(fieldsOf(after).strays.map(({ text }) => text)).toEqual(strays.map(({ text }) => text));
      }),
      { numRuns: 60 },
    );
  });
});

describe('withArgument', () => {
  it.each([
    ['resize,wide_1,h_5', 0, 'w_1', 'resize,w_1,h_5'],
    ['resize,wide_1,h_5', 0, '', 'resize,h_5'],
    ['sepia,a', 0, 'b/c,d|e', 'sepia,bcde'],
  ])('%s, argument %i = %s: %s', (step, index, text, after) => {
    expect(withArgument(step, index, text)).toBe(after);
    expect(renderStyle(parseStyle(`image/${after}`))).toBe(`image/${after}`);
  });
});
