import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Project, readProject, validated, whyUnreadable } from '../../src/deploy/project.js';
import { deployEnv, someProps } from '../support/project.js';
import { shippedYaml } from '../support/shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle project '));
afterAll(() => rmSync(folder, { recursive: true }));

describe('readProject', () => {
  let project: Project;
  beforeAll(async () => {
    // One process for both halves: what is set is taken, what is not has a stand-in.
    const { TARGET_BUCKET: _, ...half } = deployEnv;
    const env = { ...half, FAILURE_QUEUE: 'none', RESERVED_CONCURRENCY: '0', JOURNAL_BUCKET: `it's "quoted"` };
    project = await readProject({ file: shippedYaml, env, defaults: { TARGET_BUCKET: 'the-default' } });
  });

  it('resolves s.yaml as Serverless Devs does, in the given environment', () => {
    const account = deployEnv.ACCOUNT_ID;
    expect(project.resource).toMatchObject({
      region: 'cn-hangzhou',
      code: './dist',
      cpu: 0.1,
      timeout: 300,
      role: `acs:ram::${account}:role/oss-autostyle`,
      environmentVariables: { SOURCE_BUCKET: 'shop-photos', CONCURRENCY: '5' },
      logConfig: 'auto',
      // Numbers, also where they come from variables.
      concurrencyConfig: { reservedConcurrency: 0 },
      asyncInvokeConfig: { maxAsyncRetryAttempts: 8, destinationConfig: {} },
    });
    const sources = project.resource?.triggers.flatMap((trigger) =>
      trigger.triggerType === 'oss' ? [trigger.sourceArn, trigger.invocationRole] : [],
    );
    expect(new Set(sources)).toEqual(
      new Set([
        `acs:oss:cn-hangzhou:${account}:shop-photos`,
        `acs:ram::${account}:role/aliyunosseventnotificationrole`,
      ]),
    );
  });

  it('takes ACCOUNT_ID for the account of the access key, which is not known here', async () => {
    const file = join(folder, 'account.yaml');
    const text = readFileSync(shippedYaml, 'utf8').replaceAll("env('ACCOUNT_ID')", "config('AccountID')");
    writeFileSync(file, text.replace("('AccountID')", '("AccountID")'));
    const { resource, unset, mistakes } = await readProject({ file, env: deployEnv, defaults: {} });
    expect({ role: resource?.role, unset, mistakes }).toEqual({
      ...{ role: `acs:ram::${deployEnv.ACCOUNT_ID}:role/oss-autostyle`, unset: [], mistakes: [] },
    });
  });

  it('names what is not set, and takes the configuration’s default for it', () => {
    expect(project.unset).toEqual(['TARGET_BUCKET']);
    expect(project.resource?.environmentVariables['TARGET_BUCKET']).toBe('the-default');
  });

  it('tells a variable that cannot be right by its name, and keeps it away from s.yaml', () => {
    expect(project.mistakes).toEqual([
      { path: 'JOURNAL_BUCKET', message: String.raw`expected the name of a bucket, got "it's \"quoted\""` },
    ]);
    expect(project.resource?.environmentVariables['JOURNAL_BUCKET']).toBe('not-set-yet');
  });

  it.each([
    ['no file', undefined, /cannot be read/],
    ['what is no YAML', 'edition: 3.0.0\nname: [x\n', /s?other\.yaml is not YAML: .* at line 3, column 1$/],
    ['a huge file', 'x'.repeat(1_000_001), /1000001 bytes/],
    ['an empty file', '', /other\.yaml is empty$/],
    [
      'another edition',
      'edition: 1.0.0\nname: x\n',
      /other\.yaml has the edition "1\.0\.0": expected edition: 3\.0\.0/,
    ],
  ])('refuses %s', async (_, text, message) => {
    const file = join(folder, 'other.yaml');
    if (text !== undefined) writeFileSync(file, text);
    await expect(readProject({ file, env: {} })).rejects.toThrow(message);
  });
});

describe('whyUnreadable', () => {
  const trailer =
    '\n \nA complete log of this run can be found in: /h/.s/logs/1\n \nEnv:  @serverless-devs/s: 3.1.10\nLogs: /h\n';

  it.each([
    [
      `anonymous:1:1\n >> 1| \${path('./x')}\n\nRuntimeError: path('./x') not found`,
      `anonymous:1:1\n  >> 1| \${path('./x')}\n  RuntimeError: path('./x') not found`,
    ],
    ['the resources is required\n\n🍼 Tips\n====\nPlease check', 'the resources is required'],
    ['', 'Serverless Devs cannot read it and does not say why'],
  ])('takes out of the output of s what it complains of', (said, expected) => {
    expect(whyUnreadable(` \nError Message:\n${said}${trailer}`)).toBe(expected);
  });
});

describe('validated', () => {
  const good = () => ({
    edition: '3.0.0',
    name: 'oss-autostyle',
    access: 'default',
    vars: { anything: { goes: [1] } } as Record<string, unknown>,
    resources: {
      autostyle: {
        component: 'fc3@0.1.22',
        actions: {
          'pre-deploy': [
            { run: 'npm run build', path: './' },
            { run: 'npm run check -- --deploy', path: './' },
          ],
        } as Record<string, unknown>,
        props: someProps() as Record<string, unknown>,
      } as Record<string, unknown>,
    } as Record<string, unknown>,
  });

  it('accepts a right document', () => {
    expect(validated(good())).toEqual({ resource: someProps(), mistakes: [] });
  });

  it.each<[what: string, path: string, change: (document: ReturnType<typeof good>) => unknown]>([
    ['an edition that is a number', 'edition', (d) => ({ ...d, edition: 3 })],
    ['a misspelt key', 'resource', (d) => ({ ...d, resource: {} })],
    ['two resources', 'resources', (d) => ({ ...d, resources: { ...d.resources, other: d.resources['autostyle'] } })],
    ['no resource', 'resources', (d) => ({ ...d, resources: {} })],
    ['no access', 'access', ({ access: _, ...d }) => d],
    ['a component without a version', 'resources.autostyle.component', inside({ component: 'fc3' })],
    ['a misspelt action', 'resources.autostyle.actions["pre-deply"]', inside({ actions: { 'pre-deply': [] } })],
    [
      'run: true, which crashes s',
      'resources.autostyle.actions["pre-deploy"][0].run',
      inside({ actions: { 'pre-deploy': [{ run: true }] } }),
    ],
    ['no actions', 'resources.autostyle.actions', inside({ actions: undefined })],
    ['no pre-deploy action', 'resources.autostyle.actions["pre-deploy"]', inside({ actions: {} })],
    ...[
      ['npm run build'],
      ['npm run biuld', 'npm run check -- --deploy'],
      ['npm run build', 'npm run check'],
      ['npm run build', 'npm run check -- --deployed'],
      ['npm run build', 'npm run check; echo --deploy'],
    ].map((runs): [string, string, (document: ReturnType<typeof good>) => unknown] => [
      `the actions ${runs.join(', ')}`,
      'resources.autostyle.actions["pre-deploy"]',
      inside({ actions: { 'pre-deploy': runs.map((run) => ({ run })) } }),
    ]),
    ['a key beside props', 'resources.autostyle.prop', inside({ prop: {} })],
    ['no props', 'resources.autostyle.props', inside({ props: undefined })],
    ['a mistake in props', 'resources.autostyle.props.timeOut', inside({ props: { ...someProps(), timeOut: 1 } })],
    ['a list', 'edition', () => []],
    ['nothing', '', () => null],
  ])('refuses %s at %s', (_, path, change) => {
    const { mistakes } = validated(change(good()));
    expect(mistakes.map((mistake) => mistake.path)).toContain(path);
  });

  it('accepts other actions beside those that are needed, and flags of theirs', () => {
    const runs = ['npm ci && npm run build', 'npm run check -- --config rules.json --deploy', 'echo done'];
    const made = inside({ actions: { 'pre-deploy': runs.map((run) => ({ run })) } })(good());
    expect(validated(made).mistakes).toEqual([]);
  });

  it('wants no build of the template, which has been built and brings its rules', () => {
    const environmentVariables = { ...someProps().environmentVariables, CONFIG_URI: 'file:///code/rules.json' };
    const props = { ...someProps(), code: './code', environmentVariables };
    expect(validated(inside({ actions: undefined, props })(good())).mistakes).toEqual([]);
    const elsewhere = { ...props, environmentVariables: { CONFIG_URI: 'oss://settings/rules.json' } };
    const { mistakes } = validated(inside({ actions: undefined, props: elsewhere })(good()));
    expect(mistakes.map(({ path }) => path)).toEqual(['resources.autostyle.props.code']);
  });

  it('knows where the rules are kept, also where other things are wrong', () => {
    const with_ = (CONFIG_URI: unknown) =>
      validated(inside({ props: { ...someProps(), timeOut: 1, environmentVariables: { CONFIG_URI } } })(good()));
    expect(with_('oss://settings/rules.json').configUri).toBe('oss://settings/rules.json');
    for (const none of ['', 1, undefined]) expect(with_(none).configUri).toBeUndefined();
    expect(validated(null).configUri).toBeUndefined();
  });

  it('keeps what was found before', () => {
    const former = [{ path: 'REGION', message: 'x' }];
    expect(validated(good(), former).mistakes).toEqual(former);
  });

  function inside(changes: object) {
    return (document: ReturnType<typeof good>): unknown => ({
      ...document,
      resources: { autostyle: { ...(document.resources['autostyle'] as object), ...changes } },
    });
  }
});
