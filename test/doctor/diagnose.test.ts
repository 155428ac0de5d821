// `diagnose` on the embedded cloud: a good set-up, and one fault after the other, each of which must be reported.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { triggerUploadEvents } from '../../src/deploy/triggers/events.js';
import { type DiagnoseInput, diagnose } from '../../src/doctor/diagnose.js';
import { type Diagnosis, diagnosisText, summaryText } from '../../src/doctor/diagnosis.js';
import type { ExpectedFunction } from '../../src/doctor/settings.js';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import type { OssCall } from '../../src/local/oss/call.js';
import { localClient } from '../../src/local/samples/objects.js';
import { type Account, openAccount } from '../../src/remote/account.js';
import { openFunction } from '../../src/remote/function-account.js';
import type { RemoteAsyncConfig, RemoteFunction, RemoteTrigger } from '../../src/remote/function-compute.js';
import { loadConfig } from '../../src/rules/load.js';
import { send } from '../local/oss/fixture.js';
import { shippedFunction } from '../support/shipped.js';

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
const logConfig = {
  project: 'oss-autostyle-1234567890123456-cn-hangzhou',
  logstore: 'function',
  logBeginRule: 'None',
} as const;

const resource: ExpectedFunction['resource'] = {
  region: 'cn-hangzhou',
  functionName: 'oss-autostyle',
  code: './dist',
  runtime: 'nodejs20',
  handler: 'index.handler',
  timeout: 300,
  memorySize: 256,
  cpu: 0.1,
  instanceLifecycleConfig: { initializer: { handler: 'index.initialize', timeout: 10 } },
  logConfig,
  asyncInvokeConfig: {
    maxAsyncRetryAttempts: 8,
    maxAsyncEventAgeInSeconds: 86_400,
    destinationConfig: {
      // As s.yaml may have it: the account is the function's own.
      onFailure: { destination: 'acs:mns:cn-hangzhou::/queues/oss-autostyle-failed/messages' },
    },
  },
  triggers: [],
  role: 'acs:ram::1234567890123456:role/oss-autostyle',
  environmentVariables: { SOURCE_BUCKET: 'not-set-yet', CONCURRENCY: '5' },
  concurrencyConfig: { reservedConcurrency: 5 },
};

const noLog = { project: '', logstore: '', logBeginRule: '' };

const someone = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIsomeone', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'guessed' };

const note = (text: string) => expect.unreachable(text);

let cloud: LocalCloud;
let folder: string;
let account: Account;
let good: DiagnoseInput;
/** Which calls of OSS are refused. */
let refused: (call: OssCall) => boolean;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-doctor-'));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(rules));
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
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
    accountId: localAccount.accountId,
    oss: account.oss,
    buckets: account.buckets,
    filesHere: true,
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
async function look(over: Partial<DiagnoseInput> = {}): Promise<{ bad: string[]; lines: Diagnosis[]; text: string }> {
  const lines = await diagnose({ ...good, ...over });
  const bad = lines
    .filter(({ status }) => status !== 'ok' && status !== 'unseen')
    .map(({ status, about }) => `${status} ${about}`);
  return { bad, lines, text: lines.map(diagnosisText).join('') };
}

const journalKeys = async () =>
  ((await localClient(cloud.url, 'notes').listV2({ 'max-keys': '100' })).objects ?? []).map(({ name }) => name);

describe('diagnose', () => {
  it('finds nothing wrong with a good set-up, and leaves nothing behind', async () => {
    const { bad, lines } = await look();
    expect(bad).toEqual([]);
    expect(lines.map(({ about }) => about)).toEqual(
      'function role settings settings running retries rules trigger trigger timer bucket bucket bucket style journal journal access access journal'.split(
        ' ',
      ),
    );
    expect(lines.filter(({ status }) => status === 'unseen').map(({ message }) => message)).toEqual([
      'the value of SOURCE_BUCKET: not set here, so s.yaml gives none',
    ]);
    expect(await journalKeys()).toEqual([]);
    expect((await localClient(cloud.url, 'pics').listV2({ 'max-keys': '10' })).objects ?? []).toEqual([]);
  });

  it('reports who refuses to be looked at', async () => {
    const stranger = await openFunction({ endpoint: cloud.url }, { env: someone, note });
    const { bad, text } = await look({ fc: stranger.fc });
    expect(bad).toEqual(['problem function']);
    expect(text).toMatch(/InvalidAccessKeyID \(HTTP 403.*\n +→ the access key does not exist/);
  });

  it('reports a stopped function, and does not invoke it', async () => {
    await good.fc.putReservedConcurrency('oss-autostyle', 0);
    const { bad, text } = await look();
    expect(bad).toEqual(['problem running', 'warning access']);
    expect(text).toContain('npm run reconcile -- oss://pics/a/ oss://pics/b/ --since WHEN-YOU-STOPPED shows');
    await good.fc.deleteReservedConcurrency('oss-autostyle');
    expect((await look({ probe: false })).bad).toEqual(['warning running']);
    await good.fc.putReservedConcurrency('oss-autostyle', 4);
    expect((await look({ probe: false })).bad).toEqual(['warning running']);
    await good.fc.putReservedConcurrency('oss-autostyle', 5);
  });

  it('reports what is not as s.yaml says, naming no value of a variable', async () => {
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

  it('reports a function without a role', async () => {
    const fc = {
      ...good.fc,
      getFunction: async (name: string) => {
        const live = await good.fc.getFunction(name);
        return live && { ...live, role: '' };
      },
    };
    expect((await look({ fc, probe: false })).bad).toEqual(['problem role']);
  });

  it('reports buckets and styles that are not there, and buckets elsewhere', async () => {
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

  it('reports what waits in the journal', async () => {
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

  it('deletes the failures that are outlived, when asked to', async () => {
    const pics = localClient(cloud.url, 'pics');
    await pics.put('a/bad.jpg', Buffer.alloc(6_000, 'no image'));
    await pics.put('a/gone.jpg', Buffer.alloc(6_000, 'no image'));
    await cloud.idle();
    await pics.delete('a/gone.jpg');
    await cloud.idle();
    expect(await journalKeys()).toHaveLength(4);
    expect((await look({ probe: false })).text).toMatch(
      /4 records can never work as they are\n.*doctor -- --clear deletes/,
    );
    expect(await journalKeys()).toHaveLength(4);
    refused = ({ operation, key }) => operation === 'HeadObject' && key === 'a/bad.jpg';
    const { text, bad } = await look({ probe: false, clear: true });
    expect(text).toContain('2 failures deleted whose source is gone or replaced');
    expect(text).toMatch(
      /2 records in oss:\/\/notes\/autostyle\/failed\/ could not be looked at or deleted: AccessDenied/,
    );
    expect(bad).toContain('warning journal');
    const left = await journalKeys();
    expect(left).toHaveLength(2);
    for (const key of left) await localClient(cloud.url, 'notes').delete(key);
    await pics.delete('a/bad.jpg');
    await cloud.idle();
  });

  it('reports what the role may not do, with the action, and cleans up', async () => {
    refused = ({ operation }) => operation === 'ProcessObject';
    const denied = await look();
    expect(denied.bad).toEqual(['problem access', 'problem access']);
    expect(denied.text).toContain('oss:PostProcessTask and oss:GetObject on acs:oss:*:*:pics/a/*');
    expect(await journalKeys()).toEqual([]);

    refused = ({ operation }) => operation === 'PutObject';
    const mute = await look();
    expect(mute.bad).toEqual(['problem journal']);
    expect(mute.text).toContain('grant its role oss:PutObject');
    expect(mute.text).toMatch(
      /not written to oss:\/\/notes \(AccessDenied \(HTTP 403\): [^;]*, request id [0-9A-F]{24}\): .*InvalidSourceKey/,
    );

    refused = ({ operation }) => operation === 'ProcessObject' || operation === 'PutObject';
    expect((await look()).bad).toEqual(['problem probe']);

    // Who runs it may not look: no problem of the function's.
    refused = ({ operation }) => operation === 'GetBucketInfo';
    expect((await look({ probe: false })).bad).toEqual(['warning bucket', 'warning bucket', 'warning bucket']);
  });

  it('reports rules that are not those of the deployed function', async () => {
    const file = join(folder, 'other.json');
    const [rule] = rules.rules;
    const when = { ...rule?.when, prefix: 'c/' };
    writeFileSync(file, JSON.stringify({ ...rules, rules: [{ ...rule, when }] }));
    const { bad } = await look({ configFile: file });
    expect(bad).toEqual(['problem trigger', 'warning trigger', 'warning trigger', 'problem access']);
    writeFileSync(file, '{"rules": 1}');
    expect((await look({ configFile: file })).bad).toEqual(['problem rules']);
  });

  it('deletes its probes’ records in the journal of the function, though other rules are given', async () => {
    const file = join(folder, 'elsewhere.json');
    writeFileSync(file, JSON.stringify({ ...rules, journal: { bucket: 'notes', prefix: 'other/' } }));
    expect((await look({ configFile: file })).bad).toEqual([]);
    expect(await journalKeys()).toEqual([]);
  });

  it('looks at what needs no rules, where they are in a file of a function elsewhere', async () => {
    const deployed = { filesHere: false };
    const { bad, lines, text } = await look(deployed);
    expect(bad).toEqual([]);
    expect(text).toMatch(
      /^unseen +rules +they are in a file of the deployed function, file:.*give a copy by --config/m,
    );
    expect(lines.filter(({ status }) => status === 'unseen').map(({ about }) => about)).toEqual(
      'settings rules rules rules rules'.split(' '),
    );
    expect(lines.filter(({ about }) => about === 'bucket').map(({ message }) => message)).toEqual([
      'oss://pics (source)',
    ]);
    expect(summaryText(lines)).toBe('nothing wrong was seen; not looked at: what is marked unseen');
    const all = await good.fc.listTriggers('oss-autostyle');
    const asListed = all.map(({ triggerName, triggerType, triggerConfig, sourceArn, invocationRole }) => {
      const oss = triggerType === 'oss' ? { sourceArn, invocationRole } : {};
      return { triggerName, triggerType, triggerConfig, ...oss };
    });
    const triggers = asListed as ExpectedFunction['resource']['triggers'];
    const expected = async () => ({ unset: [], resource: { ...resource, environmentVariables: {}, triggers } });
    const withTriggers = (change: (trigger: RemoteTrigger) => RemoteTrigger[]) =>
      look({ ...deployed, expected, fc: { ...good.fc, listTriggers: async () => all.flatMap(change) } });
    const first = all.find(({ triggerType }) => triggerType === 'oss');
    expect((await withTriggers((trigger) => [trigger])).bad).toEqual([]);
    expect((await withTriggers((trigger) => (trigger === first ? [] : [trigger]))).bad).toEqual(['problem trigger']);
    expect(
      (await withTriggers((trigger) => (trigger === first ? [{ ...first, invocationRole: '' }] : [trigger]))).bad,
    ).toEqual(['problem trigger']);
    expect((await withTriggers((trigger) => (trigger.triggerType === 'oss' ? [trigger] : []))).bad).toEqual([
      'problem timer',
    ]);
    expect((await look({ ...deployed, configFile: join(folder, 'rules.json') })).bad).toEqual([]);
  });

  it.each<[string, Partial<RemoteFunction>, string, RegExp]>([
    ['failed', { state: 'Failed', stateReason: 'no image' }, 'problem state', /state is Failed: no image/],
    ['not ready', { state: 'Pending' }, 'warning state', /state is Pending/],
    ['not updated', { lastUpdateStatus: 'Failed' }, 'problem state', /the last update has failed/],
    ['being updated', { lastUpdateStatus: 'InProgress' }, 'warning state', /an update is under way/],
    ['of other size', { cpu: 2 }, 'problem settings', /cpu is 2, not 0\.1$/m],
    [
      'of other code',
      { handler: 'other.handler' },
      'problem settings',
      /handler is other\.handler, not index\.handler$/m,
    ],
    ['of no code', { handler: '' }, 'problem settings', /handler is , not|handler is not set, not/],
    ['without initializer', { instanceLifecycleConfig: null }, 'problem settings', /initializer is not set, not index/],
    [
      'with a slow initializer',
      { instanceLifecycleConfig: { initializer: { handler: 'index.initialize', timeout: 300 } } },
      'problem settings',
      /the initializer’s timeout is 300, not 10$/m,
    ],
    [
      'whose lines are joined',
      { logConfig: { ...logConfig, logBeginRule: 'DefaultRegex' } },
      'problem settings',
      /logConfig\.logBeginRule is DefaultRegex, not None$/m,
    ],
    ['without log', { logConfig: noLog }, 'problem settings', /logConfig\.project is not set, not oss-autostyle-123/],
  ])('reports a function %s', async (_, over, bad, message) => {
    const getFunction = async (name: string) => {
      const live = await good.fc.getFunction(name);
      return live && { ...live, ...over };
    };
    const looked = await look({ fc: { ...good.fc, getFunction }, probe: false });
    expect(looked.bad).toEqual([bad]);
    expect(looked.text).toMatch(message);
  });

  it('reports a log that the deployment makes, where it would join lines or is none', async () => {
    const expected = async () => ({
      unset: ['SOURCE_BUCKET'],
      resource: { ...resource, logConfig: 'auto' as const },
    });
    const withLog = async (logConfig: RemoteFunction['logConfig']) => {
      const getFunction = async (name: string) => {
        const live = await good.fc.getFunction(name);
        return live && { ...live, logConfig };
      };
      return (await look({ fc: { ...good.fc, getFunction }, expected, probe: false })).bad;
    };
    expect(await withLog(logConfig)).toEqual([]);
    expect(await withLog({ ...logConfig, logBeginRule: '' })).toEqual(['warning log']);
    expect(await withLog(noLog)).toEqual(['warning log']);
  });

  it.each<[string, Partial<RemoteAsyncConfig> | undefined, string[], RegExp]>([
    ['none', undefined, ['warning retries'], /is tried 3 times more, and then nobody is notified/],
    ['fewer', { maxAsyncRetryAttempts: 0 }, ['problem retries'], /maxAsyncRetryAttempts is 0, not 8$/m],
    ['short ones', { maxAsyncEventAgeInSeconds: 60 }, ['problem retries'], /AgeInSeconds is 60, not 86400$/m],
    ['no end', { onFailure: undefined }, ['problem retries'], /onFailure is not set, not acs:mns:/],
    [
      'another end',
      { onFailure: 'acs:mns:cn-hangzhou:1:/queues/x/messages' },
      ['problem retries'],
      /queues\/x\/messages, not/,
    ],
    ['another success', { onSuccess: 'acs:fc:cn-hangzhou:1:functions/x' }, ['problem retries'], /onSuccess is acs:fc/],
    ['those of s.yaml', {}, [], /^ok +retries +8 retries within 86400 s, then acs:mns:/m],
  ])('reports retries: %s', async (_, over, bad, message) => {
    const getAsyncConfig = async (name: string) => {
      const live = await good.fc.getAsyncConfig(name);
      return over && live && { ...live, ...over };
    };
    const fc = { ...good.fc, getAsyncConfig };
    const looked = await look({ fc, probe: false });
    expect(looked.bad).toEqual(bad);
    expect(looked.text).toMatch(message);
    // Without s.yaml, what cannot be meant.
    const alone = await look({ fc, expected: async () => ({ unreadable: 'no YAML' }), probe: false });
    const lost = over === undefined || ('onFailure' in over && over.onFailure === undefined);
    expect(alone.bad).toEqual(lost ? ['warning s.yaml', 'warning retries'] : ['warning s.yaml']);
  });

  it('does not call a set-up good whose access it has not looked at', async () => {
    const { lines } = await look({ probe: false });
    expect(lines.at(-1)).toEqual(expect.objectContaining({ status: 'unseen', about: 'access' }));
    const { text } = await look({ probe: false });
    expect(text).toMatch(/^unseen {3}access {4}what the function’s role may do was not looked at \(--no-probe\)$/m);
    expect(summaryText(lines)).toBe('nothing wrong was seen; not looked at: what is marked unseen');
    expect(summaryText(lines.filter(({ status }) => status === 'ok'))).toBe('all is well');
    const one = { status: 'problem', about: 'x', message: 'y' } as const;
    expect(summaryText([one, ...lines])).toBe('1 problem, 0 warnings; not looked at: what is marked unseen');
  });

  it('reports rules with several mistakes line by line', async () => {
    const file = join(folder, 'mistakes.json');
    writeFileSync(file, '{"journal": 1, "rules": 1}');
    const { text } = await look({ configFile: file });
    expect(text).not.toContain('\\u000a');
    expect(text).toMatch(/^problem +rules .*\n {21}\S/m);
  });

  it('reports triggers that are missing, incomplete or too wide', async () => {
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

  describe('reports a trigger', () => {
    const other = 'acs:ram::9999:role/other';
    const role = `acs:ram::${localAccount.accountId}:role/aliyunosseventnotificationrole`;
    /** One OSS trigger, or the timer, changed. */
    const withTrigger = async (
      triggerType: string,
      over: Partial<RemoteTrigger>,
      moreOf: Partial<DiagnoseInput> = {},
    ) => {
      const all = await good.fc.listTriggers('oss-autostyle');
      const at = all.findIndex((trigger) => trigger.triggerType === triggerType);
      const listTriggers = async () => all.map((trigger, index) => (index === at ? { ...trigger, ...over } : trigger));
      return look({ fc: { ...good.fc, listTriggers }, probe: false, ...moreOf });
    };

    it.each<[string, Partial<RemoteTrigger>, RegExp]>([
      ['with the role of another account', { invocationRole: other }, /role\/other as invocation role, which is none/],
      ['for old code', { qualifier: 'old-version' }, /starts old-version, a version or alias/],
      ['for a bucket elsewhere', { sourceArn: `acs:oss:cn-beijing:${localAccount.accountId}:pics` }, /of cn-beijing/],
      ['for a bucket of someone else', { sourceArn: 'acs:oss:cn-hangzhou:9999:pics' }, /of account 9999/],
    ])('%s', async (_, over, message) => {
      const { bad, text } = await withTrigger('oss', over);
      expect(bad).toEqual(['problem trigger']);
      expect(text).toMatch(message);
    });

    it('with a role that is not the one in s.yaml', async () => {
      const [live] = await good.fc.listTriggers('oss-autostyle');
      const listed = {
        triggerName: live?.triggerName ?? '',
        triggerType: 'oss' as const,
        sourceArn: live?.sourceArn ?? '',
        invocationRole: role.replace('aliyun', 'Aliyun'),
        triggerConfig: { events: [], filter: { key: { prefix: 'a/', suffix: '' } } },
      };
      const withRole = (invocationRole: string) =>
        withTrigger(
          'oss',
          { invocationRole },
          {
            expected: async () => ({ unset: ['SOURCE_BUCKET'], resource: { ...resource, triggers: [listed] } }),
          },
        );
      expect((await withRole(role)).bad).toEqual([]);
      const { bad, text } = await withRole(`acs:ram::${localAccount.accountId}:role/nobody`);
      expect(bad).toEqual(['problem trigger']);
      expect(text).toMatch(/role\/nobody as invocation role, not acs:.* as s\.yaml says\n +→ npm run deploy/);
    });

    it.each<[string, string[]]>([
      ['@every 1m', []],
      ['CRON_TZ=Asia/Shanghai 0 * * * * *', []],
      ['0 0/5 * * * *', ['warning timer']],
      ['@every 60m', ['warning timer']],
      ['@every 120m', ['problem timer']],
      ['0 0 0 1 1 *', ['problem timer']],
      ['0 0 0 31 2 *', ['problem timer']],
      ['soon', ['problem timer']],
    ])('that comes at %s', async (cronExpression, bad) => {
      expect((await withTrigger('timer', { triggerConfig: { cronExpression, enable: true } })).bad).toEqual(bad);
    });

    it('off, beside a yearly one of the user’s', async () => {
      const all = await good.fc.listTriggers('oss-autostyle');
      const listTriggers = async () =>
        all.flatMap((trigger): RemoteTrigger[] => {
          if (trigger.triggerType !== 'timer') return [trigger];
          const [off, yearly] = [{ enable: false, cronExpression: '@every 1m' }, { cronExpression: '0 0 0 1 1 *' }];
          return [
            { ...trigger, triggerConfig: off },
            { ...trigger, triggerName: 'yearly', triggerConfig: yearly },
          ];
        });
      const { bad, text } = await look({ fc: { ...good.fc, listTriggers }, probe: false });
      expect(bad).toEqual(['problem timer']);
      expect(text).toMatch(/yearly: 0 0 0 1 1 \* comes too seldom.*\n +→ switch every-minute on/);
    });

    it('and the timer that start old code', async () => {
      const { bad } = await withTrigger('timer', { qualifier: '3' });
      expect(bad).toEqual(['problem timer', 'warning timer']);
    });

    it('that nobody needs, and whether a deployment removes it', async () => {
      const all = await good.fc.listTriggers('oss-autostyle');
      const ours = {
        triggerName: 'oss_pics_old',
        triggerType: 'oss',
        description: 'oss-autostyle hears uploads',
        qualifier: 'LATEST',
        sourceArn: `acs:oss:cn-hangzhou:${localAccount.accountId}:pics`,
        invocationRole: role,
        triggerConfig: { events: [...triggerUploadEvents], filter: { key: { prefix: 'old/', suffix: '' } } },
      };
      const fixOf = async (trigger: RemoteTrigger) => {
        const fc = { ...good.fc, listTriggers: async () => [...all, trigger] };
        const { lines } = await look({ fc, probe: false });
        return lines.filter(({ status }) => status === 'warning').map(({ fix }) => fix);
      };
      expect(await fixOf(ours)).toEqual(['npm run deploy offers to remove it']);
      for (const foreign of [{ description: 'billing' }, { triggerName: 'billing' }, { description: '' }]) {
        expect(await fixOf({ ...ours, ...foreign })).toEqual(['remove it in the console if nobody needs it']);
      }
    });
  });
});
