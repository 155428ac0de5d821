import { describe, expect, it } from 'vitest';
import { bucketExpressions } from '../../../src/deploy/triggers/bucket-expressions.js';
import { type ConfigInput, env } from '../../../src/rules/schema.js';
import type { Text } from '../../../src/rules/values.js';

const reading = (...buckets: (Text | Text[])[]): ConfigInput => ({
  journal: 'throw',
  rules: buckets.map((bucket, index) => ({ name: `r${index}`, when: { bucket }, outputs: [] })),
});

describe('bucketExpressions', () => {
  it.each<[string, ConfigInput, Record<string, string>, [string, string][]]>([
    ['the variable, with its default', reading(env('B', 'photos')), {}, [['photos', `\${env('B', 'photos')}`]]],
    ['whatever it holds now', reading(env('B', 'photos')), { B: 'other' }, [['other', `\${env('B', 'photos')}`]]],
    ['a variable without default', reading(env('B')), { B: 'other' }, [['other', `\${env('B')}`]]],
    ['a name as it is', reading('photos'), {}, [['photos', 'photos']]],
    [
      'each of a list',
      reading([env('B', 'aaa'), 'bbb']),
      {},
      [
        ['aaa', `\${env('B', 'aaa')}`],
        ['bbb', 'bbb'],
      ],
    ],
    ['one that is also named otherwise', reading(env('B', 'aaa'), 'aaa'), {}, [['aaa', 'aaa']]],
    ['one behind two variables', reading(env('B', 'aaa'), env('C', 'aaa'), env('B', 'aaa')), {}, [['aaa', 'aaa']]],
    ['a default that could break out', reading(env('B', `')}\${x`)), { B: 'aaa' }, [['aaa', `\${env('B')}`]]],
  ])('gives %s', (_, input, environment, expected) => {
    expect([...bucketExpressions(input, environment)]).toEqual(expected);
  });
});
