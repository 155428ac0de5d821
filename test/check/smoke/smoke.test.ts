import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smoke } from '../../../src/check/smoke/smoke.js';
import { runnableConfig } from '../../../src/deploy/configuration.js';
import { shippedFunction, shippedRulesFile } from '../../support/shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-smoke-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(config: object): string {
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function ruleOf(name: string, when: object, ...outputs: (readonly [style: string, key: string])[]) {
  const to = outputs.map(([style, key]) => ({ style, to: { bucket: 'photos-out', key } }));
  return { name, when: { bucket: 'photos', prefix: `${name}/`, ...when }, outputs: to };
}

/** A busy machine takes longer than a deployment waits. */
const patience = 600_000;

const trying = (file: string, timeLimit = patience) =>
  smoke({ codeDir: shippedFunction().codeDir, ...runnableConfig(file, {}), timeLimit });

const logo = Buffer.from('logo.png').toString('base64url');

describe('smoke', () => {
  it('makes every derivative of the shipped rules', async () => {
    expect(await trying(shippedRulesFile)).toEqual({ findings: [], uploads: 2, saved: 4 });
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
    const { findings, uploads, saved } = await trying(fileOf({ journal: 'throw', rules }));
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

  it('names the rules for which no time was left', async () => {
    const rules = ['a', 'b'].map((name) => ruleOf(name, {}, ['image/resize,w_100', '{key}']));
    const { findings, saved } = await trying(fileOf({ journal: 'throw', rules }), 0);
    expect(saved).toBe(0);
    expect(findings).toMatchObject([{ severity: 'info', message: 'not tried: no time was left for 2 rules: a, b' }]);
  });
});
