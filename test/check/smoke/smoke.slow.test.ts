import { expect, it } from 'vitest';
import { smoke } from '../../../src/check/smoke/smoke.js';
import { runnableConfig } from '../../../src/deploy/configuration.js';
import { shippedFunction, shippedRulesFile } from '../../support/shipped.js';

it('fails where the function cannot even start', async () => {
  const { config } = runnableConfig(shippedRulesFile, {});
  const environmentVariables = { CONFIG_URI: 'file:///no/such/rules.json' };
  const { findings } = await smoke({
    codeDir: shippedFunction().codeDir,
    config,
    environmentVariables,
    // A busy machine takes longer than a deployment waits.
    timeLimit: 600_000,
  });
  expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['error']));
  expect(findings).toHaveLength(4);
  expect(findings[0]?.message).toContain('/no/such/rules.json');
});
