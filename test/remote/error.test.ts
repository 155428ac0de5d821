import { expect, it } from 'vitest';
import { FunctionComputeError, refusalText } from '../../src/remote/error.js';

it('says what to do about a refusal', () => {
  const text = (code: string) => refusalText(new FunctionComputeError('refused', { code })).split('\n');
  expect(text('ResourceExhausted')[1]).toMatch(/npm run resume/);
  expect(text('ECONNREFUSED')[1]).toMatch(/is the endpoint right/);
  expect(text('SomethingNew')).toEqual(['refused']);
  expect(text('constructor')).toEqual(['refused']);
});
