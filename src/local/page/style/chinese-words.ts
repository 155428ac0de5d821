// What operations and parameters do, in Chinese. English is the catalogue's own.
import type { catalogue, ImageOperationName } from '../../../style/catalogue.js';

type Words = {
  readonly [N in ImageOperationName]: readonly [
    does: string,
    parameters: { readonly [K in Exclude<keyof (typeof catalogue)[N]['parameters'], 'P'>]: string },
  ];
};

const blindStrength = '强度';

export const chinese: Words = {
  resize: [
    '缩放',
    {
      m: 'lfit：不超出方框；mfit：盖住方框；fill：盖住并裁剪；pad：不超出并填充；fixed：强制宽高',
      w: '宽度（像素）',
      h: '高度（像素）',
      l: '长边（像素）；有 w 或 h 时无效',
      s: '短边（像素）；有 w 或 h 时无效',
      p: '百分比；有 w、h、l 或 s 时无效',
      limit: '不放大',
      color: 'm_pad 的填充颜色',
    },
  ],
  crop: [
    '裁剪矩形',
    {
      w: '宽度；0 为最大',
      h: '高度；0 为最大',
      x: '距原点向右的像素',
      y: '距原点向下的像素',
      g: '原点',
      p: '人脸框的百分比，配合 g_face',
    },
  ],
  circle: ['内切圆', { r: '半径；最大为短边的一半' }],
  'rounded-corners': ['圆角矩形', { r: '半径；最大为短边的一半' }],
  indexcrop: ['索引切割', { x: '每块的宽度', y: '每块的高度；优先于 x', i: '取第几块，从 0 开始' }],
  rotate: ['顺时针旋转', { value: '角度' }],
  'auto-orient': ['按 EXIF 方向自动旋转', { value: '自动旋转' }],
  flip: ['翻转', { value: '0：上下；1：左右；2：两者' }],
  blur: ['模糊', { r: '半径', s: '标准差', g: '只模糊最大的人脸，或所有人脸', p: '人脸框的百分比' }],
  bright: ['亮度', { value: '小于 0 变暗，大于 0 变亮' }],
  contrast: ['对比度', { value: '小于 0 降低，大于 0 提高' }],
  sharpen: ['锐化', { value: '强度；建议 100' }],
  quality: ['JPEG 或 WebP 的质量', { q: '相对质量（百分比）', Q: '绝对质量上限；优先于 q' }],
  format: ['格式转换', { value: 'gif 只能由 gif 得到' }],
  interlace: ['渐进显示', { value: '渐进式 JPEG' }],
  watermark: [
    '水印',
    {
      text: '文字，一行',
      image: '同一 Bucket 中的图片，可带 ?x-oss-process=image/…',
      t: '不透明度（百分比）',
      g: '位置',
      x: '水平边距',
      y: '垂直边距',
      voffset: '中线垂直偏移',
      fill: '铺满全图',
      padx: '铺满时的水平间隔',
      pady: '铺满时的垂直间隔',
      color: '文字颜色',
      size: '文字大小（像素）',
      shadow: '文字阴影的不透明度',
      rotate: '文字顺时针旋转角度',
      order: '文字在图片之前',
      align: '图文对齐：0 上，1 中，2 下',
      interval: '图文间距',
      type: '字体',
      font: '字体（文档中为 type）',
      animation: '1：图片水印加在动图的每一帧',
    },
  ],
  blindwatermark: ['添加盲水印', { content: '文字', s: blindStrength, q: '结果的质量，仅限 jpg' }],
  deblindwatermark: ['读取盲水印，结果以消息发送', { s: blindStrength, t: '读取的内容' }],
  info: ['大小、格式和 EXIF（JSON）', {}],
  'average-hue': ['平均色调', {}],
  faces: ['人脸（JSON）', {}],
  bodies: ['人体（JSON）', {}],
  cars: ['车辆和车牌（JSON）', {}],
  codes: ['二维码（JSON）', {}],
  labels: ['图片标签（JSON）', {}],
  score: ['美学评分（JSON）', {}],
};
