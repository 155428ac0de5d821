import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intoDocuments, type PolicyDocument } from '../../../src/deploy/policy/document.js';
import { functionGrants, functionNotes, replayGrants } from '../../../src/deploy/policy/function-role.js';
import { reconcileGrants } from '../../../src/deploy/policy/reconcile.js';
import { type Setting, settingOf } from '../../../src/deploy/policy/setting.js';
import { handle } from '../../../src/handle.js';
import { readEvent } from '../../../src/pipeline/event.js';
import { indexRules } from '../../../src/pipeline/match.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Config } from '../../../src/rules/rule.js';
import type { ConfigInput } from '../../../src/rules/schema.js';
import { targetPatterns } from '../../../src/rules/target-pattern.js';
import { configs, removingConfigs } from '../../rules/simulation.js';
import { isAllowed, type RamRequest } from '../../support/ram.js';
import { account, type Mood, onBucket, onObject, type WireOss, wireOss } from '../../support/wire-oss.js';
import { tryRoles } from './relaying-roles.js';

const setting: Setting = settingOf({ ACCOUNT_ID: account });
const policyOf = (config: Config, over: Partial<Setting> = {}): readonly PolicyDocument[] =>
  intoDocuments(functionGrants(config, { ...setting, ...over })).documents;

type Step =
  | { readonly do: 'upload' | 'delete'; readonly key: string; readonly bucket: string; readonly moods: readonly Mood[] }
  | { readonly do: 'wait' };

/** Runs the real pipeline and the real client, and gives each permission that OSS would have asked for. */
async function permissionsFor(config: Config, steps: readonly Step[]): Promise<{ asked: RamRequest[]; oss: WireOss }> {
  let time = Date.UTC(2026, 0, 31);
  let moods: Mood[] = [];
  const oss = wireOss(
    () => time,
    () => moods.shift() ?? 'well',
  );
  const run = async (event: object): Promise<void> => {
    const handling = {
      index: indexRules(config.rules),
      journal: config.journal,
      oss: oss.oss,
      journalOss: oss.oss,
      concurrency: 2,
      now: () => time,
      deadline: Number.POSITIVE_INFINITY,
      log: () => undefined,
      redelivered: false,
    };
    // With `journal: 'throw'` what is left leaves as an error; what was asked is what counts here.
    await handle(readEvent(Buffer.from(JSON.stringify(event))), handling).catch(() => undefined);
  };
  for (const step of steps) {
    time += 1000;
    if (step.do === 'wait') {
      time += 20 * 60_000;
      await run({ triggerTime: 't', triggerName: 'every-minute', payload: '' });
      continue;
    }
    const { bucket, key } = step;
    moods = [...step.moods];
    if (step.do === 'upload') oss.store(bucket, key, 'e7a6');
    else oss.objects.delete(`${bucket}/${key}`);
    const object = step.do === 'upload' ? { key, size: 4, eTag: 'E7A6' } : { key };
    const eventName = step.do === 'upload' ? 'ObjectCreated:PutObject' : 'ObjectRemoved:DeleteObject';
    await run({
      events: [{ eventName, eventTime: new Date(time).toISOString(), oss: { bucket: { name: bucket }, object } }],
    });
  }
  return { asked: oss.asked, oss };
}

const everything: ConfigInput = {
  journal: { bucket: 'journal', prefix: 'a/' },
  rules: [
    {
      name: 'in',
      when: { bucket: 'photos', prefix: 'in/', suffix: ['.jpg'] },
      onDelete: 'remove',
      outputs: [
        {
          style: 'image/resize,w_1/watermark,image_bG9nby5wbmc_eC1vc3MtcHJvY2Vzcz1pbWFnZS9yZXNpemUsUF8zMA',
          to: { bucket: 'out', key: '{key}.1.webp' },
        },
        { style: 'image/blindwatermark,content_aGVsbG8', to: { bucket: 'out', key: 'blind/{key}' } },
      ],
    },
    {
      name: 'other',
      when: { bucket: 'photos', prefix: 'other/' },
      outputs: [{ style: 'style/s', to: { bucket: 'kept', key: '{rule}/{name}' } }],
    },
  ],
};
const configObject = { bucket: 'settings', key: 'rules.json' };

describe('functionGrants', () => {
  it('grants what each enabled feature needs, as narrowly as RAM can say it', () => {
    const grants = functionGrants(loadConfig(everything, {}), { ...setting, configObject, kmsKey: 'k-1' });
    const arn = (rest: string) => `acs:oss:*:${account}:${rest}`;
    expect(grants.map(({ statement }) => [statement.Action.join(' '), ...statement.Resource])).toEqual([
      ['oss:PostProcessTask oss:GetObject', arn('photos/in/*'), arn('photos/other/*')],
      ['oss:GetObject', arn('photos/logo.png')],
      ['oss:PutObject oss:GetObject', arn('out/in/*.1.webp'), arn('out/blind/in/*'), arn('kept/other/*')],
      ['oss:DeleteObject', arn('out/in/*.1.webp'), arn('out/blind/in/*')],
      ['oss:PutObject oss:GetObject oss:DeleteObject', arn('journal/a/due/*'), arn('journal/a/failed/*')],
      ['oss:ListObjects', arn('journal')],
      ['oss:ProcessImm', arn('photos/in/*')],
      ['imm:EncodeBlindWatermark', `acs:imm:cn-hangzhou:${account}:project/*`],
      ['kms:Decrypt kms:GenerateDataKey', `acs:kms:cn-hangzhou:${account}:key/k-1`],
      ['oss:GetObject', arn('settings/rules.json')],
      ['mns:SendMessage', `acs:mns:cn-hangzhou:${account}:/queues/oss-autostyle-failed/messages`],
      [
        'log:PostLogStoreLogs',
        `acs:log:cn-hangzhou:${account}:project/oss-autostyle-${account}-cn-hangzhou/logstore/*`,
        `acs:log:cn-hangzhou:${account}:project/serverless-cn-hangzhou-*/logstore/*`,
      ],
    ]);
  });

  it('grants nothing for what is not used', () => {
    const config = loadConfig({ ...everything, journal: 'throw', rules: everything.rules.slice(1) }, {});
    const actions = functionGrants(config, settingOf({ FAILURE_QUEUE: 'none' })).flatMap(
      ({ statement }) => statement.Action,
    );
    expect(actions).toEqual([
      'oss:PostProcessTask',
      'oss:GetObject',
      'oss:PutObject',
      'oss:GetObject',
      'log:PostLogStoreLogs',
    ]);
  });

  it('grants the removal of derivatives whose keys name a version and tell the source, and of no others of their rule', () => {
    const outputs = ['v/{etag}/{key}', 'd/{year}/{key}', 'k/{key}', 'shared/{etag}'].map((key) => {
      return { style: 'image/resize,w_1', to: { bucket: 'out', key } };
    });
    const rules = [{ name: 'r', when: { bucket: 'photos' }, outputs }];
    const grants = functionGrants(loadConfig({ journal: 'throw', rules }, {}), setting);
    const removal = grants.filter(({ statement }) => statement.Action.includes('oss:DeleteObject'));
    expect(removal.map(({ statement }) => statement.Resource)).toEqual([
      [`acs:oss:*:${account}:out/v/*`, `acs:oss:*:${account}:out/d/*`],
    ]);
  });

  it('allows all that the function asks OSS for, and needs every statement for it', async () => {
    const config = loadConfig(everything, {});
    const busy: Mood[] = ['busy', 'busy', 'busy', 'busy', 'busy', 'busy'];
    const { asked, oss } = await permissionsFor(config, [
      { do: 'upload', bucket: 'photos', key: 'in/a.JPG', moods: ['silent', 'well'] },
      { do: 'upload', bucket: 'photos', key: 'in/b.jpg', moods: busy },
      { do: 'upload', bucket: 'photos', key: 'in/c.jpg', moods: ['late', 'well'] },
      { do: 'upload', bucket: 'photos', key: 'other/x', moods: ['unknown-style'] },
      { do: 'upload', bucket: 'photos', key: 'readme.txt', moods: [] },
      { do: 'wait' },
      { do: 'delete', bucket: 'photos', key: 'in/a.JPG', moods: [] },
      { do: 'delete', bucket: 'photos', key: 'other/x', moods: [] },
      { do: 'wait' },
    ]);
    // As the function reads it: src/index.ts.
    oss.store(configObject.bucket, configObject.key, '{}');
    await oss.oss.getObject({ ...configObject, maxBytes: 100 });
    const [policy] = policyOf(config, { configObject });
    expect(asked.filter((request) => !isAllowed([policy], request))).toEqual([]);
    expect(new Set(asked.map(({ action }) => action)).size).toBe(7);

    // What FC asks for in the function's name is not among them.
    const statements = policy?.Statement ?? [];
    const own = statements.filter(({ Action }) => !/^(?:mns|log):/.test(Action[0] ?? ''));
    expect(own.length).toBe(9);
    for (const left of own) {
      const others = { Version: '1', Statement: statements.filter((statement) => statement !== left) };
      expect(
        asked.some((request) => !isAllowed([others], request)),
        JSON.stringify(left),
      ).toBe(true);
    }
    const resources = own.flatMap(({ Resource }) => Resource);
    for (const left of new Set(resources)) {
      const Statement = statements
        .map((statement) => ({ ...statement, Resource: statement.Resource.filter((one) => one !== left) }))
        .filter(({ Resource }) => Resource.length > 0);
      expect(
        asked.some((request) => !isAllowed([{ Version: '1', Statement }], request)),
        left,
      ).toBe(true);
    }
  });

  it('allows nothing else', () => {
    const policy = policyOf(loadConfig(everything, {}), { configObject });
    const refused: RamRequest[] = [
      ...['oss:PutObject', 'oss:DeleteObject', 'oss:PutObjectAcl', 'oss:GetObjectAcl', 'oss:AbortMultipartUpload'].map(
        (action) => ({ action, resource: onObject('photos', 'in/a.jpg') }),
      ),
      ...['oss:GetObject', 'oss:PostProcessTask'].map((action) => ({
        action,
        resource: onObject('photos', 'private/a'),
      })),
      { action: 'oss:PutObject', resource: onObject('photos', 'logo.png') },
      { action: 'oss:PutObject', resource: onObject('out', 'in/a.jpg') },
      { action: 'oss:PutObject', resource: onObject('out', 'elsewhere/a.jpg.1.webp') },
      { action: 'oss:DeleteObject', resource: onObject('kept', 'other/x') },
      { action: 'oss:PutObject', resource: onObject('settings', 'rules.json') },
      { action: 'oss:GetObject', resource: onObject('settings', 'others.json') },
      { action: 'oss:PutObject', resource: onObject('journal', 'b/x.json') },
      { action: 'oss:GetObject', resource: onObject('journal', 'a/x.json') },
      { action: 'oss:DeleteObject', resource: onObject('journal', 'a/failed') },
      { action: 'oss:ListObjects', resource: onBucket('journal') },
      { action: 'oss:ListObjects', resource: onBucket('journal'), context: { 'oss:Prefix': 'a/' } },
      { action: 'oss:ListObjects', resource: onBucket('photos'), context: { 'oss:Prefix': 'in/' } },
      { action: 'oss:ListBuckets', resource: 'acs:oss:oss-cn-hangzhou:1234567890123456:*' },
      ...['oss:PutBucket', 'oss:DeleteBucket', 'oss:PutBucketAcl', 'oss:PutBucketPolicy', 'oss:GetBucketInfo'].flatMap(
        (action) => ['photos', 'out', 'new'].map((bucket) => ({ action, resource: onBucket(bucket) })),
      ),
      { action: 'imm:CreateProject', resource: `acs:imm:cn-hangzhou:${account}:project/x` },
      { action: 'fc:InvokeFunction', resource: `acs:fc:cn-hangzhou:${account}:functions/oss-autostyle` },
      { action: 'ram:PassRole', resource: `acs:ram:*:${account}:role/oss-autostyle` },
    ];
    expect(refused.filter((request) => isAllowed(policy, request))).toEqual([]);
  });

  it('allows every request of any configuration, and of other keys only what a rule could reach', async () => {
    let count = 0;
    const loaded = fc
      .oneof(configs, removingConfigs)
      .map(loadable)
      .filter((config) => config !== undefined);
    const mood = fc.constantFrom<Mood>('well', 'silent', 'late', 'busy', 'unknown-style', 'missing');
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constantFrom('upload' as const, 'upload' as const, 'delete' as const),
          rule: fc.nat(2),
          prefix: fc.nat(2),
          suffix: fc.nat(2),
          word: fc.constantFrom('', 'x', 'x/y', 'T/', 'img/a/'),
          bucket: fc.nat(1),
          moods: fc.array(mood, { maxLength: 4 }),
        }),
      },
      { weight: 2, arbitrary: fc.constant({ do: 'wait' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(loaded, fc.array(step, { minLength: 1, maxLength: 6 }), async (config, plan) => {
        const steps = plan.map((one): Step => {
          if (one.do === 'wait') return one;
          const { buckets, prefixes, suffixes } = pick(config.rules, one.rule)?.when ?? {
            buckets: [],
            prefixes: [],
            suffixes: [],
          };
          const key = `${pick(prefixes, one.prefix) ?? ''}${one.word}${pick(suffixes, one.suffix) ?? ''}`;
          return {
            do: one.do,
            bucket: pick(buckets, one.bucket) ?? 'aaa',
            key: key === '' ? 'x' : key,
            moods: one.moods,
          };
        });
        const { asked } = await permissionsFor(config, steps);
        count += asked.length;
        const policy = policyOf(config);
        expect(asked.filter((request) => !isAllowed(policy, request))).toEqual([]);
        for (const bucket of ['aaa', 'bbb', 'ddd', 'zzz']) {
          for (const key of ['img/a/x.jpg', 'out/img', 'T/x.webp', 'due/x', 'journal/due/x', 'a', 'q/x.json']) {
            for (const action of ['oss:GetObject', 'oss:PutObject', 'oss:DeleteObject', 'oss:PostProcessTask']) {
              const request = { action, resource: onObject(bucket, key) };
              if (isAllowed(policy, request))
                expect(reasonsFor(config, bucket, key), `${action} ${key}`).toContain(action);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(count).toBeGreaterThan(100);
  });
});

/** The actions that could ever be right for a key, from what the rules say of it. */
function reasonsFor({ rules, journal }: Config, bucket: string, key: string): string[] {
  const reasons: string[] = [];
  for (const rule of rules) {
    if (rule.when.buckets.includes(bucket) && rule.when.prefixes.some((prefix) => key.startsWith(prefix))) {
      reasons.push('oss:GetObject', 'oss:PostProcessTask');
    }
    for (const output of rule.outputs) {
      const tail = output.key.text.slice(output.key.text.lastIndexOf('}') + 1);
      const within = targetPatterns(output, rule).some((one) => one.bucket === bucket && key.startsWith(one.prefix));
      if (within && key.endsWith(tail)) {
        const removable = rule.onDelete !== undefined || /\{(?:etag|year|month|day)\}/.test(output.key.text);
        reasons.push('oss:GetObject', 'oss:PutObject', ...(removable ? ['oss:DeleteObject'] : []));
      }
    }
  }
  if (journal !== 'throw' && journal.bucket === bucket) {
    const isRecord = ['due/', 'failed/'].some((folder) => key.startsWith(journal.prefix + folder));
    if (isRecord) reasons.push('oss:GetObject', 'oss:PutObject', 'oss:DeleteObject');
  }
  return reasons;
}

function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

function loadable(input: ConfigInput): Config | undefined {
  try {
    return loadConfig(input, {});
  } catch {
    return undefined;
  }
}

describe('outputs that are relayed', () => {
  const [plain, cached, tagged, avif] = [
    {},
    { headers: { 'Cache-Control': 'max-age=60' } },
    { tags: { of: '{name}' } },
    { style: 'image/format,avif' },
  ];
  const rule = (prefix: string, ...more: readonly object[]) => ({
    name: `r-${prefix.replaceAll('/', '-')}`,
    when: { bucket: 'photos', prefix },
    outputs: more.map((one, at) => ({
      style: 'image/resize,w_1',
      to: { bucket: 'out', key: `${prefix}${at}/{file}` },
      ...one,
    })),
  });
  const loaded = (...rules: readonly ReturnType<typeof rule>[]) => loadConfig({ journal: 'throw', rules }, {});
  const granted = (config: Config, action: string) =>
    functionGrants(config, setting)
      .filter(({ statement }) => statement.Action.includes(action))
      .flatMap(({ statement }) => statement.Resource)
      .map((resource) => resource.replace(`acs:oss:*:${account}:`, ''));

  it('need oss:PutObjectTagging where they have tags, and oss:PostProcessTask only beside others', () => {
    const config = loaded(rule('mixed/', plain, tagged), rule('in/', cached), rule('avif/', avif), rule('p/', plain));
    expect(granted(config, 'oss:PostProcessTask')).toEqual(['photos/mixed/*', 'photos/p/*']);
    expect(granted(config, 'oss:PutObjectTagging')).toEqual(['out/mixed/1/*']);
    expect(granted(config, 'oss:GetObject').filter((one) => one.startsWith('photos/'))).toEqual([
      'photos/mixed/*',
      'photos/p/*',
      'photos/avif/*',
      'photos/in/*',
    ]);
  });

  it('need no statement of their own below the sources of others', () => {
    const within = loaded(rule('in/a/', cached), rule('in/', plain));
    expect(granted(within, 'oss:GetObject').filter((one) => one.startsWith('photos/'))).toEqual(['photos/in/*']);
    const around = loaded(rule('in/a/', plain), rule('in/', cached));
    expect(granted(around, 'oss:PostProcessTask')).toEqual(['photos/in/a/*']);
    expect(granted(around, 'oss:GetObject').filter((one) => one.startsWith('photos/'))).toEqual([
      'photos/in/a/*',
      'photos/in/*',
    ]);
  });

  it('let whoever replays and whoever reconciles do the same', () => {
    const config = loadConfig({ ...everything, rules: [rule('in/', tagged)] }, {});
    for (const grants of [replayGrants(config, setting), reconcileGrants(config, setting)]) {
      const actions = grants.flatMap(({ statement }) => (statement.Resource.length > 0 ? statement.Action : []));
      expect(actions).toContain('oss:PutObjectTagging');
      expect(actions).not.toContain('oss:PostProcessTask');
    }
  });

  it('are made by this role, and not without any one of its actions', async () => {
    const { made, needed } = await tryRoles(60);
    expect(needed.size).toBe(4);
    expect(made).toBeGreaterThan(20);
  });
});

describe('functionNotes', () => {
  it.each<[string, Partial<ConfigInput['rules'][number]['when']>, string, string, RegExp | undefined]>([
    ['nothing', {}, 'image/resize,w_1', 'x/{key}', undefined],
    ['a wildcard in a prefix', { prefix: 'a*/' }, 'image/resize,w_1', 'x/{key}', /"a\*\/" for wildcards/],
    ['a wildcard in a target', {}, 'image/resize,w_1', 'what?/{key}', /"what\?\/"/],
    ['a named style', {}, 'style/x', 'x/{key}', /named styles/],
  ])('tells of %s', (_, when, style, key, expected) => {
    const rule = { name: 'r', when: { bucket: 'photos', ...when }, outputs: [{ style, to: { bucket: 'out', key } }] };
    const notes = functionNotes(loadConfig({ journal: 'throw', rules: [rule] }, {}), settingOf({}));
    if (expected === undefined) expect(notes).toEqual([]);
    else expect(notes).toEqual([expect.stringMatching(expected)]);
  });
});

describe('replayGrants', () => {
  const config = loadConfig(everything, {});
  const configObject = { bucket: 'settings', key: 'rules.json' };
  const { documents } = intoDocuments(replayGrants(config, { ...setting, configObject }));

  it('does what the function does with an upload, and reads, lists and forgets what failed', () => {
    const failed = 'a/failed/setup/r/1.json';
    const requests: RamRequest[] = [
      { action: 'oss:PostProcessTask', resource: onObject('photos', 'in/1.jpg') },
      { action: 'oss:GetObject', resource: onObject('journal', failed) },
      { action: 'oss:DeleteObject', resource: onObject('journal', failed) },
      { action: 'oss:GetObject', resource: onObject('settings', 'rules.json') },
      { action: 'oss:PutObject', resource: onObject('journal', 'a/due/2026-01-31T00:00/1.json') },
      ...['a/failed/setup/', 'a/failed/permanent/r/', 'a/due/'].map((prefix) => ({
        action: 'oss:ListObjects',
        resource: onBucket('journal'),
        context: { 'oss:Prefix': prefix },
      })),
    ];
    expect(requests.filter((request) => !isAllowed(documents, request))).toEqual([]);
  });

  it('neither lists the rest, nor writes a log, nor hands over to the queue', () => {
    const actions = documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    expect(actions.filter((action) => /^(log|mns|fc|ram):/.test(action))).toEqual([]);
    for (const prefix of ['', 'a/', 'b/failed/']) {
      const listing = { action: 'oss:ListObjects', resource: onBucket('journal'), context: { 'oss:Prefix': prefix } };
      expect(isAllowed(documents, listing)).toBe(false);
    }
  });

  it('is nothing without a journal', () => {
    expect(replayGrants(loadConfig({ ...everything, journal: 'throw' }, {}), setting)).toEqual([]);
  });
});
