import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deployedEnvironment } from '../../src/deploy/deployed-environment.js';
import { deployEnv } from '../support/project.js';
import { shippedYaml } from '../support/shipped.js';

it('is what s.yaml gives, with all of it, what is not set, and what is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-deployed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 's.yaml');
  const variable = '# CONFIG_URI: oss://BUCKET/rules.json';
  const given = readFileSync(shippedYaml, 'utf8');
  writeFileSync(file, given.replace(variable, 'CONFIG_URI: oss://settings/rules.json'));
  const { TARGET_BUCKET: _, ...env } = { ...process.env, ...deployEnv, FUNCTION_ROLE: 'acs:ram::1:role/x' };
  expect(await deployedEnvironment(undefined, file, env)).toMatchObject({
    region: 'cn-hangzhou',
    environment: { SOURCE_BUCKET: 'shop-photos', CONFIG_URI: 'oss://settings/rules.json' },
    resource: { functionName: 'oss-autostyle', role: 'acs:ram::1234567890123456:role/oss-autostyle' },
    unset: ['TARGET_BUCKET'],
    note: expect.stringMatching(
      /^note: .*s\.yaml has mistakes \(npm run check\); CONFIG_URI is set: .*within what src\/config\.ts asks for; .* --config FILE\.json$/,
    ),
  });
});

it('is what is set here where s.yaml cannot be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-deployed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 's.yaml');
  writeFileSync(file, 'edition: [');
  const env = { REGION: 'cn-beijing', SOURCE_BUCKET: 'photos' };
  const { note, ...found } = await deployedEnvironment(undefined, file, env);
  expect(found).toEqual({ environment: env, region: 'cn-beijing' });
  expect(note).toMatch(/^note: .* is not YAML: .*; what is set here is used$/);
});
