// The readers one by one; what a configuration as a whole may be is in shape.test.ts.
import { describe, expect, it } from 'vitest';
import {
  below,
  listOf,
  maxIssues,
  noOthers,
  objectOf,
  optional,
  type Reader,
  type Reading,
  refuse,
  required,
  resultOf,
  textOf,
  textOrMarkerOf,
} from '../../src/rules/reading.js';
import { ValueProblem } from '../../src/rules/values.js';

function reading(environment = {}): Reading {
  return { issues: [], environment, templateOf: () => new ValueProblem([]), named: new Map() };
}

/** What `read` gives, and where it has found what instead of what was expected. */
function resultOfReading<T>(read: (at: Reading) => T, environment = {}) {
  const at = reading(environment);
  const result = read(at);
  below('rules[0]', at, 0);
  return { result, issues: at.issues.map(({ path, expected, value }) => [path, expected, value]) };
}

const short = (text: string) => (text.length > 3 ? 'a short text' : undefined);
const shortText: Reader<string> = (input, at) => textOf(input, short, at);
const marker: Reader<string> = (input, at) => textOrMarkerOf(input, short, at);
const list: Reader<readonly string[]> = (input, at) => listOf(input, 1, 3, shortText, at);
const object: Reader<object> = (input, at) => objectOf(input, ['a', 'b'], at);
const needed: Reader<string> = (input, at) => required(Object(input), 'a', shortText, at);
const possible: Reader<string> = (input, at) => optional(Object(input), 'a', shortText, at);

describe('a reader gives the value', () => {
  it.each<[string, Reader<unknown>, unknown, unknown]>([
    ['a text', shortText, 'abc', 'abc'],
    ['a text that may be a marker', marker, 'abc', 'abc'],
    ['a marker', marker, { env: 'NAME' }, 'xyz'],
    ['a list', list, ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['an object', object, { c: 1 }, { c: 1 }],
    ['what must be there', needed, { a: 'x' }, 'x'],
    ['what may be there', possible, { a: 'x' }, 'x'],
    ['what may be missing', possible, {}, undefined],
    ['what may be undefined', possible, { a: undefined }, undefined],
  ])('%s', (_, read, input, result) => {
    expect(resultOfReading((at) => read(input, at), { NAME: 'xyz' })).toEqual({ result, issues: [] });
  });
});

describe('a reader notes what was expected where', () => {
  const here = 'rules[0]';
  it.each<[string, Reader<unknown>, unknown, unknown[]]>([
    ['no text', shortText, 7, [here, 'a string', '7']],
    ['a wrong text', shortText, 'abcd', [here, 'a short text', '"abcd"']],
    ['no marker', marker, 7, [here, 'a string or env(NAME)', '7']],
    ['a wrong value of a variable', marker, { env: 'NAME' }, [here, 'a short text', 'the value of NAME']],
    ['no list', list, 'a', [here, 'a list', '"a"']],
    ['too few', list, [], [here, '1 to 3 items', 'a list of 0']],
    ['too many, unread', list, [1, 2, 3, 4], [here, '1 to 3 items', 'a list of 4']],
    ['a list for an object', object, ['a'], [here, 'an object with a, b', 'a list of 1']],
    ['nothing for an object', object, null, [here, 'an object with a, b', 'null']],
    ['what is missing', needed, {}, [`${here}.a`, 'a value', 'nothing']],
    ['what must be there and is wrong', needed, { a: 7 }, [`${here}.a`, 'a string', '7']],
    ['what may be there and is wrong', possible, { a: 7 }, [`${here}.a`, 'a string', '7']],
    ['anything that it refuses', (input, at) => refuse(at, 'more', input), 7, [here, 'more', '7']],
  ])('%s', (_, read, input, issue) => {
    const { result, issues } = resultOfReading((at) => read(input, at), { NAME: 'long value' });
    expect(issues).toEqual([issue]);
    expect(result).toBeUndefined();
  });

  it('each wrong item of a list', () => {
    expect(resultOfReading((at) => list(['a', 7, 'abcd'], at))).toEqual({
      result: undefined,
      issues: [
        ['rules[0][1]', 'a string', '7'],
        ['rules[0][2]', 'a short text', '"abcd"'],
      ],
    });
  });
});

describe('noOthers', () => {
  const unknown = (input: object) => resultOfReading((at) => noOthers(input, ['a', 'b'], at)).issues;

  it('notes each key that is not known, unless it is inherited', () => {
    expect(unknown({ a: 1, c: 2, 'd e': 3 })).toEqual([
      ['rules[0].c', 'one of the keys a, b', '"c"'],
      ['rules[0]["d e"]', 'one of the keys a, b', '"d e"'],
    ]);
    expect(unknown(Object.create({ c: 1 }, { b: { value: 1, enumerable: true } }))).toEqual([]);
  });

  it(`notes ${maxIssues} at most`, () => {
    const wide = Object.fromEntries(Array.from({ length: maxIssues + 5 }, (_, nth) => [`k${nth}`, nth]));
    expect(unknown(wide)).toHaveLength(maxIssues);
  });
});

it('resultOf takes what a value came to, or notes each of its problems, without the value where it must not show', () => {
  expect(resultOfReading((at) => resultOf(7, 'x', at))).toEqual({ result: 7, issues: [] });
  const problem = new ValueProblem(['one', 'other'], 'the value of NAME');
  expect(resultOfReading((at) => resultOf<string>(problem, 'hidden', at))).toEqual({
    result: undefined,
    issues: [
      ['rules[0]', 'one', 'the value of NAME'],
      ['rules[0]', 'other', 'the value of NAME'],
    ],
  });
});
