import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../src/cli/policy.js';
import { isAllowed } from '../support/ram.js';
import { type Ran, runHere } from '../support/run.js';
import { shippedRulesFile, shippedYaml } from '../support/shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What Serverless Devs is not even asked about: the variables count. */
const broken = join(folder, 'broken.yaml');
writeFileSync(broken, 'edition: [');

async function run(...argv: string[]): Promise<Ran> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  const ran = await runHere(command, argv);
  vi.restoreAllMocks();
  return { ...ran, out: ran.out + out };
}

function rules(count: number, prefix = (index: number) => `${index}/`): string {
  const file = join(folder, `rules-${count}.json`);
  const rule = (index: number) => ({
    name: `r${index}`,
    when: { bucket: 'photos', prefix: prefix(index) },
    outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.webp' } }],
  });
  writeFileSync(
    file,
    JSON.stringify({ journal: 'throw', rules: Array.from({ length: count }, (_, index) => rule(index)) }),
  );
  return file;
}

describe('npm run policy', () => {
  it('says what each statement is for, how to make it, and nothing of the environment', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'planted-secret');
    const { code, out, error } = await run('--account', '1234567890123456', '--config', rules(1), '--file', broken);
    expect(code).toBe(0);
    expect(error).toMatch(/^note: .*broken\.yaml is not YAML.*; what is set here is used\n$/);
    expect(out).toMatch(
      /process the source objects.*\n.*oss:PostProcessTask, oss:GetObject\n +acs:oss:\*:1234567890123456:photos\/0\/\*\n/,
    );
    expect(out).toMatch(/aliyun ram CreatePolicy --PolicyName oss-autostyle-function --PolicyDocument '\{/);
    expect(out).toMatch(/TRIGGER_ROLE=oss-autostyle-trigger/);
    expect(out).not.toContain('planted-secret');
  });

  it('prints the documents as JSON, of one part alone if asked', async () => {
    const { code, out } = await run(
      '--json',
      '--only',
      'function',
      '--config',
      rules(1),
      '--config-uri',
      'oss://settings/r.json',
      '--file',
      broken,
    );
    expect(code).toBe(0);
    const { function: part, notes, ...others } = JSON.parse(out);
    expect({ notes, others }).toEqual({ notes: [], others: {} });
    expect(part.role).toBe('oss-autostyle');
    const documents = part.policies.map(({ document }: { document: unknown }) => document);
    const read = { action: 'oss:GetObject', resource: 'acs:oss:cn:1:settings/r.json' };
    expect(isAllowed(documents, read)).toBe(true);
    expect(isAllowed(documents, { ...read, resource: 'acs:oss:cn:1:settings/other.json' })).toBe(false);
  });

  it('follows s.yaml: the rules’ object, the destinations, the names and the variables that it gives', async () => {
    const shipped = readFileSync(shippedYaml, 'utf8');
    const changes: [string | RegExp, string][] = [
      ['# CONFIG_URI: oss://BUCKET/rules.json', 'CONFIG_URI: oss://settings/live.json'],
      [/functionName: .*/, 'functionName: shop-thumbs'],
      [/SOURCE_BUCKET: .*/, 'SOURCE_BUCKET: shop-photos'],
      [
        /destinationConfig: .*/,
        "destinationConfig: { onSuccess: { destination: 'acs:mns:cn-hangzhou::/topics/ready/messages' }, " +
          "onFailure: { destination: 'acs:fc:cn-hangzhou::functions/mourns' } }",
      ],
    ];
    const text = changes.reduce((now, [from, to]) => now.replace(from, to), shipped);
    for (const [, to] of changes) expect(text).toContain(to);
    const file = join(folder, 's.yaml');
    writeFileSync(file, text);
    // The variables say something else, and the function would not see them.
    for (const name of ['ACCOUNT_ID', 'REGION', 'TARGET_BUCKET', 'FUNCTION_ROLE']) vi.stubEnv(name, '');
    for (const [name, value] of [
      ['FUNCTION_NAME', 'other'],
      ['SOURCE_BUCKET', 'other'],
      ['CONFIG_URI', 'oss://other/r.json'],
    ] as const)
      vi.stubEnv(name, value);
    const account = ['--account', '1234567890123456'];
    const { code, out, error } = await run('--json', '--config', shippedRulesFile, '--file', file, ...account);
    expect(code).toBe(0);
    expect(error).toMatch(/^note: not set yet, so that stand-ins are named: .*TARGET_BUCKET.*\n$/);
    const policies = JSON.parse(out);
    const may = (part: string, action: string, resource: string) =>
      isAllowed(
        policies[part].policies.map(({ document }: { document: unknown }) => document),
        { action, resource },
      );
    const mine = (service: string, rest: string) => `acs:${service}:cn-hangzhou:1234567890123456:${rest}`;
    const object = (key: string) => `acs:oss:cn-hangzhou:1234567890123456:${key}`;
    expect([
      may('function', 'oss:GetObject', object('settings/live.json')),
      may('replay', 'oss:GetObject', object('settings/live.json')),
      may('function', 'oss:GetObject', object('shop-photos/avatars/a.jpg')),
      may('function', 'mns:PublishMessage', mine('mns', '/topics/ready/messages')),
      may('function', 'fc:InvokeFunction', mine('fc', 'functions/mourns')),
      may('trigger', 'fc:InvokeFunction', mine('fc', 'functions/shop-thumbs')),
      may('deployer', 'fc:UpdateFunction', mine('fc', 'functions/shop-thumbs')),
    ]).toEqual(Array.from({ length: 7 }, () => true));
    expect([
      may('function', 'oss:GetObject', object('other/r.json')),
      may('function', 'oss:GetObject', object('other/avatars/a.jpg')),
      may('function', 'mns:SendMessage', mine('mns', '/queues/oss-autostyle-failed/messages')),
      may('deployer', 'fc:UpdateFunction', mine('fc', 'functions/other')),
    ]).toEqual([false, false, false, false]);
    expect(policies.function.policies[0].name).toMatch(/^shop-thumbs-function/);
  });

  it('prints what reconciling adds, and none of that without being asked', async () => {
    const args = ['--account', '1234567890123456', '--config', shippedRulesFile, '--file', broken];
    for (const name of ['SOURCE', 'TARGET', 'JOURNAL']) vi.stubEnv(`${name}_BUCKET`, `my-${name.toLowerCase()}`);
    const { code, out } = await run('--reconcile', ...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^sweep: what a sweep in the cloud adds to the role oss-autostyle\n/);
    expect(out).toMatch(/\nreconcile: policy of whoever runs npm run reconcile\n/);
    expect(out).toMatch(
      /AttachPolicyToRole --PolicyType Custom --PolicyName oss-autostyle-sweep --RoleName oss-autostyle\n/,
    );
    expect(out).not.toMatch(/function: policy of|CreateRole/);
    expect((await run('--only', 'function', ...args)).out).not.toMatch(/sweep|reconcile/);
    const one = JSON.parse((await run('--json', '--only', 'sweep', ...args)).out);
    expect(Object.keys(one)).toEqual(['sweep', 'notes']);
  });

  it('spreads what is long over several policies, and says so', async () => {
    const { out } = await run(
      '--only',
      'function',
      '--config',
      rules(150, (index) => `tenants/${index}/incoming/`),
      '--file',
      broken,
    );
    expect(out).toContain('oss-autostyle-function-3');
    expect(out).toMatch(/note: RAM allows 6144 characters a policy/);
    expect(out).toContain('… and 138 more (--json has all)');
  });

  it.each([
    [['--only', 'all'], /--only all: expected function, trust, trigger, deployer/],
    [['--region', 'oss-*'], /region oss-\*: expected/],
    [['--account', '*:x'], /account \*:x: expected/],
    [['--config-uri', 'file:///x.json'], /--config-uri: expected oss:\/\//],
    [['--region', 'X', '--account', 'y'], /region[\s\S]*account/],
  ])('refuses %j', async (argv, message) => {
    expect(await run(...argv)).toMatchObject({ code: 2, out: '', error: expect.stringMatching(message) });
  });

  it('refuses what the environment says wrong, without showing an address', async () => {
    vi.stubEnv('FAILURE_QUEUE', 'queue/../*');
    vi.stubEnv('CONFIG_URI', 'oss://settings');
    vi.stubEnv('SUCCESS_DESTINATION', 'acs:mns:*');
    const { code, error } = await run('--file', broken);
    expect(code).toBe(2);
    expect(error).toMatch(
      /FAILURE_QUEUE queue\/\.\.\/\*: expected.*\n.*SUCCESS_DESTINATION acs:mns:\*: expected.*\n.*CONFIG_URI: expected/,
    );
  });
});
