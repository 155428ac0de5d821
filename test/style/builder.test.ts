import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import { defineConfig, env } from '../../src/rules/schema.js';
import { image, style } from '../../src/style/builder.js';
import { StyleValueError } from '../../src/style/call.js';
import { parseStyle } from '../../src/style/grammar.js';
import { limits } from '../../src/style/limits.js';
import { readSteps } from '../../src/style/read.js';
import { builderLimits } from '../../src/style/reference.js';
import { isStyleName } from '../../src/style/style-name.js';
import { rightStyle } from './arbitrary.js';

const dynamic = image() as unknown as Record<string, (given?: unknown) => { toString(): string }>;

function refusal(method: string, given?: unknown): StyleValueError {
  try {
    String(dynamic[method]?.(given));
  } catch (error) {
    if (error instanceof StyleValueError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('image()', () => {
  it.each([
    [
      'image/auto-orient,1/resize,m_fill,w_200,h_200/watermark,text_54mI5p2D5omA5pyJ,g_se/blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA/format,webp',
      image()
        .autoOrient()
        .resize({ m: 'fill', w: 200, h: 200 })
        .watermark({ text: '版权所有', g: 'se' })
        .blindWatermark('Copyrighted by Alibaba Cloud')
        .format('webp'),
    ],
    // the keys come in the order of the catalogue, whatever the order of the object
    ['image/resize,m_pad,w_100,h_50,color_FF0000', image().resize({ color: 'FF0000', h: 50, w: 100, m: 'pad' })],
    ['image/auto-orient,0/interlace,1/rotate,0', image().autoOrient(0).interlace().rotate(0)],
    ['image/bright,-100/contrast,100', image().bright(-100).contrast(100)],
    ['image/indexcrop,x_100,i_1/rounded-corners,r_30', image().indexCrop({ x: 100, i: 1 }).roundedCorners({ r: 30 })],
    ['image/crop', image().crop({})],
    // OSS's own examples of watermark texts
    ['image/watermark,text_SGVsbG8g5Zu-54mH5pyN5YqhIQ', image().watermark({ text: 'Hello 图片服务!' })],
    ['image/watermark,image_aW1hZ2UvcGFuZGEucG5n,t_90', image().watermark({ t: 90, image: 'image/panda.png' })],
    [
      'image/watermark,image_cGFuZGEucG5nP3gtb3NzLXByb2Nlc3M9aW1hZ2UvcmVzaXplLFBfMzA',
      image().watermark({ image: 'panda.png', process: image().resize({ P: 30 }) }),
    ],
    ['image/watermark,text_SGVsbG8,type_d3F5LXplbmhlaQ', image().watermark({ text: 'Hello', type: 'wqy-zenhei' })],
    ['image/blindwatermark,content_YQ,s_high,q_80', image().blindWatermark({ content: 'a', s: 'high', q: 80 })],
  ])('%s', (text, built) => {
    expect(String(built)).toBe(text);
    expect(JSON.stringify({ style: built })).toBe(JSON.stringify({ style: text }));
  });

  it('takes all that OSS takes: styles read from their text and built again say the same', () => {
    const methods = new Map(Object.keys(limits).map((name) => [name.replaceAll('-', ''), name]));
    const methodOf = (op: string) =>
      Object.keys(Object.getPrototypeOf(image())).find((method) => methods.get(method.toLowerCase()) === op);
    fc.assert(
      fc.property(rightStyle(), (text) => {
        const operations = readSteps(parseStyle(text));
        fc.pre(operations.every(({ op }) => methodOf(op) !== undefined));
        let built: unknown = image();
        for (const { op, ...values } of operations) {
          const method = (built as typeof dynamic)[methodOf(op) ?? ''];
          built = method?.call(built, 'value' in values ? values.value : values);
        }
        expect(readSteps(parseStyle(String(built)))).toEqual(operations);
      }),
      { numRuns: 500 },
    );
  });

  it('never changes: each call gives a new style, and keeps no hold on what it was given', () => {
    const small = image().resize({ w: 100 });
    const given = { w: 200 };
    const large = image().resize(given);
    given.w = 300;
    expect([small.format('png'), small.format('webp'), small, large].map(String)).toEqual([
      'image/resize,w_100/format,png',
      'image/resize,w_100/format,webp',
      'image/resize,w_100',
      'image/resize,w_200',
    ]);
    expect(Object.isFrozen(small)).toBe(true);
  });

  it.each([
    ['resize', { w: 0 }, 'w', 'a whole number from 1 to 16384'],
    ['resize', { w: 1.5 }, 'w', 'a whole number from 1 to 16384'],
    ['resize', { w: Number.NaN }, 'w', 'a whole number from 1 to 16384'],
    ['resize', { w: '100' }, 'w', 'a whole number from 1 to 16384'],
    ['resize', { w: 1, h: null }, 'h', 'a whole number from 1 to 16384'],
    ['resize', { m: 'cover', w: 1 }, 'm', 'lfit or mfit or fill or pad or fixed'],
    ['resize', { m: 'fill|pad', w: 1 }, 'm', 'lfit or mfit or fill or pad or fixed'],
    ['resize', { m: 'pad', w: 1, color: '#FF0000' }, 'color', 'six hexadecimal digits, like FF8800'],
    ['resize', { m: 'pad' }, 'w, h, l, s, p, P', 'at least one of these'],
    ['resize', { width: 1 }, 'width', 'one of the parameters m, w, h, l, s, p, limit, color, P'],
    ['resize', { w: 1, process: image().flip(1) }, 'process', 'an image() style, beside the image of a watermark'],
    ['resize', undefined, 'w, h, l, s, p, P', 'at least one of these'],
    ['rotate', 361, 'value', 'a whole number from 0 to 360'],
    ['rotate', undefined, 'value', 'a whole number from 0 to 360'],
    ['rotate', null, 'value', 'a whole number from 0 to 360'],
    ['rotate', [90], 'value', 'a whole number from 0 to 360'],
    ['format', 'webp/rotate,90', 'value', 'jpg or png or webp or bmp or gif or tiff or heic or avif'],
    ['circle', {}, 'r', 'a whole number from 1 to 4096'],
    // 64 bytes are 21 Chinese characters and one more byte
    ['watermark', { text: '水'.repeat(22) }, 'text', 'a text of 1 to 64 bytes of UTF-8'],
    ['watermark', { text: '' }, 'text', 'a text of 1 to 64 bytes of UTF-8'],
    ['watermark', { text: '\ud800' }, 'text', 'a text of 1 to 64 bytes of UTF-8'],
    [
      'watermark',
      { process: image().flip(1), text: 'a' },
      'process',
      'an image() style, beside the image of a watermark',
    ],
    ['watermark', { process: style('a'), image: 'a' }, 'process', 'an image() style, beside the image of a watermark'],
    ['blindWatermark', 'a'.repeat(257), 'content', 'a text of 1 to 256 characters'],
    ['blindWatermark', undefined, 'content', 'a text of 1 to 256 characters'],
  ])('%s refuses %j', (method, given, parameter, expected) => {
    const error = refusal(method, given);
    expect(error).toMatchObject({ name: 'StyleValueError', parameter, expected });
    expect(error.message).toContain(`${error.operation}: ${parameter} is `);
  });

  it('says what was wrong, where, and what was expected', () => {
    expect(refusal('resize', { w: 20_000 }).message).toBe(
      'resize: w is 20000, expected a whole number from 1 to 16384',
    );
    expect(() => String(image().watermark({ image: 'a.png', process: image().circle({ r: 5000 }) }))).toThrow(
      'circle: r is 5000, expected a whole number from 1 to 4096',
    );
  });

  it('takes 64 bytes and 256 characters of text, however long their units', () => {
    expect(String(image().watermark({ text: `${'水'.repeat(21)}a` }))).toMatch(/^image\/watermark,text_[\w-]{86}$/);
    expect(String(image().blindWatermark('😀'.repeat(256)))).toMatch(/^image\/blindwatermark,content_[\w-]+$/);
  });

  it('refuses to be a style without an operation', () => {
    expect(() => String(image())).toThrow('image: style is "", expected at least one operation');
  });
});

describe('style()', () => {
  it.each(['small', 'A_.-9', 'x'.repeat(63)])('%s', (name) => {
    expect(String(style(name))).toBe(`style/${name}`);
    expect(JSON.stringify(style(name))).toBe(`"style/${name}"`);
  });
  it.each(['', 'a/b', 'a,b', '名', 'a b', 'a\n', 'x'.repeat(64)])('refuses %j', (name) => {
    expect(() => String(style(name))).toThrow(StyleValueError);
  });
});

describe('in a configuration', () => {
  const config = defineConfig({
    journal: { bucket: env('JOURNAL_BUCKET', 'photos-journal'), prefix: 'autostyle/' }, // or 'throw': see section 4
    rules: [
      {
        name: 'avatars',
        when: {
          bucket: env('SOURCE_BUCKET', 'photos'),
          prefix: 'avatars/',
          suffix: ['.jpg', '.png'],
          exclude: ['avatars/raw/'],
          size: { max: 20_971_520 },
        },
        outputs: [
          {
            style: image().autoOrient().resize({ m: 'fill', w: 128, h: 128 }).format('webp'),
            to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: '{key}.128.webp' },
          },
          { style: style('watermarked'), to: { bucket: env('TARGET_BUCKET', 'photos-out'), key: 'wm/{key}' } },
        ],
      },
    ],
  });

  it('is what the built styles say', () => {
    expect(loadConfig(config, {}).rules[0]?.outputs.map(({ style: text }) => text)).toEqual([
      'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
      'style/watermarked',
    ]);
    const json: unknown = JSON.parse(JSON.stringify(config));
    expect(loadConfig(json, {})).toEqual(loadConfig(config, {}));
  });

  it('a wrong value is one of its mistakes, with its path', () => {
    const wrong = structuredClone({ ...config, rules: [] }) as unknown as Record<string, unknown>;
    wrong['rules'] = config.rules.map((rule) => ({
      ...rule,
      outputs: [
        { style: image().resize({ w: 0 }), to: { bucket: 'photos-out', key: '{key}.a' } },
        { style: image().rotate(361), to: { bucket: 'photos-out', key: '{key}.b' } },
      ],
    }));
    let caught: unknown;
    try {
      loadConfig(wrong, {});
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ConfigError);
    expect((caught as ConfigError).issues).toMatchObject([
      { path: 'rules[0].outputs[0].style', message: expect.stringContaining('resize: w is 0') },
      { path: 'rules[0].outputs[1].style', message: expect.stringContaining('rotate: value is 361') },
    ]);
  });
});

describe('isStyleName', () => {
  it.each(['small', 'A_.-9', '.', 'x'.repeat(63)])('%s is a name', (name) => {
    expect(isStyleName(name)).toBe(true);
  });
  it.each(['', 'x'.repeat(64), 'a/b', 'a b', 'a|b', 'a\n', '样式', 'a,b'])('%j is none', (name) => {
    expect(isStyleName(name)).toBe(false);
  });
});

it('checks with the limits of the catalogue (else: npm run operations -- --limits)', () => {
  expect(limits).toEqual(builderLimits());
});

it('costs the deployed function less than 4 KB, and brings no catalogue', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/style/builder.ts'],
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.9',
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).sort()).toEqual(
    ['base64url', 'builder', 'call', 'limits', 'style-name'].map((name) => `src/style/${name}.ts`),
  );
  expect(outputFiles[0]?.contents.length).toBeLessThan(4000);
});
