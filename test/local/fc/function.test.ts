import { describe, expect, it } from 'vitest';
import { functionConfig } from '../../../src/local/fc/function.js';
import { codeDirectory } from './fixture.js';

describe('functionConfig', () => {
  it("fills in FC's defaults", () => {
    expect(functionConfig({ functionName: 'fn', codeDir: codeDirectory('') })).toMatchObject({
      handler: 'index.handler',
      initializer: undefined,
      memorySize: 256,
      timeout: 60,
      maxAsyncRetryAttempts: 3,
      maxAsyncEventAgeInSeconds: 86_400,
      instances: 2,
      freeze: false,
    });
  });

  it.each([
    [{ functionName: '9' }, /^functionName: .*"9"/],
    [{ functionName: 'a$b' }, /^functionName/],
    [{ handler: 'handler' }, /^handler: expected <file>\.<export>/],
    [{ handler: '../x.handler' }, /^handler/],
    [{ initializer: 'index.' }, /^initializer/],
    [{ timeout: 0 }, /^timeout: expected a whole number from 1 to 86400, got 0/],
    [{ memorySize: 64 }, /^memorySize/],
    [{ maxAsyncRetryAttempts: 9 }, /^maxAsyncRetryAttempts: .* 0 to 8, got 9/],
    [{ maxAsyncEventAgeInSeconds: 604_801 }, /^maxAsyncEventAgeInSeconds/],
    [{ instances: 1.5 }, /^instances/],
    [{ codeDir: '/nowhere/at/all' }, /^codeDir: .*\/nowhere\/at\/all/],
    [{ timers: [{ triggerName: 't', cronExpression: '0 0 4 * * *' }] }, /^timer t: cronExpression/],
  ])('refuses %j', (wrong, message) => {
    expect(() => functionConfig({ functionName: 'fn', codeDir: codeDirectory(''), ...wrong })).toThrow(message);
  });
});
