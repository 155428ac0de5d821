// Why OSS refuses a style or an image: one table of causes, each with the EC that OSS publishes for it and the Code of
// its answer.
// The EC pages print causes and examples but not the XML body, so most Codes are inferred: those are marked `guess`.
// Source: https://help.aliyun.com/en/oss/user-guide/0040-00000XXX and
// https://alibabacloud.com/help/en/oss/user-guide/common-errors

export interface Cause {
  readonly code: string;
  readonly ec?: string;
  readonly when: string;
  /** The Code is inferred: no page shows it together with this EC. */
  readonly guess?: true;
}

const inferred = (ec: string, when: string, code = 'InvalidArgument') => ({ code, ec, when, guess: true }) as const;

export const causes = {
  // the text as a whole
  empty: inferred('0040-00000212', 'no action after image/', 'MissingArgument'),
  unknownOperation: inferred('0040-00000213', 'unknown action'),
  tooLong: inferred('0017-00000288', 'x-oss-process is too long'),
  malformed: { code: 'InvalidArgument', when: 'not an image/ style', guess: true },
  // shared by many parameters
  invalid: { code: 'InvalidArgument', when: 'a value outside its range', guess: true },
  missing: { code: 'MissingArgument', when: 'a required value is missing', guess: true },
  severalValues: inferred('0040-00000203', 'a single-value action has several values'),
  notBase64: { code: 'BadRequest', when: 'not base64', guess: true },
  exclusive: { code: 'InvalidArgument', when: 'an action that stands alone is mixed with others', guess: true },
  // one operation each
  resizeMode: inferred('0040-00000311', 'resize m is unknown'),
  resizeWidth: { code: 'InvalidArgument', ec: '0040-00000312', when: 'resize w is outside 1–16384' },
  resizeLong: inferred('0040-00000314', 'resize l is outside 1–16384'),
  resizeShort: inferred('0040-00000315', 'resize s is outside 1–16384'),
  resizePercent: inferred('0040-00000317', 'resize p is outside 1–1000'),
  resizeColor: inferred('0040-00000318', 'resize color is not six hexadecimal digits'),
  resizeLimit: inferred('0040-00000319', 'resize limit is not 0 or 1'),
  resizeZero: inferred('0040-00000321', 'resize w and h are both 0'),
  resizeMissing: inferred('0040-00000322', 'resize has no size', 'MissingArgument'),
  resizeTooLarge: inferred('0040-00000007', 'the resized image is too large', 'ImageTooLarge'),
  cropWidth: inferred('0040-00000225', 'crop w is no number or negative'),
  cropHeight: inferred('0040-00000226', 'crop h is no number or negative'),
  cropGravity: inferred('0040-00000209', 'crop g is unknown'),
  cropOutside: { code: 'BadRequest', when: 'crop starts outside the image' },
  circleRadius: inferred('0040-00000233', 'circle r is invalid or above 4096'),
  cornerRadius: inferred('0040-00000237', 'rounded-corners r is invalid or above 4096'),
  sliceHeight: inferred('0040-00000224', 'indexcrop y is no number'),
  sliceIndex: inferred('0040-00000229', 'indexcrop i is no number'),
  sliceRange: inferred('0040-00000230', 'indexcrop x or y is out of range'),
  rotateMissing: inferred('0040-00000216', 'rotate has no value', 'MissingArgument'),
  rotateAngle: inferred('0040-00000217', 'rotate is no number or above 360'),
  rotateTooLarge: { code: 'BadRequest', ec: '0040-00000006', when: 'a side of the image to rotate is above 4096' },
  orientMissing: inferred('0040-00000214', 'auto-orient has no value', 'MissingArgument'),
  orientValue: inferred('0040-00000215', 'auto-orient is not 0 or 1'),
  blurRadius: inferred('0040-00000241', 'blur r is invalid'),
  blurSigma: inferred('0040-00000242', 'blur s is invalid'),
  // The prefix 0004 is published so.
  blurFaces: inferred('0004-00000243', 'blur g is unknown'),
  blurPercent: inferred('0004-00000244', 'blur p is invalid'),
  brightMissing: inferred('0040-00000245', 'bright has no value', 'MissingArgument'),
  brightValue: inferred('0040-00000246', 'bright is invalid'),
  sharpenMissing: inferred('0040-00000279', 'sharpen has no value', 'MissingArgument'),
  sharpenValue: inferred('0040-00000280', 'sharpen is outside 50–399'),
  interlaceMissing: inferred('0040-00000281', 'interlace has no value', 'MissingArgument'),
  interlaceValue: inferred('0040-00000282', 'interlace is not 0 or 1'),
  qualityMissing: inferred('0040-00000307', 'quality has no value', 'MissingArgument'),
  qualityCap: inferred('0040-00000308', 'quality Q is outside 1–100'),
  qualityPercent: inferred('0040-00000309', 'quality q is outside 1–100'),
  qualityBare: inferred('0040-00000310', 'quality, without a key, is outside 1–100'),
  formatMissing: inferred('0040-00000207', 'format has no value', 'MissingArgument'),
  formatValue: inferred('0040-00000206', 'format is unknown'),
  markFont: inferred('0040-00000249', 'watermark font is no font'),
  markTypeNotBase64: inferred('0040-00000250', 'watermark type is not base64', 'BadRequest'),
  markType: inferred('0040-00000251', 'watermark type is no font that OSS has'),
  markColor: inferred('0040-00000254', 'watermark color is not six hexadecimal digits'),
  markShadow: inferred('0040-00000255', 'watermark shadow is outside 0–100'),
  markSize: inferred('0040-00000256', 'watermark size is outside 1–1000'),
  markText: inferred('0040-00000258', 'watermark text is empty'),
  markTextNotBase64: inferred('0040-00000257', 'watermark text is not base64', 'BadRequest'),
  markTextLong: inferred('0040-00000259', 'watermark text is longer than 64 bytes', 'WatermarkError'),
  markGravity: inferred('0040-00000260', 'watermark g is unknown'),
  markX: inferred('0040-00000262', 'watermark x is invalid'),
  markOpacity: inferred('0040-00000263', 'watermark t is outside 0–100'),
  markY: inferred('0040-00000264', 'watermark y is invalid'),
  markImageNotBase64: inferred('0040-00000265', 'watermark image is not base64', 'BadRequest'),
  markVoffset: inferred('0040-00000268', 'watermark voffset is outside ±1000'),
  markOrder: inferred('0040-00000269', 'watermark order is not 0 or 1'),
  markInterval: inferred('0040-00000270', 'watermark interval is outside 0–1000'),
  markAlign: inferred('0040-00000271', 'watermark align is not 0, 1 or 2'),
  markRotate: inferred('0040-00000272', 'watermark rotate is outside 0–360'),
  markFill: inferred('0040-00000274', 'watermark fill is not 0 or 1'),
  markPadx: inferred('0040-00000276', 'watermark padx is outside 0–4096'),
  markPady: inferred('0040-00000277', 'watermark pady is outside 0–4096'),
  markNothing: inferred('0040-00000278', 'watermark has neither text nor image', 'MissingArgument'),
  markPreprocess: inferred(
    '0040-00000373',
    'a watermark image is preprocessed with a watermark, or what is not allowed there',
  ),
  markMissing: inferred('0040-00000025', 'the watermark image does not exist', 'NoSuchKey'),
  markCount: inferred('0040-00000026', 'more than three different watermark images', 'WatermarkError'),
  markFormat: inferred('0040-00000027', 'the watermark image has an unsupported format', 'WatermarkError'),
  // the image
  sourceFormat: { code: 'BadRequest', ec: '0040-00000005', when: 'the source format is unsupported' },
  sourceBytes: { code: 'ImageTooLarge', when: 'the source is larger than 20 MB', guess: true },
  sourcePixels: inferred('0040-00000012', 'the source has more than 250 million pixels', 'MemLimitExceeded'),
  sourceSide: { code: 'ImageTooLarge', when: 'a side of the source is above 30,000', guess: true },
  jpegSide: inferred('0040-00000019', 'a side of the JPEG source is above 30,000', 'ImageTooLarge'),
  bmpSide: inferred('0040-00000017', 'a side of the BMP source is above 30,000', 'ImageTooLarge'),
  tiffSide: inferred('0040-00000018', 'a side of the TIFF source is above 16,384', 'ImageTooLarge'),
  avifSide: inferred(
    '0040-00000014',
    'AVIF source side above 10,000, or output above 4096 wide or 9,437,184 px',
    'ImageTooLarge',
  ),
  advancedCompression: inferred(
    '0040-00000015',
    'format avif or heic in a POST request, or in a region without them',
    'BadRequest',
  ),
  heicSide: { code: 'ImageTooLarge', when: 'a side of the HEIC output is above 4096', guess: true },
  webpSide: inferred('0040-00000011', 'a side of the WebP output is above 16,383', 'ImageTooLarge'),
  webpDamaged: { code: 'BadWebPImage', ec: '0040-00000010', when: 'the WebP source is damaged' },
  heicDamaged: inferred('0040-00000020', 'the HEIC source is damaged', 'BadRequest'),
  avifDamaged: inferred('0040-00000021', 'the AVIF source is damaged', 'BadRequest'),
  damaged: { code: 'BadRequest', when: 'the source is damaged', guess: true },
  imm: { code: 'Imm Client', when: 'the bucket is not bound to an IMM project', guess: true },
} as const satisfies Record<string, Cause>;

export type CauseName = keyof typeof causes;

/** The cause by its name, as the plain shape (an absent EC stays absent). */
export function causeOf(name: CauseName): Cause {
  return causes[name];
}
