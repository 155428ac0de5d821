// The template, rendered with its defaults as Serverless Devs does when a project starts from it, and checked like any
// other: the rules against the triggers, the role, the limits. And the function in it, run with the rules beside it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parameters } from '../../../src/deploy/template/parameters.js';
import { startLocalCloud } from '../../../src/local/cloud.js';
import { localClient } from '../../../src/local/samples/objects.js';
import { loadConfig } from '../../../src/rules/load.js';
import { runCommand } from '../../support/run.js';

let folder: string;
const file = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(file(name), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'template-'));
  expect(await runCommand('template', ['--out', folder, '--json'])).toMatchObject({ code: 0, error: '' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const defaults = Object.fromEntries(parameters.map(({ name, schema }) => [name, String(schema['default'])]));

function render(values: Readonly<Record<string, string>>): string {
  return text('src/s.yaml').replace(/\{\{ (\w+) \}\}/g, (_, name: string) => {
    const value = { access: 'default', ...values }[name];
    if (value === undefined) throw new Error(`no parameter ${name}`);
    return value;
  });
}

async function checked(values: Readonly<Record<string, string>>) {
  writeFileSync(file('src/rendered.yaml'), render(values));
  const argv = ['--file', file('src/rendered.yaml'), '--config', file('src/code/rules.json'), '--json'];
  const { code, out, error } = await runCommand('check', argv);
  return { code, error, ...(JSON.parse(out) as { findings: { severity: string }[]; triggers: number }) };
}

describe('the template', () => {
  it('has the files that the registry wants, and no other', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    expect(files.sort()).toEqual([
      ...[
        'publish.yaml',
        'readme.md',
        'src/code/index.js',
        'src/code/package.json',
        'src/code/relay.js',
        'src/code/rules.json',
        'src/code/sweep.js',
      ],
      ...['src/readme.md', 'src/s.yaml'],
    ]);
  });

  it('asks for each parameter that s.yaml uses, and for no other', () => {
    const { Parameters, ...rest } = parse(text('publish.yaml'));
    expect(rest).toMatchObject({ Edition: '3.0.0', Type: 'Project', Name: 'oss-autostyle', Provider: ['阿里云'] });
    const used = [...text('src/s.yaml').matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(['access', ...Object.keys(Parameters.properties)].sort());
    expect(Parameters.required).toEqual(Object.keys(Parameters.properties));
    for (const bucket of ['sourceBucket', 'targetBucket', 'journalBucket']) {
      expect(Parameters.properties[bucket]['x-bucket']).toEqual({ dependency: ['region'] });
    }
    expect(Parameters.properties.functionRole['x-role'].service).toBe('fc');
    expect(Parameters.properties.triggerRole['x-role'].service).toBe('OSS');
    for (const { default: value, pattern } of Object.values<{ default: string; pattern?: string }>(
      Parameters.properties,
    )) {
      if (pattern !== undefined) expect(value).toMatch(new RegExp(pattern));
    }
  });

  it('passes the check with its defaults', async () => {
    const { code, error, findings, triggers } = await checked(defaults);
    expect({ code, error, errors: findings.filter(({ severity }) => severity === 'error') }).toEqual({
      ...{ code: 0, error: '', errors: [] },
    });
    expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
    expect(triggers).toBe(3);
  });

  it('passes it with other values, roles as ARNs among them', async () => {
    const arn = (role: string) => `acs:ram::1234567890123456:role/${role}`;
    const values = {
      ...{ ...defaults, region: 'cn-beijing', sourceBucket: 'uploads', failureQueue: 'failed' },
      ...{ functionRole: arn('own'), triggerRole: arn('hears') },
    };
    expect(await checked(values)).toMatchObject({ code: 0, findings: [] });
    const broken = await checked({ ...defaults, sourceBucket: 'photos-out' });
    expect(broken.code).toBe(1);
  });

  it('speaks of nothing that it has not', () => {
    expect(text('src/s.yaml')).not.toMatch(/npm run|\.env\b|src\/config|dist/);
  });

  it('makes derivatives by the rules that are beside the code', async () => {
    const rules = JSON.parse(text('src/code/rules.json')) as object;
    const cloud = await startLocalCloud({
      codeDir: file('src/code'),
      config: loadConfig(rules, {}),
      environmentVariables: { CONFIG_URI: `file://${file('src/code/rules.json')}` },
      runTimers: false,
    });
    onTestFinished(() => cloud.close());
    const jpeg = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
    await localClient(cloud.url, 'photos').put('avatars/a.jpg', jpeg);
    await cloud.idle();
    const { content } = await localClient(cloud.url, 'photos-out').get('avatars/a.jpg.128.webp');
    expect(await sharp(content as Buffer).metadata()).toMatchObject({ width: 128, height: 128, format: 'webp' });
  });
});
