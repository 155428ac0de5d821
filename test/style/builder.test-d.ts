// The builder's types, checked by tsc alone: each expected error fails the compile when it is none.
import { image, style } from '../../src/style/builder.js';

image()
  .autoOrient()
  .resize({ m: 'fill', w: 200, h: 200 })
  .watermark({ text: '版权所有', g: 'se' })
  .blindWatermark('阿里云版权所有')
  .format('webp');
image().autoOrient(0).interlace().rotate(90).flip(2).bright(-10).contrast(5).sharpen(100).format('avif');
image().resize({ p: 50 }).resize({ l: 100, s: 50, limit: 0 }).quality({ q: 80 }).quality({ Q: 90, q: 80 });
image().crop({}).crop({ w: 100, h: 100, g: 'center' }).indexCrop({ x: 100, i: 1 }).circle({ r: 100 });
image().roundedCorners({ r: 30 }).blur({ r: 3, s: 2 }).blur({ r: 3, s: 2, g: 'faces' });
image().watermark({ image: 'logo.png', process: image().resize({ P: 10 }) });
image().watermark({ image: 'logo.png', text: 'both', order: 1, align: 2, interval: 5, type: 'wqy-microhei' });
image().blindWatermark({ content: 'text', s: 'high', q: 80 });
export const text: string = image().flip(0).toString() + style('small').toString();

// @ts-expect-error an unknown mode
image().resize({ m: 'cover', w: 200 });
// @ts-expect-error a misspelt parameter
image().resize({ m: 'fill', width: 200 });
// @ts-expect-error a misspelt parameter beside a good one
image().resize({ w: 200, hight: 100 });
// @ts-expect-error no size at all
image().resize({ m: 'fill' });
// @ts-expect-error no size at all
image().resize({});
// @ts-expect-error a text for a number
image().resize({ w: '200' });
// @ts-expect-error an explicit undefined
image().resize({ w: 200, h: undefined });
// @ts-expect-error limit is 0 or 1
image().resize({ w: 200, limit: 2 });
// @ts-expect-error no radius
image().circle({});
// @ts-expect-error no sigma
image().blur({ r: 3 });
// @ts-expect-error no angle
image().rotate();
// @ts-expect-error an angle is a number
image().rotate('90');
// @ts-expect-error an unknown format
image().format('jpeg');
// @ts-expect-error 0 or 1
image().autoOrient(2);
// @ts-expect-error neither q nor Q
image().quality({});
// @ts-expect-error neither text nor image
image().watermark({ g: 'se' });
// @ts-expect-error a place of crop, not of a watermark
image().watermark({ text: 'a', g: 'face' });
// @ts-expect-error a font that OSS does not have
image().watermark({ text: 'a', type: 'Arial' });
// @ts-expect-error process belongs to watermarks
image().crop({ w: 1, process: image().flip(1) });
// @ts-expect-error not a style of operations
image().watermark({ image: 'logo.png', process: style('small') });
// @ts-expect-error no content
image().blindWatermark();
// @ts-expect-error an unknown strength
image().blindWatermark({ content: 'a', s: 'extreme' });
// @ts-expect-error answers text, not an image
image().info();
// @ts-expect-error asynchronous only
image().deblindwatermark({});
// @ts-expect-error a style by name has no operations
style('small').resize({ w: 1 });
// @ts-expect-error never changes
image().calls = [];
