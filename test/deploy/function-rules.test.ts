import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { functionRules, functionSetting } from '../../src/deploy/function-rules.js';
import { openAccount } from '../../src/remote/account.js';
import { loadConfig } from '../../src/rules/load.js';
import { startOss } from '../local/oss/fixture.js';
import { memoryOss } from '../support/memory-oss.js';
import { ownConfig, ownVariables } from '../support/own-rules.js';

const rules = (name: string, bucket: unknown = 'photos') => ({
  journal: { bucket: 'a-journal', prefix: '' },
  rules: [{ name, when: { bucket }, outputs: [{ style: 'image/resize,w_10', to: { bucket: 'out', key: '{key}' } }] }],
});

const { oss: noOss } = memoryOss(() => 0);
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-replay-rules-'));
  writeFileSync(file('here.json'), JSON.stringify(rules('here', { env: 'SOURCE_BUCKET' })));
  writeFileSync(file('bad.json'), '{');
  writeFileSync(file('wrong.json'), JSON.stringify({ journal: {}, rules: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('functionRules', () => {
  it('reads the object that CONFIG_URI names', async () => {
    const { oss, port, client } = await startOss();
    oss.createBucket('rules');
    await client('rules').put('a b.json', Buffer.from(`\uFEFF${JSON.stringify(rules('published'))}`));
    const account = openAccount({ endpoint: `http://127.0.0.1:${port}` }, {});
    onTestFinished(() => account.close());
    const config = await functionRules(undefined, { CONFIG_URI: 'oss://rules/a b.json' }, account.oss);
    expect(config.rules.map(({ name }) => name)).toEqual(['published']);
    const given = await functionRules(
      file('here.json'),
      { CONFIG_URI: 'oss://rules/a b.json', SOURCE_BUCKET: 'own-photos' },
      account.oss,
    );
    expect(given.rules).toMatchObject([{ name: 'here', when: { buckets: ['own-photos'] } }]);
    await expect(functionRules(undefined, { CONFIG_URI: 'oss://nowhere/a.json' }, account.oss)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/NoSuchBucket.*\n.*--config FILE\.json/),
    });
  });

  it('reads a file, with the variables of the function', async () => {
    const uri = pathToFileURL(file('here.json')).href;
    const config = await functionRules(undefined, { CONFIG_URI: uri, SOURCE_BUCKET: 'own-photos' }, noOss);
    expect(config.rules).toMatchObject([{ name: 'here', when: { buckets: ['own-photos'] } }]);
  });

  it('takes src/config.ts only where there is no CONFIG_URI', async () => {
    const environment = { ...ownVariables, CONFIG_URI: '' };
    expect(await functionRules(undefined, environment, noOss)).toEqual(loadConfig(ownConfig, environment));
  });

  it.each([
    ['an object that is not there', () => 'oss://rules/gone.json', 2],
    ['a file that is not here', () => 'file:///code/rules.json', 2],
    ['a file of another machine', () => 'file://host/rules.json', 2],
    ['what is no JSON', () => pathToFileURL(file('bad.json')).href, 2],
    ['a signed address', () => 'https://x/rules.json?Signature=abc', 2],
    ['rules that are wrong', () => pathToFileURL(file('wrong.json')).href, 1],
  ])('refuses %s, and names what to give instead', async (_, uri, exitCode) => {
    const refusal = await functionRules(undefined, { CONFIG_URI: uri() }, noOss).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: 'UserError',
      exitCode,
      message: expect.stringMatching(/by CONFIG_URI.*\n {2}give a copy .*--config FILE\.json$/s),
    });
    expect(String(refusal)).not.toContain('Signature');
  });
});

describe('functionSetting', () => {
  const deployed = async () => ({ environment: { JOURNAL_BUCKET: 'deployed' }, region: 'cn-shanghai', note: 'note' });

  it('is what s.yaml says, with a CONFIG_URI that is set here', async () => {
    expect(await functionSetting({}, { JOURNAL_BUCKET: 'here' }, deployed)).toEqual({
      environment: { JOURNAL_BUCKET: 'deployed' },
      ...{ region: 'cn-shanghai', note: 'note' },
    });
    const { environment } = await functionSetting({}, { CONFIG_URI: 'oss://a-b/c' }, deployed);
    expect(environment).toEqual({ JOURNAL_BUCKET: 'deployed', CONFIG_URI: 'oss://a-b/c' });
    const kept = { environment: { CONFIG_URI: 'oss://s-yaml/c' }, region: 'cn-shanghai', note: 'kept elsewhere' };
    expect(await functionSetting({}, { CONFIG_URI: 'oss://a-b/c' }, async () => kept)).toEqual({
      environment: { CONFIG_URI: 'oss://s-yaml/c' },
      region: 'cn-shanghai',
    });
  });

  it.each([
    [{ endpoint: 'http://localhost:9000' }, {}],
    [{}, { OSS_ENDPOINT: 'http://127.0.0.1:9000' }],
  ])('does not ask s.yaml of this machine: %o %o', async (flags, env) => {
    const never = () => Promise.reject(new Error('asked'));
    expect(await functionSetting(flags, env, never)).toEqual({ environment: env });
  });
});
