// What `npm run fuzz -- styles` holds the image language to.
import fc from 'fast-check';
import { parseStyle, renderStyle, StyleError } from '../../src/style/grammar.js';
import { lintStyle } from '../../src/style/lint.js';
import { readSteps } from '../../src/style/read.js';
import { brokenStyle, rightStyle, wellFormedStyle } from '../style/arbitrary.js';
import type { Target } from './target.js';

export const styles: Target = {
  name: 'styles',
  checks: {
    'parse, then render, gives the style back': () =>
      fc.property(fc.oneof(rightStyle(), wellFormedStyle()), (style) => renderStyle(parseStyle(style)) === style),
    'a right style is read, and lint finds nothing in its values': () =>
      fc.property(rightStyle(), (style) => {
        readSteps(parseStyle(style));
        const wrong = lintStyle(style, { immBound: true, region: 'cn-hangzhou' }).filter(
          ({ severity, code }) => severity === 'error' && !wholeStyle.has(code),
        );
        if (wrong.length > 0) throw new Error(`lint: ${JSON.stringify(wrong)}`);
      }),
    'a broken style throws StyleError alone, and lint says why and where': () =>
      fc.property(brokenStyle(), (style) => {
        const refusal = refusalOf(style);
        const findings = lintStyle(style, { sourceSuffixes: ['.jpg'], targetKey: '{name}.jpg' });
        const outside = findings.find(({ start, end }) => start < 0 || end < start || end > style.length);
        if (outside !== undefined) throw new Error(`lint points outside the style: ${JSON.stringify(outside)}`);
        const errors = findings.some(({ severity }) => severity === 'error');
        if (refusal !== undefined && !style.startsWith('style/') && !errors) {
          throw new Error('lint finds no error in a style that cannot be read', { cause: refusal });
        }
      }),
  },
};

// Steps that are right one by one may still not go together, or have no image that they fit.
const wholeStyle = new Set<string>([
  'answersNoImage',
  'asyncOnly',
  'markCount',
  'avifSide',
  'cropOutside',
  'heicSide',
  'resizeTooLarge',
  'rotateTooLarge',
  'sliceRange',
  'webpSide',
]);

function refusalOf(style: string): StyleError | undefined {
  try {
    readSteps(parseStyle(style));
  } catch (error) {
    if (error instanceof StyleError) return error;
    throw error;
  }
  return undefined;
}
