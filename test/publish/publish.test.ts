// `publish` on the embedded OSS, with ali-oss as the one who looks.
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { settingOf } from '../../src/deploy/policy/setting.js';
import { publish } from '../../src/publish/publish.js';
import { publishReport } from '../../src/publish/report.js';
import { type Account, openAccount } from '../../src/remote/account.js';
import { loadConfig } from '../../src/rules/load.js';
import { deployment, timer } from '../check/deployment.js';
import { accessKey, startOss, type TestOss } from '../local/oss/fixture.js';

const place = { bucket: 'rules', key: 'live/rules.json' };
const uri = 'oss://rules/live/rules.json';
const around = { environment: { CONFIG_URI: uri }, setting: settingOf({ ACCOUNT_ID: '42' }), bundled: undefined };

let oss: TestOss;
let account: Account;

beforeEach(async () => {
  oss = await startOss();
  oss.oss.createBucket('rules');
  account = openAccount(
    { endpoint: `http://127.0.0.1:${oss.port}` },
    {
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKey.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKey.accessKeySecret,
    },
  );
  onTestFinished(() => account.close());
});

interface Wanted {
  prefix?: string;
  bucket?: string;
  key?: string;
  style?: string;
  source?: string;
}

const rulesOf = ({
  prefix = 'a/',
  bucket = 'photos-out',
  key = '{key}',
  style = 'image/auto-orient,1/resize,w_10',
  source,
}: Wanted = {}) => ({
  journal: { bucket: 'a-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: source ?? 'photos', prefix, suffix: ['.jpg'] },
      outputs: [{ style, to: { bucket, key } }],
    },
  ],
});
const fileOf = (rules: object | string) => ({
  name: 'rules.json',
  body: Buffer.from(typeof rules === 'string' ? rules : JSON.stringify(rules)),
});

const run = (rules: object | string | undefined, dryRun = false, through = account.oss) =>
  publish(through, place, rules === undefined ? undefined : fileOf(rules), around, dryRun);
const stored = async (key = place.key) => {
  const { content } = await oss.client('rules').get(key);
  return JSON.parse(String(content)) as unknown;
};
const keys = async () =>
  ((await oss.client('rules').listV2({ 'max-keys': '9' })).objects ?? []).map(({ name }) => name);
const errors = ({ findings }: Awaited<ReturnType<typeof publish>>) =>
  findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);

describe('publish', () => {
  it('puts good rules there, keeps the previous ones, and publishes them again', async () => {
    const first = await run(rulesOf());
    expect(first).toMatchObject({ published: true, refused: false, findings: [], replaces: false });
    expect(publishReport(first)).toContain('oss:PostProcessTask, oss:GetObject  acs:oss:*:42:photos/a/*');
    expect(await keys()).toEqual(['live/rules.json']);

    const second = await run(rulesOf({ prefix: 'b/' }));
    expect(second).toMatchObject({ published: true, replaces: true });
    expect(second.lacks?.triggers).toMatchObject([{ bucket: 'photos', prefix: 'b/' }]);
    expect(second.lacks?.permissions.map(({ resource }) => resource)).toEqual([
      'acs:oss:*:42:photos/b/*',
      'acs:oss:*:42:photos-out/b/*',
    ]);
    expect(publishReport(second).trim().split('\n').slice(-2)).toEqual([
      `published rules.json to ${uri}; the function takes it within a minute`,
      `the previous version is kept: npm run publish -- ${uri} --return`,
    ]);
    expect([await stored(), await stored('live/rules.json.former')]).toEqual([rulesOf({ prefix: 'b/' }), rulesOf()]);

    expect(await run(undefined)).toMatchObject({ published: true, name: `${uri}.former` });
    expect([await stored(), await stored('live/rules.json.former')]).toEqual([rulesOf(), rulesOf({ prefix: 'b/' })]);
    expect(await run(rulesOf())).toMatchObject({ published: false, unchanged: true, refused: false });
  });

  it('reports what it would do, and does nothing', async () => {
    const report = await run(rulesOf(), true);
    expect(report).toMatchObject({ published: false, refused: false, dryRun: true });
    expect(publishReport(report)).toContain('can be published');
    expect(await keys()).toEqual([]);
    await expect(run(undefined)).rejects.toThrow(`there is no previous version: ${uri}.former does not exist`);
  });

  it.each([
    ['what is no JSON', '{', ['configuration']],
    [
      'every mistake at once',
      { journal: 'throw', rules: [{ name: '?', when: {}, outputs: [] }] },
      ['configuration', 'configuration', 'configuration'],
    ],
    ['a loop within itself', rulesOf({ bucket: 'photos', key: 'a/small-{file}' }), ['configuration']],
    ['a style that OSS refuses', rulesOf({ style: 'image/resize,w_0' }), ['resizeWidth']],
    [
      'rules that listen to themselves',
      {
        ...rulesOf(),
        rules: [
          {
            name: 'all',
            when: { bucket: 'rules' },
            outputs: [{ style: 'image/flip,1', to: { bucket: 'photos-out', key: '{key}' } }],
          },
        ],
      },
      ['startsRule'],
    ],
    [
      'rules that an upload could overwrite',
      {
        ...rulesOf(),
        rules: [
          {
            name: 'all',
            when: { bucket: 'photos' },
            outputs: [{ style: 'image/flip,1', to: { bucket: 'rules', key: '{key}' } }],
          },
        ],
      },
      ['overwritten'],
    ],
  ])('refuses %s', async (_, rules, codes) => {
    await run(rulesOf());
    const report = await run(rules as object | string);
    expect({ errors: errors(report), refused: report.refused, published: report.published }).toEqual({
      errors: codes,
      refused: true,
      published: false,
    });
    expect(publishReport(report).trim().split('\n').at(-1)).toBe('refused: rules.json was not published');
    expect(await keys()).toEqual(['live/rules.json']);
    expect(await stored()).toEqual(rulesOf());
  });

  it('compares the first version with the bundled rules, whose triggers and permissions are there', async () => {
    const bundled = loadConfig(rulesOf(), {});
    const report = await publish(account.oss, place, fileOf(rulesOf({ key: 'w/{key}' })), { ...around, bundled }, true);
    expect(report.lacks).toEqual({
      triggers: [],
      timer: false,
      permissions: [
        { actions: ['oss:PutObject', 'oss:GetObject'], resource: 'acs:oss:*:42:photos-out/w/a/*' },
        { actions: ['oss:GetObject'], resource: 'acs:oss:*:42:rules/live/rules.json' },
      ],
    });
    expect(publishReport(report)).toContain(
      `which src/config.ts does not need:\n  npm run policy -- --config rules.json --config-uri ${uri}\n`,
    );
  });

  it('compares the triggers with those of s.yaml, not with those that a version before needed', async () => {
    const none = { ...around, deployed: { triggers: [] } };
    for (const rules of [rulesOf(), rulesOf({ key: 'w/{key}' })]) {
      const report = await publish(account.oss, place, fileOf(rules), none, false);
      expect(report).toMatchObject({ published: true, lacks: { triggers: [{ bucket: 'photos', prefix: 'a/' }] } });
      expect(report.lacks?.timer).toBe(true);
      expect(publishReport(report)).toContain(
        'The rules need these triggers, which s.yaml does not have:\n' +
          '  npm run triggers -- --config rules.json --write, then npm run deploy -- --config rules.json\n',
      );
    }
    const config = loadConfig(rulesOf({ prefix: 'b/' }), {});
    const all = { ...around, deployed: deployment(config) };
    const next = await publish(account.oss, place, fileOf(rulesOf({ prefix: 'b/c/' })), all, true);
    expect(next.lacks).toMatchObject({ triggers: [], timer: false });
    const off = deployment(config, {
      triggers: [
        ...all.deployed.triggers.slice(0, 1),
        { ...timer, triggerConfig: { ...timer.triggerConfig, enable: false } },
      ],
    });
    const uncovered = await publish(account.oss, place, undefined, { ...around, deployed: off }, true);
    expect(uncovered.lacks).toMatchObject({ triggers: [{ prefix: 'a/' }], timer: true });
    expect(publishReport(uncovered)).toContain('npm run deploy -- --config FILE.json\n');
    expect(publishReport(uncovered)).toContain('  the timer that runs due records of the journal every minute');
  });

  it('refuses what loops with the version in force, and shows how to get there in two steps', async () => {
    await run(rulesOf({ bucket: 'photos-out' }));
    const turned = rulesOf({ source: 'photos-out', bucket: 'photos' });
    const report = await run(turned);
    expect(new Set(errors(report))).toEqual(new Set(['loopsWithFormer']));
    expect(publishReport(report)).toMatch(
      /In two steps: publish this version without what is named here, and ten minutes later/,
    );
    // The way there: nothing that feeds the previous ones, then the rest.
    expect(await run(rulesOf({ prefix: 'z/', bucket: 'elsewhere' }))).toMatchObject({ published: true });
    expect(await run(turned)).toMatchObject({ published: true });
  });

  it('reports that the function reads another place, and a previous version that nobody can read', async () => {
    await oss.client('rules').put(place.key, Buffer.from('no rules'));
    const other = { ...around, environment: { CONFIG_URI: 'oss://rules/other.json' } };
    const report = await publish(account.oss, place, fileOf(rulesOf()), other, false);
    expect(report.findings.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'notRead'],
      ['warning', 'formerUnreadable'],
    ]);
    expect(report.published).toBe(true);
    expect(String((await oss.client('rules').get(`${place.key}.former`)).content)).toBe('no rules');
  });

  it('finds out that somebody else publishes at the same time', async () => {
    await run(rulesOf());
    const theirs = Buffer.from(JSON.stringify(rulesOf({ prefix: 'theirs/' })));
    const publishing = (when: number) => {
      let looks = 0;
      return {
        ...account.oss,
        headObject: async (at: typeof place) => {
          looks += 1;
          if (looks === when) await oss.client('rules').put(place.key, theirs);
          return account.oss.headObject(at);
        },
      };
    };
    for (const when of [1, 2]) {
      await expect(run(rulesOf({ prefix: 'c/' }), false, publishing(when))).rejects.toThrow(
        /has been changed since it was read/,
      );
      expect(await stored()).toEqual(JSON.parse(String(theirs)));
      await run(rulesOf());
    }
    await expect(run(rulesOf({ prefix: 'c/' }), false, publishing(3))).rejects.toThrow(/theirs is in force/);
  });
});
