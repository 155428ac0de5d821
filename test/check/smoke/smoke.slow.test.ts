import { expect, it } from 'vitest';
import { smoke } from '../../../src/check/smoke/smoke.js';
import { runnableConfig } from '../../../src/deploy/configuration.js';
import { shippedFunction, shippedRulesFile } from '../../support/shipped.js';
import { fileOf, patience, ruleOf, trying } from './trying.js';

const logo = Buffer.from('logo.png').toString('base64url');

it('fails where the function cannot even start', async () => {
  const { config } = runnableConfig(shippedRulesFile, {});
  const environmentVariables = { CONFIG_URI: 'file:///no/such/rules.json' };
  const { findings } = await smoke({
    codeDir: shippedFunction().codeDir,
    config,
    environmentVariables,
    timeLimit: patience,
  });
  expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['error']));
  expect(findings).toHaveLength(4);
  expect(findings[0]?.message).toContain('/no/such/rules.json');
});

it('puts watermarks on, fills in ETag and date, and tells what fails, why, and what it could not try', async () => {
  const rules = [
    ruleOf(
      'good',
      { suffix: ['.png'], size: { min: 2_000_000 } },
      [`image/resize,w_200/watermark,image_${logo}`, '{year}/{month}/{day}/{etag}.png'],
      ['image/resize,w_9/format,webp', 'w/{name}'],
    ),
    ruleOf('bad', {}, ['image/crop,x_20000,y_9', 'bad/{key}'], ['image/resize,w_50', 'fine/{key}']),
    ruleOf('named', {}, ['style/mine', 'named/{key}'], ['image/resize,w_60', 'plain/{key}']),
    ruleOf('avif', {}, ['image/resize,w_20/format,avif', 'avif/{key}']),
    ruleOf('heic', { suffix: ['.heic'] }, ['image/resize,w_100', 'heic/{key}']),
  ];
  const { findings, uploads, saved } = await trying(fileOf(...rules));
  expect({ uploads, saved }).toEqual({ uploads: 4, saved: 5 });
  expect(findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`)).toEqual([
    'error smoke rules[1].outputs[0]',
    'info smokeUntried rules[2].outputs[0]',
    'info smokeUntried rules[4]',
  ]);
  const [bad, named, heic] = findings.map(({ message }) => message);
  expect(bad).toMatch(
    /^an upload of oss:\/\/photos\/bad\/photo\.jpg \(\d+ bytes\) leaves no oss:\/\/photos-out\/bad\/bad\/photo\.jpg: BadRequest/,
  );
  expect(named).toContain('named/named/photo.jpg: only the bucket knows the style');
  expect(heic).toContain('no HEIC image can be made here');
});
