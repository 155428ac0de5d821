// Random styles for property tests and `npm run fuzz`: right ones made from the catalogue, well-formed ones, and broken
// ones.
import fc from 'fast-check';
import { encodeText } from '../../src/style/base64url.js';
import { catalogue, definitionOf, type ImageOperationName } from '../../src/style/catalogue.js';
import type { Parameter } from '../../src/style/parameter.js';

const names = Object.keys(catalogue) as ImageOperationName[];

/**
 * Styles without a mistake: every operation, values over their whole ranges, keys in any order, base64 padded and not.
 */
export function rightStyle(): fc.Arbitrary<string> {
  const steps = names.filter((name) => definitionOf(name).kind !== 'query').map(rightStep);
  const queries = names.filter((name) => definitionOf(name).kind === 'query');
  return fc.oneof(
    { weight: 20, arbitrary: fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 5 }).map((all) => styleOf(all)) },
    { weight: 1, arbitrary: fc.constantFrom(...queries).map((name) => styleOf([name])) },
  );
}

/** Styles of the right form, whatever they say. */
export function wellFormedStyle(): fc.Arbitrary<string> {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }).map((text) => text.replace(/[/|,]/g, '')),
    unicode({ maxLength: 6 }).map((text) => text.replace(/[/|,]/g, '')),
    fc.constantFrom('', '_', '__', '0', '-1', '1e9', '99999999999', '__proto__', 'constructor', 'YQ', 'YQ==', '%2C'),
  );
  const keys = [...new Set(names.flatMap((name) => Object.keys(definitionOf(name).parameters)))];
  const argument = fc.oneof(
    word,
    fc.tuple(word, word).map(([key, value]) => `${key}_${value}`),
    fc
      .tuple(fc.constantFrom(...keys), fc.oneof(fc.integer().map(String), word))
      .map(([key, value]) => `${key}_${value}`),
  );
  const op = fc.oneof(
    fc.constantFrom<string>(...names),
    word.filter((text) => text !== ''),
  );
  const step = fc.tuple(op, fc.array(argument, { maxLength: 6 })).map(([name, args]) => [name, ...args].join(','));
  return fc.array(fc.oneof(step, ...names.map(rightStep)), { minLength: 1, maxLength: 6 }).map(styleOf);
}

/** Styles with a few cuts, insertions and repetitions, and texts that never were styles. */
export function brokenStyle(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    unicode({ maxLength: 4 }),
    fc.constantFrom(
      '/',
      ',',
      '_',
      '|',
      '|sys/saveas,o_YQ',
      'image/',
      'style/',
      '=',
      '\u0000',
      '\ud800',
      '０',
      '-',
      ' ',
    ),
    fc.integer().map(String),
  );
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(6), put: piece, again: fc.nat(40) });
  const broken = fc
    .tuple(fc.oneof(rightStyle(), wellFormedStyle()), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) =>
      edits.reduce((before, { at, cut, put, again }) => {
        const place = at % (before.length + 1);
        const repeated = before.slice(place, place + again);
        return before.slice(0, place) + put + repeated + before.slice(place + cut);
      }, text),
    );
  const units = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));
  return fc.oneof({ weight: 8, arbitrary: broken }, { weight: 1, arbitrary: units });
}

function styleOf(steps: readonly string[]): string {
  return `image/${steps.join('/')}`;
}

// Without chain(), which would make its arbitraries anew for every style: all is drawn, and what is not wanted is left
// out.
function rightStep(name: ImageOperationName): fc.Arbitrary<string> {
  const { parameters, oneOf } = definitionOf(name);
  const known = Object.entries(parameters).filter(([, { preprocessOnly }]) => !preprocessOnly);
  const either = oneOf?.names.filter((each) => known.some(([other]) => other === each)) ?? [];
  const args = known.map(([key, parameter]) => {
    const text = valueText(parameter).map((value) => (parameter.positional ? value : `${key}_${value}`));
    return fc.record({ key: fc.constant(key), needed: fc.constant(parameter.required), given: fc.boolean(), text });
  });
  return fc.tuple(fc.nat(30), fc.nat(30), fc.boolean(), ...args).map(([chosen, turn, reversed, ...all]) => {
    const one = either[chosen % either.length];
    const texts = all.filter(({ key, needed, given }) => needed || given || key === one).map(({ text }) => text);
    const from = turn % (texts.length || 1);
    const turned = [...texts.slice(from), ...texts.slice(0, from)];
    return [name, ...(reversed ? turned.reverse() : turned)].join(',');
  });
}

function valueText(parameter: Parameter): fc.Arbitrary<string> {
  switch (parameter.type) {
    case 'int':
      return fc.integer({ min: parameter.min, max: parameter.max }).map(String);
    case 'enum':
      return fc.constantFrom(...parameter.values.map(String));
    case 'hex6':
      return fc.tuple(fc.integer({ min: 0, max: 0xffffff }), fc.boolean()).map(([color, upper]) => {
        const digits = color.toString(16).padStart(6, '0');
        return upper ? digits.toUpperCase() : digits;
      });
    case 'base64url': {
      // A character has at most four bytes.
      const maxLength = Math.floor((parameter.unit === 'bytes' ? parameter.max : 64) / 4);
      const texts =
        parameter.known === undefined ? unicode({ minLength: 1, maxLength }) : fc.constantFrom(...parameter.known);
      return fc.tuple(texts, fc.boolean()).map(([plain, padded]) => {
        const bare = encodeText(plain);
        return padded ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare;
      });
    }
  }
}

// Code points of each length in UTF-8, and those whose base64 holds "-" and "_".
function unicode(bounds: { minLength?: number; maxLength: number }): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...'aZ0 ?>~/|,_\u0000ÿ©版权所有图\ufeff\uffff😀\u{10ffff}'), { ...bounds, size: '-1' })
    .map((points) => points.join(''));
}
