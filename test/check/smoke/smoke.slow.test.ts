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

it('relays: saves AVIF, gives headers and tags, and tells where they are others, and that HEIC was not tried', async () => {
  const [style, to] = ['image/resize,w_20', { bucket: 'photos-out', key: 'r/{key}' }];
  const rule = (...outputs: object[]) => ({ name: 'r', when: { bucket: 'photos', prefix: 'r/' }, outputs });
  const asked = {
    headers: { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': '{key}', Expires: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    tags: { of: '{name}', team: 'web' },
  };
  const others = [
    { style: 'image/resize,w_200/format,avif', to: { ...to, key: 'avif/{key}' } },
    { style: 'image/resize,w_200/format,heic', to: { ...to, key: 'heic/{key}' } },
  ];
  const file = fileOf(rule({ style, to, ...asked }, ...others));
  const { findings, saved } = await trying(file);
  expect(saved).toBe(2);
  expect(findings).toMatchObject([{ severity: 'info', code: 'smokeUntried', where: 'rules[0].outputs[2]' }]);
  expect(findings[0]?.message).toMatch(/heic\/r\/\S+: the embedded OSS cannot do it: processed GET: NotImplemented/);

  // A function with other rules stands for one that does not do what its rules ask.
  const { config } = runnableConfig(file, {});
  const { environmentVariables } = runnableConfig(fileOf(rule({ style, to, tags: { of: 'x' } }, ...others)), {});
  const { codeDir } = shippedFunction();
  const unlike = await smoke({ codeDir, config, environmentVariables, timeLimit: patience });
  expect(unlike.findings[0]).toMatchObject({ severity: 'error', code: 'smoke', where: 'rules[0].outputs[0]' });
  expect(unlike.findings[0]?.message).toMatch(
    /^oss:\/\/photos-out\/r\/r\/\S+ is saved with cache-control none, not max-age=60, x-oss-meta-of none, not \S+, expires none, not Wed, 21 Oct 2026 07:28:00 GMT, tag of x, not \w+, tag team none, not web$/,
  );
});
