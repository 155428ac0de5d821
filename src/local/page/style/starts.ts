// What the bench offers to begin with: whole styles, and for each operation the step that is added.
import type { ImageOperationName } from '../../../style/catalogue.js';

export const presets = {
  avatar: 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
  card: 'image/auto-orient,1/resize,m_fill,w_400,h_300/quality,q_80/format,webp',
  large: 'image/auto-orient,1/resize,m_lfit,w_1200,h_1200/quality,q_85/format,webp',
  round: 'image/auto-orient,1/resize,m_fill,w_200,h_200/circle,r_100/format,png',
  padded: 'image/auto-orient,1/resize,m_pad,w_400,h_400,color_FFFFFF/format,jpg',
  mark: 'image/auto-orient,1/resize,w_800/watermark,text_wqkgMjAyNg,color_FFFFFF,size_32,g_se/format,webp',
  soft: 'image/auto-orient,1/resize,w_64/blur,r_8,s_4/format,webp',
  info: 'image/info',
  hue: 'image/average-hue',
} as const;

export type Preset = keyof typeof presets;

/** Each is one that OSS takes. */
export const newSteps: Readonly<Record<ImageOperationName, string>> = {
  resize: 'resize,w_400',
  crop: 'crop,w_200,h_200,g_center',
  circle: 'circle,r_100',
  'rounded-corners': 'rounded-corners,r_30',
  indexcrop: 'indexcrop,x_100,i_0',
  rotate: 'rotate,90',
  'auto-orient': 'auto-orient,1',
  flip: 'flip,1',
  blur: 'blur,r_3,s_2',
  bright: 'bright,20',
  contrast: 'contrast,20',
  sharpen: 'sharpen,100',
  quality: 'quality,q_80',
  format: 'format,webp',
  interlace: 'interlace,1',
  watermark: 'watermark,text_SGVsbG8,color_FFFFFF,g_se',
  blindwatermark: 'blindwatermark,content_SGVsbG8',
  deblindwatermark: 'deblindwatermark,s_low',
  info: 'info',
  'average-hue': 'average-hue',
  faces: 'faces',
  bodies: 'bodies',
  cars: 'cars',
  codes: 'codes',
  labels: 'labels',
  score: 'score',
};
