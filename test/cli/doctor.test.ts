// `doctor` on the embedded cloud: a good set-up, and one fault after the other, each of which must be told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Account, openAccount } from '../../src/cli/account.js';
import { type Diagnosis, diagnose } from '../../src/cli/doctor/diagnose.js';
import { type Line, lineText } from '../../src/cli/doctor/line.js';
import { command } from '../../src/cli/doctor.js';
import { openFunction } from '../../src/cli/function-account.js';
import { localClient } from '../../src/cli/sample-objects.js';
import { type LocalCloud, localAccount, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import type { Call } from '../../src/local/oss/call.js';
import type { RemoteTrigger } from '../../src/remote/function-compute.js';
import { loadConfig } from '../../src/rules/load.js';
import { send } from '../local/oss/fixture.js';
import { buildInto } from '../support/function.js';
import { runHere } from '../support/run.js';

const rules = {
  journal: { bucket: 'notes', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'pics', prefix: ['a/', 'b/'], suffix: ['.jpg'], size: { min: 5_000 } },
      outputs: [
        { style: 'style/small', to: { bucket: 'out', key: '{key}.webp' } },
        { style: 'image/resize,w_10', to: { bucket: 'out', key: 'w/{key}' } },
      ],
    },
  ],
};

/** What the embedded cloud is, as s.yaml would say it. */
const resource = {
  runtime: 'nodejs20',
  handler: 'index.handler',
  timeout: 300,
  memorySize: 256,
  role: 'acs:ram::1234567890123456:role/oss-autostyle',
  environmentVariables: { SOURCE_BUCKET: 'not-set-yet', CONCURRENCY: '5' },
  concurrencyConfig: { reservedConcurrency: 5 },
} as const;

const someone = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIsomeone', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'guessed' };

const note = (text: string) => expect.unreachable(text);

let cloud: LocalCloud;
let built: Awaited<ReturnType<typeof buildInto>>;
let folder: string;
let account: Account;
let good: Diagnosis;
/** Which calls of OSS are refused. */
let refused: (call: Call) => boolean;

beforeAll(async () => {
  built = await buildInto();
  folder = mkdtempSync(join(tmpdir(), 'autostyle-doctor-'));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(rules));
  cloud = await startLocalCloud({
    codeDir: built.codeDir,
    config: loadConfig(rules, {}),
    environmentVariables: { CONFIG_URI: `file://${file}` },
    instances: 1,
    runTimers: false,
    faults: createFaults(['any:403:1'], { seed: 1, only: (call) => refused(call) }),
  });
  refused = () => false;
  account = openAccount({ endpoint: cloud.url }, {});
  const { fc } = await openFunction({ endpoint: cloud.url }, { env: {}, note });
  good = {
    fc,
    functionName: 'oss-autostyle',
    region: 'cn-hangzhou',
    oss: account.oss,
    buckets: account.buckets,
    expected: async () => ({ unset: ['SOURCE_BUCKET'], resource }),
    probe: true,
    id: 'test',
    now: Date.now,
  };
  await style('PUT');
});

afterAll(async () => {
  await account.close();
  await cloud.close();
  built.remove();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  refused = () => false;
});

/** PutStyle or DeleteStyle, signed by the vendor's signer. */
async function style(method: 'PUT' | 'DELETE'): Promise<void> {
  const body = '<Style><Content>image/resize,w_20</Content></Style>';
  const { accessKeyId, accessKeySecret } = localAccount;
  const { status } = await send(cloud.port, {
    method,
    path: '/pics?style&styleName=small',
    bucket: 'pics',
    queries: { style: null, styleName: 'small' },
    as: { accessKeyId, accessKeySecret },
    ...(method === 'PUT' ? { body } : {}),
  });
  expect(status).toBeLessThan(300);
}

/** What is neither ok nor unseen, as `status about`, and the lines. */
async function look(over: Partial<Diagnosis> = {}): Promise<{ bad: string[]; lines: Line[]; text: string }> {
  const lines = await diagnose({ ...good, ...over });
  const bad = lines
    .filter(({ status }) => status !== 'ok' && status !== 'unseen')
    .map(({ status, about }) => `${status} ${about}`);
  return { bad, lines, text: lines.map(lineText).join('\n') };
}

const journalKeys = async () =>
  ((await localClient(cloud.url, 'notes').listV2({ 'max-keys': '100' })).objects ?? []).map(({ name }) => name);

describe('doctor', () => {
  it('finds nothing wrong with a good set-up, and leaves nothing behind', async () => {
    const { bad, lines } = await look();
    expect(bad).toEqual([]);
    expect(lines.map(({ about }) => about)).toEqual(
      'function role settings running rules trigger trigger timer bucket bucket bucket style journal journal access access journal'.split(
        ' ',
      ),
    );
    expect(await journalKeys()).toEqual([]);
    expect((await localClient(cloud.url, 'pics').listV2({ 'max-keys': '10' })).objects ?? []).toEqual([]);
  });

  it('as a command gives lines or one object, and exit code 1 for a problem', async () => {
    const argv = ['--endpoint', cloud.url, '--function', 'nobody'];
    const fix = 'npm run deploy, or name another with --function and --region';
    expect(await runHere(command, argv)).toEqual({
      code: 1,
      out: `problem  function  there is no function nobody in cn-hangzhou\n${' '.repeat(19)}→ ${fix}\n1 problem, 0 warnings\n`,
      error: '',
    });
    expect(JSON.parse((await runHere(command, [...argv, '--json'])).out)).toEqual({
      function: 'nobody',
      region: 'cn-hangzhou',
      problems: 1,
      warnings: 0,
      unseen: 0,
      checks: [{ status: 'problem', about: 'function', message: 'there is no function nobody in cn-hangzhou', fix }],
    });
  });

  it('tells who refuses to be looked at', async () => {
    const stranger = await openFunction({ endpoint: cloud.url }, { env: someone, note });
    const { bad, text } = await look({ fc: stranger.fc });
    expect(bad).toEqual(['problem function']);
    expect(text).toMatch(/InvalidAccessKeyID \(HTTP 403.*\n +→ the access key does not exist/);
  });

  it('tells a stopped function, and does not invoke it', async () => {
    await good.fc.putReservedConcurrency('oss-autostyle', 0);
    expect((await look()).bad).toEqual(['problem running', 'warning access']);
    await good.fc.deleteReservedConcurrency('oss-autostyle');
    expect((await look({ probe: false })).bad).toEqual(['warning running']);
    await good.fc.putReservedConcurrency('oss-autostyle', 4);
    expect((await look({ probe: false })).bad).toEqual(['warning running']);
    await good.fc.putReservedConcurrency('oss-autostyle', 5);
  });

  it('tells what is not as s.yaml says, naming no value of a variable', async () => {
    const expected = async () => ({
      unset: [],
      resource: { ...resource, timeout: 60, environmentVariables: { CONCURRENCY: '7', TOKEN: 'a-secret' } },
    });
    const { bad, text } = await look({ expected, probe: false });
    expect(bad).toEqual(['problem settings']);
    expect(text).toContain(
      'timeout is 300, not 60; the variable CONCURRENCY has another value; the variable TOKEN is not set',
    );
    expect(text).not.toContain('a-secret');
    expect((await look({ expected: async () => ({ unreadable: 'no YAML' }), probe: false })).bad).toEqual([
      'warning s.yaml',
    ]);
  });

  it('tells a function without a role', async () => {
    const fc = {
      ...good.fc,
      getFunction: async (name: string) => {
        const live = await good.fc.getFunction(name);
        return live && { ...live, role: '' };
      },
    };
    expect((await look({ fc, probe: false })).bad).toEqual(['problem role']);
  });

  it('tells buckets and styles that are not there, and buckets elsewhere', async () => {
    await style('DELETE');
    expect((await look({ probe: false })).bad).toEqual(['problem style']);
    await style('PUT');
    await localClient(cloud.url, 'out').deleteBucket('out');
    expect((await look({ probe: false })).bad).toEqual(['problem bucket']);
    cloud.oss.createBucket('out');
    const buckets = {
      ...good.buckets,
      region: async (bucket: string) => (bucket === 'out' ? 'cn-beijing' : good.buckets.region(bucket)),
    };
    const { bad, text } = await look({ buckets, probe: false });
    expect(bad).toEqual(['problem bucket']);
    expect(text).toContain('out (target) is in cn-beijing, the function in cn-hangzhou');
  });

  it('tells what waits in the journal', async () => {
    const notes = localClient(cloud.url, 'notes');
    const keys = ['due/2026-01-01T00:00/a.json', 'failed/setup/thumbs/b.json', 'failed/permanent/thumbs/c.json'];
    for (const key of keys) await notes.put(`autostyle/${key}`, Buffer.from('{}'));
    const { bad, text } = await look({ probe: false });
    expect(bad).toEqual(['problem journal', 'warning journal', 'warning journal']);
    expect(text).toContain('1 record to be tried again, the first since 2026-01-01T00:00Z');
    expect((await look({ probe: false, now: () => Date.UTC(2025, 0) })).bad).toEqual([
      'warning journal',
      'warning journal',
    ]);
    for (const key of keys) await notes.delete(`autostyle/${key}`);
  });

  it('tells what the role may not do, with the action, and cleans up', async () => {
    refused = ({ operation }) => operation === 'ProcessObject';
    const denied = await look();
    expect(denied.bad).toEqual(['problem access', 'problem access']);
    expect(denied.text).toContain('oss:PostProcessTask and oss:GetObject on acs:oss:*:*:pics/a/*');
    expect(await journalKeys()).toEqual([]);

    refused = ({ operation }) => operation === 'PutObject';
    const mute = await look();
    expect(mute.bad).toEqual(['problem journal']);
    expect(mute.text).toContain('grant its role oss:PutObject');

    refused = ({ operation }) => operation === 'ProcessObject' || operation === 'PutObject';
    expect((await look()).bad).toEqual(['problem probe']);

    // Who runs it may not look: no problem of the function's.
    refused = ({ operation }) => operation === 'GetBucketInfo';
    expect((await look({ probe: false })).bad).toEqual(['warning bucket', 'warning bucket', 'warning bucket']);
  });

  it('tells rules that are not those of the deployed function', async () => {
    const file = join(folder, 'other.json');
    const [rule] = rules.rules;
    const when = { ...rule?.when, prefix: 'c/' };
    writeFileSync(file, JSON.stringify({ ...rules, rules: [{ ...rule, when }] }));
    const { bad } = await look({ configFile: file });
    expect(bad).toEqual(['problem trigger', 'warning trigger', 'warning trigger', 'problem access']);
    writeFileSync(file, '{"rules": 1}');
    expect((await look({ configFile: file })).bad).toEqual(['problem rules']);
  });

  it('tells triggers that are missing, deaf or too wide', async () => {
    const all = await good.fc.listTriggers('oss-autostyle');
    const withTriggers = async (change: (trigger: RemoteTrigger) => RemoteTrigger[]) => {
      const fc = { ...good.fc, listTriggers: async () => all.flatMap(change) };
      return (await look({ fc, probe: false })).bad;
    };
    const oss = ({ triggerType }: RemoteTrigger) => triggerType === 'oss';
    const config = (events: string[], prefix: string) => ({ events, filter: { key: { prefix, suffix: '' } } });
    const upload = ['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'].map(
      (api) => `oss:ObjectCreated:${api}`,
    );
    const one = all.find(oss);
    if (one === undefined) throw new Error('there are triggers');
    const bus = { ...one, triggerType: 'eventbridge' };
    expect(await withTriggers((trigger) => (trigger.triggerName === one.triggerName ? [] : [trigger]))).toEqual([
      'problem trigger',
    ]);
    expect(await withTriggers((trigger) => (trigger === one ? [bus] : [trigger]))).toEqual(['warning trigger']);
    expect(await withTriggers((trigger) => (oss(trigger) ? [trigger] : []))).toEqual(['problem timer']);
    expect(
      await withTriggers((trigger) =>
        oss(trigger) ? [trigger] : [{ ...trigger, triggerConfig: { enable: false, cronExpression: '@every 1m' } }],
      ),
    ).toEqual(['problem timer']);
    expect(
      await withTriggers((trigger) =>
        trigger === one ? [{ ...one, triggerConfig: config(upload.slice(1), 'a/') }] : [trigger],
      ),
    ).toEqual(['problem trigger']);
    expect(
      await withTriggers((trigger) =>
        trigger === one ? [{ ...one, triggerConfig: config(['oss:ObjectCreated:*'], '') }] : [trigger],
      ),
    ).toEqual(['warning trigger']);
    expect(await withTriggers((trigger) => (trigger === one ? [{ ...one, invocationRole: '' }] : [trigger]))).toEqual([
      'problem trigger',
    ]);
    expect(
      await withTriggers((trigger) =>
        trigger === one ? [one, { ...one, sourceArn: 'acs:oss:cn-hangzhou:1:other' }] : [trigger],
      ),
    ).toEqual(['warning trigger']);
    expect(await withTriggers((trigger) => (trigger === one ? [{ ...one, triggerConfig: null }] : [trigger]))).toEqual([
      'problem trigger',
    ]);
  });
});
