// What the builder needs of the catalogue at run time, a line an operation, so that the catalogue itself stays out of
// the function.
// Written by `npm run operations -- --limits`; a test compares it with the catalogue.
// name=limit, in the order in which they are written. a..b: whole number; x|y: one of these; 6x: six hexadecimal
// digits; 64b, 256c: text, sent as base64url, of so many bytes or characters. name!: required; name?: at least one of
// those so marked.

export const limits = {
  resize:
    'm=lfit|mfit|fill|pad|fixed w?=1..16384 h?=1..16384 l?=1..16384 s?=1..16384 p?=1..1000 limit=0|1 color=6x P?=1..100',
  crop: 'w=0..30000 h=0..30000 x=0..30000 y=0..30000 g=nw|north|ne|west|center|east|sw|south|se|face|auto p=1..200',
  circle: 'r!=1..4096',
  'rounded-corners': 'r!=1..4096',
  indexcrop: 'x?=1..30000 y?=1..30000 i=0..30000',
  rotate: 'value!=0..360',
  'auto-orient': 'value!=0|1',
  flip: 'value!=0|1|2',
  blur: 'r!=1..50 s!=1..50 g=face|faces p=1..200',
  bright: 'value!=-100..100',
  contrast: 'value!=-100..100',
  sharpen: 'value!=50..399',
  quality: 'q?=1..100 Q?=1..100',
  format: 'value!=jpg|png|webp|bmp|gif|tiff|heic|avif',
  interlace: 'value!=0|1',
  watermark:
    'text?=64b image?=2048b t=0..100 g=nw|north|ne|west|center|east|sw|south|se x=0..4096 y=0..4096 voffset=-1000..1000 fill=0|1 padx=0..4096 pady=0..4096 color=6x size=1..1000 shadow=0..100 rotate=0..360 order=0|1 align=0|1|2 interval=0..1000 type=64b font=64b animation=0|1',
  blindwatermark: 'content!=256c s=low|medium|high q=70..100',
} as const;
