import { expect, it } from 'vitest';
import { defaultsIn, markersIn } from '../../src/rules/markers.js';
import { env } from '../../src/rules/schema.js';

const input = { journal: env('NEEDED'), rules: [{ when: { bucket: [env('SOURCE_BUCKET', 'photos'), 'other'] } }] };

it('finds markers wherever they stand, and stops in the deep', () => {
  expect([...markersIn(input)]).toEqual([
    ['NEEDED', undefined],
    ['SOURCE_BUCKET', 'photos'],
  ]);
  let deep: unknown = env('DEEP');
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(markersIn(deep).size).toBe(0);
});

it('knows the default of a variable that is read twice', () => {
  expect(defaultsIn([env('A'), env('A', 'x'), env('A'), env('B')])).toEqual({ A: 'x' });
});
