import { expect, it } from 'vitest';
import { finding } from '../../../src/check/finding.js';
import { withSmoke } from '../../../src/check/smoke/check-smoke.js';

const checked = { findings: [], rules: 1, outputs: 1, triggers: 1, unset: [], relayed: [] };

it('says that nothing was tried where the check has found errors, or the rules are kept elsewhere', async () => {
  const error = { ...finding('error', 'x', '', 'it is wrong', 'mend it'), file: 'rules.json' };
  const { findings, smoke } = await withSmoke({ ...checked, findings: [error] }, 'rules.json', {});
  expect(smoke).toBeUndefined();
  expect(findings.map(({ code, message, file }) => [code, message, file])).toEqual([
    ['x', 'it is wrong', 'rules.json'],
    ['smokeUntried', 'not tried: there are errors', 'rules.json'],
  ]);
  const elsewhere = await withSmoke(checked, undefined, { CONFIG_URI: 'oss://rules/rules.json' });
  expect(elsewhere.findings).toMatchObject([{ code: 'smokeUntried', file: 'src/config.ts' }]);
});
