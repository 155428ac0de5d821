import { describe, expect, it } from 'vitest';
import { needsOf } from '../../../src/deploy/policy/style-needs.js';
import { image } from '../../../src/style/builder.js';

const nothing = { imm: [], images: [], named: false };

describe('needsOf', () => {
  it.each([
    ['image/resize,w_100/format,webp', nothing],
    ['image/watermark,text_aGVsbG8', nothing],
    [image().watermark({ image: 'marks/logo.png' }).toString(), { ...nothing, images: ['marks/logo.png'] }],
    [
      image().watermark({ image: 'logo?.png?x-oss-process=image/resize,P_30' }).toString(),
      { ...nothing, images: ['logo?.png'] },
    ],
    ['image/blindwatermark,content_aGVsbG8', { ...nothing, imm: ['imm:EncodeBlindWatermark'] }],
    ['image/crop,g_auto,w_1', { ...nothing, imm: ['imm:DetectImageCropping'] }],
    ['image/crop,g_face/blur,r_3,s_2,g_faces', { ...nothing, imm: ['imm:DetectImageFaces'] }],
    ['image/crop,g_center/blur,r_3,s_2', nothing],
    ['style/any', { ...nothing, named: true }],
    ['image/blindwatermark', nothing],
    ['image//', nothing],
    ['video/convert', nothing],
  ])('of %s', (style, expected) => {
    expect(needsOf(style)).toEqual(expected);
  });
});
