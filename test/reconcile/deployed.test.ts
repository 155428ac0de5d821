import { describe, expect, it } from 'vitest';
import { deployedEnvironment } from '../../src/deploy/deployed-environment.js';
import { cloudWorkers, deployedFunction } from '../../src/reconcile/deployed.js';
import { shippedRulesFile, shippedYaml } from '../support/shipped.js';

describe('deployedFunction', () => {
  it('is what s.yaml says', async () => {
    const { environment, resource } = await deployedEnvironment(shippedRulesFile, shippedYaml, {});
    const function_ = { reservedConcurrency: 5, timeout: 300, cpu: 0.1, memorySize: 256, concurrency: 5 };
    expect(deployedFunction({ environment, resource }, false)).toEqual(function_);
  });

  it('is what `npm start` runs, for an endpoint of this machine', () => {
    const function_ = { reservedConcurrency: 2, timeout: 300, cpu: 0.1, memorySize: 256, concurrency: 7 };
    expect(deployedFunction({ environment: { CONCURRENCY: '7' } }, true)).toMatchObject(function_);
  });

  it('is not known without s.yaml, or with a concurrency that the function refuses', () => {
    expect(deployedFunction({ environment: {} }, false)).toBeUndefined();
    expect(deployedFunction({ environment: { CONCURRENCY: 'many' } }, true)).toBeUndefined();
  });
});

describe('cloudWorkers', () => {
  const deployed = { reservedConcurrency: 5, timeout: 300, cpu: 0.1, memorySize: 256, concurrency: 5 };
  it.each([
    [deployed, { workers: 4, seconds: 230 }],
    [undefined, { why: expect.stringContaining('s.yaml does not say') }],
    [{ ...deployed, reservedConcurrency: 0 }, { why: expect.stringContaining('is stopped') }],
    [{ ...deployed, timeout: 60 }, { why: expect.stringContaining('a timeout of 60 s leaves no time') }],
  ])('%j: %j', (given, found) => {
    expect(cloudWorkers(given, 16)).toEqual(found);
  });
});
