// The random requests of hostile.test.ts, in their full number.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startOss, type TestOss } from './fixture.js';
import { expectAnswers, expectRefusals } from './hostile.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});
afterEach(async () => {
  expect(oss.bugs).toEqual([]);
  expect((await oss.wire({ path: '/photos' })).status).toBe(200);
});

test('any target, query and Authorization: 4xx or 501, with a request id', () => expectRefusals(oss, 3_000));

test('any signed request with any sub-resource and body: never a 500', () => expectAnswers(oss, 4_000));
