import { describe, expect, it } from 'vitest';
import { demoRules } from '../../src/local/demo/rules.js';
import type { LintContext } from '../../src/style/lint/finding.js';
import { lintStyle } from '../../src/style/lint.js';
import { shippedConfig } from '../support/shipped.js';
import { golden } from './golden.js';

/** `severity code [what is marked] → fix`, a line a finding; what sources may come has its own test, lint/sources. */
function lint(style: string, context: LintContext = {}): string[] {
  return lintStyle(style, context)
    .filter(({ code }) => code !== 'turnLimit' && code !== 'sourceLimit')
    .map(({ severity, code, start, end, fix }) => `${severity} ${code} [${style.slice(start, end)}] → ${fix}`);
}
/** In a rule for PNGs, which carry no orientation. */
const lintPng = (style: string, context: LintContext = {}) => lint(style, { sourceSuffixes: ['.png'], ...context });
const b64 = (text: string) => Buffer.from(text).toString('base64url');

describe('is quiet', () => {
  const rules = [...shippedConfig.rules, ...demoRules.rules].flatMap(({ when, outputs }) =>
    outputs.map(({ style, to }) => ({ style: String(style), targetKey: to.key, suffixes: when.suffix })),
  );

  it.each(rules)('on $style of the rules that are shipped', ({ style, targetKey, suffixes }) => {
    const findings = lint(style, { targetKey, region: 'cn-hangzhou', ...(suffixes && { sourceSuffixes: suffixes }) });
    // OSS's own two examples are shown as its page has them.
    const known: Record<string, string[]> = {
      'image/resize,m_fixed,w_100,h_100': [
        'info orientationMissing [resize,m_fixed,w_100,h_100] → image/auto-orient,1/…',
      ],
      'image/blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA': [
        'info needsImm [blindwatermark,content_Q29weXJpZ2h0ZWQgYnkgQWxpYmFiYSBDbG91ZA] → bind the bucket to a project',
      ],
    };
    expect(findings).toEqual(known[style] ?? []);
  });

  // What is worth saying even about documented examples.
  const remarks: Record<string, string[]> = {
    'image/resize,l_923,h_600/format,heic': ['warning ignoredParameter [l_923] → leave it out'],
    'image/format,heic/resize,l_900,h_600': [
      'warning formatEarly [format,heic] → …/resize,l_900,h_600/format,heic',
      'warning ignoredParameter [l_900] → leave it out',
    ],
    'image/crop,w_100,h_100,x_100,y_100,r_1': ['warning unknownKey [r_1] → leave it out'],
    'image/resize,p_200': ['info enlarges [resize,p_200] → p_100 or less, or a side with w, h, l or s'],
    'image/rotate,0': ['info noEffect [rotate,0] → leave it out'],
    // The documented limit of JPEG's quality, in a rule for PNG.
    'image/quality,Q_80': ['warning ignoredOperation [quality,Q_80] → leave it out'],
    'image/resize,w_300,h_300/quality,q_90/watermark,image_cGFuZGEucG5n,t_90,g_se,x_10,y_10': [
      'warning ignoredOperation [quality,q_90] → leave it out',
    ],
  };
  const documented = [...golden.dimensions.filter(({ legacySyntax }) => !legacySyntax), ...golden.errorSemantics];
  it.each(documented.map(({ style }) => style))('on the documented %s', (style) => {
    expect(lintPng(style, { region: 'cn-shanghai' })).toEqual(remarks[style] ?? []);
  });

  it.each([
    'style/small',
    `style/${'a'.repeat(63)}`,
    'image/auto-orient,1/resize,w_100/format,webp/watermark,text_YQ',
    'image/auto-orient,1/resize,w_1000/resize,w_100/quality,Q_80/format,jpg/interlace,1',
    'image/auto-orient,0/resize,w_100',
    'image/format,jpg/quality,q_80/interlace,1',
    'image/format,jpeg/quality,q_80/interlace,1',
    'image/watermark,text_YQ,color_ff6a00,',
  ])('on %s', (style) => {
    expect(lintPng(style, { immBound: true })).toEqual([]);
  });
});

describe('errors that OSS documents', () => {
  it.each(golden.errors)('$style', ({ style }) => {
    expect(lint(style)).toContainEqual(expect.stringMatching(/^error /));
  });

  it.each([
    ['image/resise,w_100', 'unknownOperation [resise] → resize'],
    ['image/auto_orient,1', 'unknownOperation [auto_orient] → auto-orient'],
    ['image/Rotate,90', 'unknownOperation [Rotate] → rotate'],
    ['image/watermark,text_YQ/resise,w_1', 'unknownOperation [resise] → resize'],
    ['image/roundedcorners,r_10', 'unknownOperation [roundedcorners] → rounded-corners'],
    [
      'image/slim,1',
      'unknownOperation [slim] → one of resize, crop, circle, rounded-corners, indexcrop, rotate, auto-orient, flip, blur, bright, contrast, sharpen, quality, format, interlace, watermark, blindwatermark, deblindwatermark, info, average-hue, faces, bodies, cars, codes, labels, score',
    ],
    // another separator
    ['image/resize:w_100', 'unknownOperation [resize:w_100] → resize,w_100'],
    ['image/resize w_100,h_9', 'unknownOperation [resize w_100] → resize,w_100'],
    ['image/flip_1', 'unknownOperation [flip_1] → flip,1'],
    ['image/format,jpgg', 'formatValue [jpgg] → jpg'],
    ['image/rotate,361', 'rotateAngle [361] → 0 to 360'],
    ['image/rotate', 'rotateMissing [rotate] → rotate,0 to rotate,360'],
    [
      'image/resize,m_fill',
      'resizeMissing [resize,m_fill] → resize,w_… or resize,h_… or resize,l_… or resize,s_… or resize,p_…',
    ],
    ['image/indexcrop,i_1', 'missing [indexcrop,i_1] → indexcrop,x_… or indexcrop,y_…'],
    ['image/circle', 'missing [circle] → circle,r_1 to circle,r_4096'],
    ['image/quality', 'qualityMissing [quality] → quality,q_… or quality,Q_…'],
    [
      'image/blindwatermark',
      'missing [blindwatermark] → blindwatermark,content_BASE64, the URL-safe base64 of 1 to 256 characters',
    ],
    ['image/rotate,90,180', 'severalValues [180] → undefined'],
    ['image/watermark,text_hello world', 'markTextNotBase64 [text_hello world] → text_aGVsbG8gd29ybGQ'],
    ['image/watermark,text_阿里云', 'markTextNotBase64 [text_阿里云] → text_6Zi_6YeM5LqR'],
    ['image/watermark,text_%E9%98%BF,g_nw', 'markTextNotBase64 [text_%E9%98%BF] → text_6Zi_'],
    ['image/watermark,text_6Zi%2F6YeM', 'markTextNotBase64 [text_6Zi%2F6YeM] → text_6Zi_6YeM'],
    // Encoded twice, or with the line break of what encoded it.
    ['image/watermark,text_aGVsbG8%253D', 'markTextNotBase64 [text_aGVsbG8%253D] → text_aGVsbG8'],
    ['image/watermark,text_aGVsbG8%25253D', 'markTextNotBase64 [text_aGVsbG8%25253D] → text_aGVsbG8'],
    ['image/watermark,text_%25E9%2598%25BF', 'markTextNotBase64 [text_%25E9%2598%25BF] → text_6Zi_'],
    ['image/watermark,text_Q29weXJpZ2h0%0A', 'markTextNotBase64 [text_Q29weXJpZ2h0%0A] → text_Q29weXJpZ2h0'],
    ['image/watermark,text_Q29weXJp\nZ2h0', 'markTextNotBase64 [text_Q29weXJp\nZ2h0] → text_Q29weXJpZ2h0'],
    ['image/watermark,text_Q29weXJp%0D%0AZ2h0', 'markTextNotBase64 [text_Q29weXJp%0D%0AZ2h0] → text_Q29weXJpZ2h0'],
    ['image/watermark,text_6Zi/6YeM%0A', 'standardBase64 [text_6Zi/6YeM%0A] → text_6Zi_6YeM'],
    [
      `image/watermark,text_${encodeURIComponent('中'.repeat(12))}`,
      `markTextNotBase64 [text_${encodeURIComponent('中'.repeat(12))}] → text_${b64('中'.repeat(12))}`,
    ],
    ['image/watermark,text_100%25', `markTextNotBase64 [text_100%25] → text_${b64('100%')}`],
    ['image/watermark,text_100%', `markTextNotBase64 [text_100%] → text_${b64('100%')}`],
    ['image/watermark,text_hello', 'markTextNotBase64 [text_hello] → text_aGVsbG8, if "hello" is the text itself'],
    // The "/" of standard base64 ends the action; what follows belongs to the text.
    ['image/watermark,text_6Zi/6YeM', 'standardBase64 [text_6Zi/6YeM] → text_6Zi_6YeM'],
    [
      'image/watermark,text_6Zi/6YeM5LqRLU9TUz8=,size_30',
      'standardBase64 [text_6Zi/6YeM5LqRLU9TUz8=] → text_6Zi_6YeM5LqRLU9TUz8',
    ],
    // "YW" alone is the base64 of "a".
    ['image/watermark,text_YW/DqQ==/flip,1', `standardBase64 [text_YW/DqQ==] → text_${b64('aoé')}`],
    ['image/watermark,image_6Zi/6YeMLnBuZw==', `standardBase64 [image_6Zi/6YeMLnBuZw==] → image_${b64('阿里.png')}`],
    ['image/watermark,text_水/印/flip,1', `standardBase64 [text_水/印] → text_${b64('水/印')}`],
    ['image/watermark,t_50', 'markNothing [watermark,t_50] → watermark,text_… or watermark,image_…'],
    ['image/watermark,text_YQ,color_#ff6a00', 'markColor [color_#ff6a00] → color_ff6a00'],
    ...['type', 'font'].map((key): [string, string] => {
      const fonts =
        'wqy-zenhei wqy-microhei fangzhengshusong fangzhengkaiti fangzhengheiti fangzhengfangsong droidsansfallback';
      const fix = fonts.split(' ').map((font) => `${key}_${b64(font)}`);
      return [
        `image/watermark,text_YQ,${key}_QXJpYWw`,
        `${key === 'type' ? 'markType' : 'markFont'} [${key}_QXJpYWw] → ${fix.join(', ')}`,
      ];
    }),
    [
      `image/watermark,text_${b64('水'.repeat(22))}`,
      `markTextLong [text_${b64('水'.repeat(22))}] → text_BASE64, the URL-safe base64 of 1 to 64 bytes`,
    ],
    [
      `image/blindwatermark,content_${b64('a'.repeat(257))}`,
      `invalid [content_${b64('a'.repeat(257))}] → content_BASE64, the URL-safe base64 of 1 to 256 characters`,
    ],
    ['image/blindwatermark,content_YQ,q_69', 'invalid [q_69] → q_70 to q_100'],
    [
      'image/resize,w_100|sys/saveas,o_YQ',
      'malformed [|sys/saveas,o_YQ] → the style up to here: where the result is saved is said by "to"',
    ],
    [
      'style/a|sys/saveas,o_YQ',
      'malformed [|sys/saveas,o_YQ] → the style up to here: where the result is saved is said by "to"',
    ],
    [
      'image/resize,w_100,sys/saveas,o_YQ',
      'malformed [sys/saveas,o_YQ] → the style up to here: where the result is saved is said by "to"',
    ],
    [
      'image/resize,w_100/sys/saveas,o_YQ',
      'malformed [sys/saveas,o_YQ] → the style up to here: where the result is saved is said by "to"',
    ],
    [
      'style/a,sys/saveas,o_YQ',
      'malformed [sys/saveas,o_YQ] → the style up to here: where the result is saved is said by "to"',
    ],
    ['style/a b', 'styleName [a b] → style/NAME'],
    ['style/', 'styleName [] → style/NAME'],
    [`style/${'a'.repeat(64)}`, `styleName [${'a'.repeat(64)}] → style/NAME`],
    ['resize,w_100', 'malformed [resize,w_100] → image/resize,w_100'],
    ['image/resize,w_1//flip,1', 'empty [] → image/resize,w_1/flip,1'],
    ['image/resize,w_1//', 'empty [] → image/resize,w_1'],
    ['image/', 'empty [] → image/ACTION,KEY_VALUE/…'],
    ['video/convert,f_mp4', 'asyncOnly [video/convert,f_mp4] → image/… or style/NAME'],
    ['doc/convert,target_pdf', 'asyncOnly [doc/convert,target_pdf] → image/… or style/NAME'],
    ['audio/concat', 'asyncOnly [audio/concat] → image/… or style/NAME'],
    ['video/snapshot,t_1', 'foreign [video/snapshot,t_1] → image/… or style/NAME'],
    ['audio/info', 'foreign [audio/info] → image/… or style/NAME'],
    ['doc/preview', 'foreign [doc/preview] → image/… or style/NAME'],
    ['image/deblindwatermark,s_low,t_text', 'asyncOnly [deblindwatermark,s_low,t_text] → leave it out'],
    ['image/info', 'answersNoImage [info] → an action that makes an image'],
    ['image/average-hue', 'answersNoImage [average-hue] → an action that makes an image'],
    ['image/labels', 'answersNoImage [labels] → an action that makes an image'],
    ['image/flip,1/info', 'exclusive [info] → leave it out'],
    ['image/average-hue/flip,1', 'exclusive [average-hue] → leave it out'],
    [
      `image/watermark,image_${b64('a.png?x-oss-process=image/circle,r_10')}`,
      `markPreprocess [image_${b64('a.png?x-oss-process=image/circle,r_10')}] → KEY?x-oss-process=image/…`,
    ],
    [
      `image/watermark,image_${b64('a.png?x-oss-process=image/resize,P_101')}`,
      `invalid [image_${b64('a.png?x-oss-process=image/resize,P_101')}] → P_1 to P_100`,
    ],
    [
      `image/watermark,image_${b64('a.png?x-oss-process=resize,P_10')}`,
      `malformed [image_${b64('a.png?x-oss-process=resize,P_10')}] → KEY?x-oss-process=image/…`,
    ],
    [
      'image/resize,m_fixed,w_5000,h_5000,limit_0',
      'resizeTooLarge [resize,m_fixed,w_5000,h_5000,limit_0] → smaller sides',
    ],
    [
      'image/resize,m_fixed,w_5000,h_100,limit_0/rotate,90',
      'rotateTooLarge [resize,m_fixed,w_5000,h_100,limit_0/rotate,90] → smaller sides',
    ],
    [
      'image/resize,m_fixed,w_16384,h_10,limit_0/format,webp',
      'webpSide [resize,m_fixed,w_16384,h_10,limit_0/format,webp] → smaller sides',
    ],
    [
      'image/resize,m_pad,w_50,h_50,limit_0/crop,x_60',
      'cropOutside [resize,m_pad,w_50,h_50,limit_0/crop,x_60] → smaller sides',
    ],
  ])('%s: %s', (style, expected) => {
    expect(lintPng(style, { immBound: true, region: 'cn-hangzhou' })).toEqual([`error ${expected}`]);
  });

  it('knows which key is missing', () => {
    expect(lintPng('image/quality,90/format,jpg')).toEqual(['warning unknownKey [90] → Q_90']);
    expect(lintPng('image/quality,900/format,jpg')).toEqual(['error qualityBare [900] → Q_1 to Q_100']);
    expect(lintPng('image/circle,100')[1]).toBe('warning unknownKey [100] → r_100');
    expect(lintPng('image/resize,w_1,100')).toEqual(['warning unknownKey [100] → leave it out']);
  });

  it('finds a fourth watermark image, and not the same one again', () => {
    const mark = (key: string, x: number) => `watermark,image_${b64(key)},x_${x}`;
    const three = ['a.png', 'b.png', 'c.png'].map(mark).join('/');
    expect(lintPng(`image/${three}/${mark('a.png?x-oss-process=image/resize,P_10', 3)}`)).toEqual([]);
    expect(lintPng(`image/${three}/${mark('d.png', 4)}/${mark('e.png', 5)}`)).toEqual([
      `error markCount [image_${b64('d.png')}] → fewer images`,
      `error markCount [image_${b64('e.png')}] → fewer images`,
    ]);
    expect(lintPng(`image/${three}/${mark('d.png', 4)}/${mark('a.png', 5)}/${mark('d.png', 6)}`)).toHaveLength(1);
  });

  it('reports all mistakes at once, in the order of their places', () => {
    const codes = lintStyle('image/resize,m_fil,w_0,color_red/foo/bright,101').map(({ code }) => code);
    expect(codes).toEqual([
      'orientationMissing',
      'resizeMode',
      'resizeWidth',
      'resizeColor',
      'unknownOperation',
      'brightValue',
    ]);
  });
});

describe('what OSS takes, but was not meant', () => {
  it.each([
    ['image/resize,w_1/', 'empty [/] → image/resize,w_1'],
    ['image/crop,w_10,height_10', 'unknownKey [height_10] → h_10'],
    ['image/crop,W_10,h_10', 'unknownKey [W_10] → w_10'],
    ['image/watermark,text_YQ,colour_ff0000', 'unknownKey [colour_ff0000] → color_ff0000'],
    ['image/watermark,text_YQ,t_90,t_50', 'repeatedKey [t_90] → leave it out'],
    ['image/resize,w_10,l_10', 'ignoredParameter [l_10] → leave it out'],
    ['image/resize,w_10,p_10', 'ignoredParameter [p_10] → leave it out'],
    ['image/resize,l_10,m_fill', 'ignoredParameter [m_fill] → leave it out'],
    ['image/resize,w_10,color_FF0000', 'ignoredParameter [color_FF0000] → leave it out'],
    ['image/resize,w_10,P_10', 'unknownKey [P_10] → p_10'],
    ['image/indexcrop,x_10,y_10', 'ignoredParameter [x_10] → leave it out'],
    ['image/blur,r_3,s_2,p_50', 'ignoredParameter [p_50] → leave it out'],
    ['image/crop,w_10,p_50', 'ignoredParameter [p_50] → leave it out'],
    ['image/quality,q_80,Q_90/format,jpg', 'ignoredParameter [q_80] → leave it out'],
    ['image/watermark,image_YS5wbmc,size_30', 'ignoredParameter [size_30] → leave it out'],
    ['image/watermark,text_YQ,interval_3', 'ignoredParameter [interval_3] → leave it out'],
    ['image/watermark,text_YQ,animation_1', 'ignoredParameter [animation_1] → leave it out'],
    ['image/watermark,text_5Zu+', 'standardBase64 [text_5Zu+] → text_5Zu-'],
    // echo Copyright | base64
    ['image/watermark,text_Q29weXJpZ2h0Cg', 'unprintedText [text_Q29weXJpZ2h0Cg] → text_Q29weXJpZ2h0'],
    ['image/watermark,text_Q29weXJpZ2h0Cg==', 'unprintedText [text_Q29weXJpZ2h0Cg==] → text_Q29weXJpZ2h0'],
    [`image/watermark,text_${b64('a\nb')}`, `unprintedText [text_${b64('a\nb')}] → text_${b64('a b')}`],
    ['image/watermark,text_Cg', 'unprintedText [text_Cg] → leave it out'],
    ['image/watermark,text_YQ,padx_3', 'ignoredParameter [padx_3] → leave it out'],
    ['image/watermark,text_YQ,g_north,x_3', 'ignoredParameter [x_3] → leave it out'],
    ['image/watermark,text_YQ,g_east,y_3', 'ignoredParameter [y_3] → leave it out'],
    ['image/watermark,text_YQ,voffset_3', 'ignoredParameter [voffset_3] → leave it out'],
    [
      'image/watermark,text_YQ/watermark,text_Yg,g_se,x_10',
      'markPlace [watermark,text_Yg,g_se,x_10] → another g, x, y or voffset',
    ],
    [`image/watermark,image_${b64('logo.gif')}`, `markFormat [image_${b64('logo.gif')}] → a PNG`],
    ['image/format,webp/blur,r_1,s_1', 'formatEarly [format,webp] → …/blur,r_1,s_1/format,webp'],
    ['image/format,webp/blur,r_1,s_1/flip,1', 'formatEarly [format,webp] → …/flip,1/format,webp'],
    ['image/format,jpg/format,webp', 'overridden [format,jpg] → leave it out'],
    ['image/auto-orient,1/auto-orient,0', 'overridden [auto-orient,1] → leave it out'],
    ['image/resize,w_10/auto-orient,1', 'orientationLate [auto-orient,1] → image/auto-orient,1/…'],
    ['image/interlace,1', 'ignoredOperation [interlace,1] → leave it out'],
    ['image/quality,q_80/format,png', 'ignoredOperation [quality,q_80] → leave it out'],
    ['image/format,gif', 'formatIgnored [format,gif] → format,webp'],
    ['image/resize,m_fill,w_16384,h_16384', 'resizeTooLarge [resize,m_fill,w_16384,h_16384] → smaller sides'],
  ])('%s: %s', (style, expected) => {
    expect(lintPng(style)).toEqual([`warning ${expected}`]);
  });

  it.each([
    ['image/bright,0', 'noEffect [bright,0] → leave it out'],
    ['image/contrast,0', 'noEffect [contrast,0] → leave it out'],
    ['image/rotate,360', 'noEffect [rotate,360] → leave it out'],
    ['image/crop,g_center', 'noEffect [crop,g_center] → leave it out'],
    ['image/resize,p_100', 'noEffect [resize,p_100] → leave it out'],
    ['image/interlace,0', 'noEffect [interlace,0] → leave it out'],
    ['image/watermark,text_YQ,t_0', 'noEffect [watermark,text_YQ,t_0] → leave it out'],
    ['image/resize,p_101', 'enlarges [resize,p_101] → p_100 or less, or a side with w, h, l or s'],
    ['image/crop,w_10,g_face', 'needsImm [crop,w_10,g_face] → bind the bucket to a project'],
    ['image/blur,r_1,s_1,g_faces', 'needsImm [blur,r_1,s_1,g_faces] → bind the bucket to a project'],
    ['image/blindwatermark,content_YQ', 'needsImm [blindwatermark,content_YQ] → bind the bucket to a project'],
  ])('%s: by the way, %s', (style, expected) => {
    expect(lintPng(style)).toEqual([`info ${expected}`]);
  });
});

describe('the place where a style is used', () => {
  it('mentions what becomes of photos that are stored lying, where photos may come', () => {
    const found = ['info orientationMissing [resize,w_10] → image/auto-orient,1/…'];
    for (const sourceSuffixes of [
      undefined,
      [],
      ['.jpg'],
      ['.png', '.JPEG'],
      ['.heic'],
      ['.tif'],
      ['.webp'],
      ['-raw'],
    ]) {
      expect(lint('image/resize,w_10', sourceSuffixes === undefined ? {} : { sourceSuffixes })).toEqual(found);
    }
    // Written, it takes the frames of GIFs.
    expect(lint('image/resize,w_10', { sourceSuffixes: ['.jpg', '.gif'] })).toEqual([
      'info orientationMissing [resize,w_10] → image/auto-orient,1/…, in a rule without .gif',
    ]);
    for (const sourceSuffixes of [['.png'], ['.PNG', '.bmp'], ['.bmp']]) {
      expect(lint('image/resize,w_10', { sourceSuffixes })).toEqual([]);
      expect(lint('image/auto-orient,0/resize,w_10', { sourceSuffixes })).toEqual([]);
    }
    expect(lint('image/auto-orient,0/resize,w_10')).toEqual(['info orientationOff [auto-orient,0] → auto-orient,1']);
    expect(lint('image/auto-orient,0/blur,r_3,s_2')).toEqual([]);
  });

  it.each<[string, string, string[] | undefined, string | undefined]>([
    ['image/format,webp', '{name}.jpg', undefined, "[format,webp] → key: '{name}.webp'"],
    ['image/format,webp', '{name}.webp', undefined, undefined],
    ['image/format,webp', '{key}.128.webp', ['.jpg'], undefined],
    ['image/format,jpg', 'a/{name}.JPEG', undefined, undefined],
    ['image/format,tiff', 'a/{name}.tif', undefined, undefined],
    ['image/format,webp', '{name}.v2', undefined, undefined],
    ['image/format,webp', '{name}-{etag}', undefined, undefined],
    // what the upload is called stays
    ['image/format,webp', 'small/{key}', ['.jpg', '.webp'], "[format,webp] → key: 'small/{dir}{name}.webp'"],
    ['image/format,webp', 'small/{file}', ['.png'], "[format,webp] → key: 'small/{name}.webp'"],
    ['image/format,webp', '{name}.{ext}', ['.png'], "[format,webp] → key: '{name}.webp'"],
    ['image/format,webp', '{dir}a.{ext}', ['.png'], "[format,webp] → key: '{dir}a.webp'"],
    ['image/format,webp', 'small/{key}', ['.webp'], undefined],
    ['image/format,webp', 'small/{key}', undefined, undefined],
    ['image/flip,1', 'small/{key}', ['.jpg', '.png'], undefined],
    // without format, the upload's own
    ['image/flip,1', '{name}.jpg', ['.png'], "[] → key: '{name}.png'"],
    ['image/flip,1', '{name}.jpg', ['.jpg', '.png'], '[] → …/format,jpg'],
    // nothing but GIFs becomes a GIF, and a request that saves may not write AVIF
    ['image/flip,1', '{name}.gif', ['.jpg', '.png'], "[] → key: '{name}.{ext}'"],
    ['image/flip,1', '{name}.avif', ['.jpg', '.avif'], "[] → key: '{name}.{ext}'"],
    ['image/flip,1', '{name}.jpg', ['.jpg', '.jpeg'], undefined],
    ['image/flip,1', '{name}.jpg', undefined, undefined],
    ['image/flip,1', '{name}.jpg', ['-photo'], undefined],
  ])('%s as %s from %j: %s', (style, targetKey, sourceSuffixes, expected) => {
    const findings = lint(style, { targetKey, ...(sourceSuffixes && { sourceSuffixes }) });
    expect(findings).toEqual(expected === undefined ? [] : [`warning extension ${expected}`]);
  });

  it('knows where OSS writes AVIF and HEIC', () => {
    const style = 'image/auto-orient,1/resize,l_800/format,avif';
    for (const region of [
      'cn-hangzhou',
      'cn-shanghai',
      'cn-beijing',
      'cn-zhangjiakou',
      'cn-shenzhen',
      'ap-southeast-1',
      'us-east-1',
    ]) {
      expect(lint(style, { region })).toEqual([]);
    }
    expect(lint(style, { region: 'eu-central-1' })).toEqual(['error region [format,avif] → format,webp']);
    expect(lint(style)).toEqual(['info region [format,avif] → format,webp']);
  });

  it('knows which photos are too large for AVIF and HEIC', () => {
    const large = (style: string) => lint(style, { region: 'cn-hangzhou', sourceSuffixes: ['.png'] });
    const resize = (side: number) => `a resize to at most ${side} pixels a side, such as resize,l_${side}`;
    const avif = `warning avifSide [format,avif] → ${resize(3072)}`;
    expect(large('image/format,avif')).toEqual([avif]);
    expect(large('image/resize,w_4000/format,avif')).toEqual([avif]);
    // Of a photo that stands.
    expect(large('image/resize,w_3000/format,avif')).toEqual([avif]);
    expect(large('image/format,heic')).toEqual([`warning heicSide [format,heic] → ${resize(4096)}`]);
    for (const style of ['image/resize,l_3072/format,avif', 'image/resize,l_4096/format,heic', 'image/format,webp']) {
      expect(large(style)).toEqual([]);
    }
  });

  it('knows whether the bucket has an IMM project', () => {
    expect(lint('image/blindwatermark,content_YQ', { immBound: true })).toEqual([]);
    expect(lint('image/blindwatermark,content_YQ', { immBound: false })).toEqual([
      'error needsImm [blindwatermark,content_YQ] → bind the bucket to a project',
    ]);
  });

  it('knows what can be marked blindly, and that q is for jpg', () => {
    const blind = 'image/blindwatermark,content_YQ,q_80';
    expect(lint(blind, { immBound: true, sourceSuffixes: ['.jpg', '.png'] })).toEqual([]);
    expect(lint(blind, { immBound: true, sourceSuffixes: ['.png'] })).toEqual([
      'warning ignoredParameter [q_80] → leave it out',
    ]);
    expect(lint(blind, { immBound: true, sourceSuffixes: ['.jpg', '.gif'] })).toEqual([
      'warning blindSource [blindwatermark,content_YQ,q_80] → a suffix list without it',
    ]);
  });

  it('takes gif for what it is', () => {
    expect(lint('image/format,gif', { sourceSuffixes: ['.gif'], targetKey: '{name}.gif' })).toEqual([]);
    expect(lint('image/format,gif')).toEqual(['info formatIgnored [format,gif] → format,webp']);
    expect(lint('image/format,gif', { sourceSuffixes: ['.png'], targetKey: '{name}.gif' })).toEqual([
      "warning extension [format,gif] → key: '{name}.png'",
      'warning formatIgnored [format,gif] → format,webp',
    ]);
  });

  it.each<[string, string[]]>([
    ['auto-orient,1/resize,w_100', ['auto-orient,1 → a rule of its own for .gif, without auto-orient']],
    ['resize,w_100/quality,q_80/format,webp', ['quality,q_80 → a rule of its own for .gif, without quality']],
    ['resize,w_100/rotate,90', ['rotate,90 → a rule of its own for .gif, without rotate']],
    ['resize,p_50', ['resize,p_50 → w, h, l or s in place of p']],
    [
      'resize,w_10/watermark,text_YQ',
      ['watermark,text_YQ → an image in place of the text, or a rule of its own for .gif'],
    ],
    ['resize,w_100', []],
    ['crop,w_10,h_10/resize,w_5/format,webp', []],
    ['resize,w_10/watermark,image_YS5wbmc,animation_1', []],
    ['auto-orient,1/resize,w_100/format,jpg', []],
  ])('%s of a GIF: only the first frame is kept by %j', (actions, expected) => {
    const found = (sourceSuffixes?: string[]) =>
      lintStyle(`image/${actions}`, { ...(sourceSuffixes && { sourceSuffixes }) })
        .filter(({ code }) => code === 'animationLost')
        .map(({ start, end, fix }) => `${`image/${actions}`.slice(start, end)} → ${fix}`);
    expect(found(['.gif'])).toEqual(expected);
    expect(found(['.jpg', '.GIF'])).toEqual(expected);
    expect(found(['.jpg', '.webp'])).toEqual([]);
    expect(found()).toEqual([]);
  });

  it('says that only the first frame is kept, not that it is left alone', () => {
    const [found] = lintStyle('image/resize,w_9/rotate,90', { sourceSuffixes: ['.gif'] }).filter(
      ({ code }) => code === 'animationLost',
    );
    expect(found?.message).toBe('rotate keeps only the first frame of an animated GIF.');
  });

  it('wants the format of a GIF behind the resizing', () => {
    expect(lint('image/format,gif/resize,w_100', { sourceSuffixes: ['.gif'] })).toEqual([
      'warning formatEarly [format,gif] → …/resize,w_100/format,gif',
      'warning animationLost [format,gif] → format behind the last resize',
    ]);
  });

  it('knows that pages disagree about images put on animations', () => {
    expect(lint('image/watermark,image_YS5wbmc', { sourceSuffixes: ['.gif'] })).toEqual([
      'info animationMark [watermark,image_YS5wbmc] → watermark,…,animation_1',
    ]);
  });

  it('says nothing of settings when the format is not known', () => {
    expect(lint('image/quality,q_80/interlace,1')).toEqual([]);
    expect(lint('image/quality,q_80', { sourceSuffixes: ['.png', '.jpg'] })).toEqual([]);
  });
});

it('says in words what is wrong', () => {
  expect(lintStyle('image/resize,w_0')[1]).toEqual({
    severity: 'error',
    code: 'resizeWidth',
    start: 13,
    end: 16,
    message: 'The value: 0 of parameter: w is invalid.',
    fix: 'w_1 to w_16384',
  });
  expect(lintStyle('image/watermark,text_6Zi+6YeM', { sourceSuffixes: ['.png'] })[0]?.message).toBe(
    '"+" is of standard base64: OSS takes it for "阾里", but its pages ask for URL-safe base64.',
  );
  expect(lintStyle('doc/convert,target_pdf')[0]?.message).toContain('x-oss-async-process');
  expect(lintStyle('image/deblindwatermark')[0]?.message).toContain('x-oss-async-process');
});
