import { describe, expect, it } from 'vitest';
import { parseStyle, StyleError } from '../../src/style/grammar.js';
import { inspectStep, readStep, readSteps } from '../../src/style/read.js';
import { golden } from './golden.js';

const read = (action: string) => parseStyle(`image/${action}`).map((step) => readStep(step))[0];
const inspect = (action: string) => parseStyle(`image/${action}`).map((step) => inspectStep(step))[0];
function refusal(style: string): StyleError | undefined {
  try {
    readSteps(parseStyle(style));
  } catch (error) {
    if (error instanceof StyleError) return error;
    throw error;
  }
  return undefined;
}

describe('readStep', () => {
  it('gives typed values and fills in defaults', () => {
    expect(read('resize,h_50,m_pad,color_ff0000')).toEqual({
      op: 'resize',
      m: 'pad',
      h: 50,
      limit: 1,
      color: 'FF0000',
    });
    expect(read('rotate,90')).toEqual({ op: 'rotate', value: 90 });
    expect(read('bright,-100')).toEqual({ op: 'bright', value: -100 });
    expect(read('watermark,text_SGVsbG8gV29ybGQ')).toMatchObject({
      op: 'watermark',
      text: 'Hello World',
      g: 'se',
      size: 40,
      x: 10,
      t: 100,
    });
    expect(read('info')).toEqual({ op: 'info' });
  });

  it('takes the last of a repeated key', () => {
    expect(read('watermark,text_YQ,t_90,t_50')).toMatchObject({ t: 50 });
  });

  it('tells q from Q and p from P', () => {
    expect(read('quality,Q_80')).toEqual({ op: 'quality', Q: 80 });
    expect(read('quality,q_80')).toEqual({ op: 'quality', q: 80 });
    expect(read('quality,80')).toEqual({ op: 'quality', Q: 80 });
    expect(inspect('resize,w_1,P_10')?.problems).toMatchObject([{ severity: 'warning' }]);
  });

  it('knows P only in the preprocessing of a watermark image', () => {
    const step = parseStyle('image/resize,P_10')[0];
    expect(step && inspectStep(step, true).operation).toMatchObject({ P: 10 });
    expect(step && inspectStep(step).operation).toBeUndefined();
  });

  it('warns of an unknown key and reads on, as live OSS does', () => {
    expect(inspect('crop,w_100,h_100,x_100,y_100,r_1')).toMatchObject({
      operation: { op: 'crop', w: 100, h: 100, x: 100, y: 100, g: 'nw' },
      problems: [{ severity: 'warning', start: 35, end: 38 }],
    });
    expect(inspect('resize,w_1,__proto___1,constructor_1')?.problems).toHaveLength(2);
  });

  it('reads the font under either key', () => {
    expect(read('watermark,text_YQ,type_d3F5LW1pY3JvaGVp')).toMatchObject({ type: 'wqy-microhei' });
    expect(read('watermark,text_YQ,font_d3F5LW1pY3JvaGVp')).toMatchObject({ font: 'wqy-microhei' });
  });

  it('takes a trailing comma', () => {
    expect(inspect('watermark,text_YQ,color_ff6a00,')?.problems).toEqual([]);
    expect(inspect('rotate,90,')).toMatchObject({ operation: { value: 90 }, problems: [] });
  });

  it('reports all mistakes of a step', () => {
    expect(inspect('resize,m_big,w_0,limit_2,color_red')?.problems.map(({ why }) => why)).toEqual([
      'resizeMode',
      'resizeWidth',
      'resizeLimit',
      'resizeColor',
    ]);
  });
});

describe('errors', () => {
  it.each(golden.errors.filter(({ style }) => style.startsWith('image/')))('$style has EC $ec', ({ style, ec }) => {
    let caught: unknown;
    try {
      readSteps(parseStyle(style));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(StyleError);
    expect(caught).toMatchObject({ ec });
  });

  it.each([
    ['rotate', '0040-00000216', 'MissingArgument'],
    ['rotate,', '0040-00000216', 'MissingArgument'],
    ['rotate,361', '0040-00000217', 'InvalidArgument'],
    ['rotate,90,180', '0040-00000203', 'InvalidArgument'],
    ['rotate,value_90', '0040-00000217', 'InvalidArgument'],
    ['auto-orient', '0040-00000214', 'MissingArgument'],
    ['format,bpg', '0040-00000206', 'InvalidArgument'],
    ['crop,g_middle', '0040-00000209', 'InvalidArgument'],
    ['crop,w_1.5', '0040-00000225', 'InvalidArgument'],
    ['indexcrop,x_0', '0040-00000230', 'InvalidArgument'],
    ['resize,w_0,h_0', '0040-00000321', 'InvalidArgument'],
    ['resize,p_1001', '0040-00000317', 'InvalidArgument'],
    ['resize,w_16385', '0040-00000312', 'InvalidArgument'],
    ['resize,w_1,limit_2', '0040-00000319', 'InvalidArgument'],
    ['resize,m_fill', '0040-00000322', 'MissingArgument'],
    ['quality,', '0040-00000307', 'MissingArgument'],
    ['quality,0', '0040-00000310', 'InvalidArgument'],
    ['quality,best', '0040-00000310', 'InvalidArgument'],
    ['quality,Q', '0040-00000308', 'InvalidArgument'],
    ['quality,q_', '0040-00000309', 'InvalidArgument'],
    ['watermark,text_YQ,font_QXJpYWw', '0040-00000249', 'InvalidArgument'],
    ['watermark,t_50', '0040-00000278', 'MissingArgument'],
    ['watermark,image_notbase64', '0040-00000265', 'BadRequest'],
    [`watermark,text_${Buffer.alloc(65, 'a').toString('base64url')}`, '0040-00000259', 'WatermarkError'],
    ['sharpen,49', '0040-00000280', 'InvalidArgument'],
    ['blindwatermark', undefined, 'MissingArgument'],
    ['blindwatermark,content_notbase64', undefined, 'BadRequest'],
    ['info/resize,w_1', undefined, 'InvalidArgument'],
    ['resize,w_1/average-hue', undefined, 'InvalidArgument'],
  ])('%s: EC %s, %s', (action, ec, code) => {
    expect(refusal(`image/${action}`)).toMatchObject({ ec, code });
  });

  it('says what came and names the parameter, as OSS does, and where', () => {
    expect(refusal('image/flip,1/resize,w_0')).toMatchObject({
      message: 'The value: 0 of parameter: w is invalid.',
      position: 20,
      end: 23,
    });
    expect(refusal('image/resize,w_abc')?.message).toBe(
      'The value: abc of parameter: w is invalid.reason:Value must be digit',
    );
  });

  it('keeps hostile values short in messages', () => {
    expect(refusal(`image/resize,w_${'9'.repeat(4000)}`)?.message.length).toBeLessThan(200);
  });
});
