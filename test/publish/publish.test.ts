// `publish` on the embedded OSS, with ali-oss as the one who looks.
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { settingOf } from '../../src/deploy/policy/setting.js';
import { publish } from '../../src/publish/publish.js';
import { publishReport } from '../../src/publish/report.js';
import { type Account, openAccount } from '../../src/remote/account.js';
import { loadConfig } from '../../src/rules/load.js';
import { deployment, timer } from '../check/deployment.js';
import { accessKey, startOss, type TestOss } from '../local/oss/fixture.js';
import { storeSweep } from '../support/stored-sweep.js';

const place = { bucket: 'rules', key: 'live/rules.json' };
const uri = 'oss://rules/live/rules.json';
const envelope = loadConfig(
  {
    journal: 'throw',
    rules: [
      {
        name: 'deployed',
        when: { bucket: 'photos', exclude: ['raw/'] },
        outputs: [{ style: 'image/resize,w_1', to: { bucket: 'x-out', key: '{key}' } }],
      },
    ],
  },
  {},
);
const around = {
  environment: { CONFIG_URI: uri },
  setting: settingOf({ ACCOUNT_ID: '42' }),
  bundled: envelope,
  local: false,
};

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
    expect(publishReport(first)).toContain('oss:PutObject, oss:GetObject  acs:oss:*:42:photos-out/a/*');
    expect(await keys()).toEqual(['live/rules.json']);

    const second = await run(rulesOf({ prefix: 'b/' }));
    expect(second).toMatchObject({ published: true, replaces: true });
    // The triggers are those of the deployed rules.
    expect(second.lacks?.triggers).toEqual([]);
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

  it('says which sweep in the cloud the new rules stop', async () => {
    oss.oss.createBucket('a-journal');
    await run(rulesOf());
    const id = await storeSweep(account.oss, loadConfig(rulesOf(), {}), { rules: 'others' });
    expect(publishReport(await run(rulesOf({ prefix: 'b/' }), true))).toContain(`note: the sweep ${id} in the cloud`);
    expect(publishReport(await run(rulesOf()))).not.toContain('sweep');
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
    ['what would start a deployed rule', rulesOf({ bucket: 'photos', key: 'z/small-{file}' }), ['configuration']],
    ['what no deployed rule asks for', rulesOf({ prefix: 'raw/' }), ['outsideEnvelope']],
    ['what is in another bucket than the deployed rules', rulesOf({ source: 'scans' }), ['outsideEnvelope']],
    ['a style that OSS refuses', rulesOf({ style: 'image/resize,w_0' }), ['resizeWidth']],
    [
      'rules that an upload could overwrite',
      rulesOf({ bucket: 'rules', prefix: 'live/', key: '{dir}{name}.json' }),
      ['configuration'],
    ],
    [
      'rules among the records of the journal',
      { ...rulesOf(), journal: { bucket: 'rules', prefix: 'live/' } },
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
      expect(report).toMatchObject({ published: true, lacks: { triggers: [{ bucket: 'photos', prefix: '' }] } });
      expect(report.lacks?.timer).toBe(true);
      expect(publishReport(report)).toContain(
        'The rules need these triggers, which s.yaml does not have:\n' +
          '  npm run triggers -- --config rules.json --write, then npm run deploy -- --config rules.json\n',
      );
    }
    const config = loadConfig({ ...rulesOf({ prefix: '' }), journal: { bucket: 'a-journal', prefix: 'x/' } }, {});
    const all = { ...around, deployed: deployment(config) };
    const next = await publish(account.oss, place, fileOf(rulesOf({ prefix: 'b/c/' })), all, true);
    expect(next.lacks).toMatchObject({ triggers: [], timer: false });
    const off = deployment(config, {
      triggers: [{ ...timer, triggerConfig: { ...timer.triggerConfig, enable: false } }],
    });
    const uncovered = await publish(account.oss, place, undefined, { ...around, deployed: off }, true);
    expect(uncovered.lacks).toMatchObject({ triggers: [{ prefix: '' }], timer: true });
    expect(publishReport(uncovered)).toContain('npm run deploy -- --config FILE.json\n');
    expect(publishReport(uncovered)).toContain('  the timer that runs due records of the journal every minute');
  });

  it('refuses what would be written where publish writes for a deployed rule', async () => {
    const bundled = loadConfig({ ...rulesOf({ source: 'rules', prefix: 'live/' }) }, {});
    const json = rulesOf({ source: 'rules', prefix: 'live/a/' });
    const all = loadConfig({ ...json, rules: json.rules.map((rule) => ({ ...rule, when: { bucket: 'rules' } })) }, {});
    const report = await publish(account.oss, place, fileOf(json), { ...around, bundled }, false);
    expect(errors(report)).toEqual([]);
    expect(errors(await publish(account.oss, place, fileOf(json), { ...around, bundled: all }, false))).toEqual([
      'startsRule',
    ]);
  });

  it('warns of what is partly outside of the envelope, and takes what only is said otherwise in it', async () => {
    const inside = rulesOf({ prefix: 'a/' });
    const when = { bucket: 'photos', exclude: ['raw/'] };
    const whole = { ...inside, rules: inside.rules.map((rule) => ({ ...rule, when })) };
    expect((await run(whole)).findings).toEqual([]);
    const wider = { ...inside, rules: inside.rules.map((rule) => ({ ...rule, when: { bucket: 'photos' } })) };
    const report = await run(wider);
    expect(report).toMatchObject({
      published: true,
      findings: [{ severity: 'warning', code: 'partlyOutsideEnvelope' }],
    });
    expect(publishReport(report)).toMatch(/→ .*src\/config\.ts.*npm run triggers -- --write and npm run deploy/);
  });

  it('says what becomes of the records when the journal moves', async () => {
    await run(rulesOf());
    for (const journal of ['throw', { bucket: 'a-journal', prefix: 'new place/' }]) {
      const report = await run({ ...rulesOf(), journal });
      expect(report.findings).toMatchObject([{ severity: 'warning', code: 'journalMoved' }]);
      expect(publishReport(report)).toContain(
        'npm run replay -- --journal oss://a-journal/autostyle/ takes them along',
      );
      await run(rulesOf());
    }
    expect(publishReport(await run({ ...rulesOf(), journal: 'throw' }))).toContain('the journal moves');
    expect((await run({ ...rulesOf({ key: 'w/{key}' }), journal: 'throw' })).findings).toEqual([]);
  });

  it('warns where headers or tags are new that an older function refuses them, and names what the role needs', async () => {
    const { journal, rules } = rulesOf();
    const withFields = (fields: object) => ({
      journal,
      rules: rules.map((rule) => ({ ...rule, outputs: rule.outputs.map((output) => ({ ...output, ...fields })) })),
    });
    await run(rulesOf());
    const tagged = await run(withFields({ tags: { of: '{name}' } }));
    expect(tagged).toMatchObject({ published: true, findings: [{ severity: 'warning', code: 'unknownFields' }] });
    expect(publishReport(tagged)).toContain('warning rules[0].outputs[0]: headers and tags are new here: ');
    expect(publishReport(tagged)).toContain('  oss:PutObjectTagging  acs:oss:*:42:photos-out/a/*\n');
    // A function that has loaded the version before knows them.
    expect((await run(withFields({ headers: { Expires: 'Wed, 21 Oct 2026 07:28:00 GMT' } }))).findings).toEqual([]);
    await run(rulesOf());
    const local = { ...around, local: true };
    const cached = fileOf(withFields({ headers: { 'Cache-Control': 'no-store' } }));
    expect((await publish(account.oss, place, cached, local, true)).findings).toEqual([]);
    // The style alone is nothing new to it.
    const avif = await run(rulesOf({ style: 'image/auto-orient,1/resize,w_10/format,avif', key: '{key}.avif' }));
    expect(avif.findings.map(({ code }) => code)).not.toContain('unknownFields');
  });

  it('reports that the function reads another place, and a previous version that nobody can read', async () => {
    await oss.client('rules').put(place.key, Buffer.from('no rules'));
    const other = { ...around, environment: { CONFIG_URI: 'oss://rules/other.json' } };
    const report = await publish(account.oss, place, fileOf(rulesOf()), other, false);
    expect(report.findings.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'notRead'],
      ['warning', 'previousUnreadable'],
    ]);
    expect(report.published).toBe(true);
    expect(publishReport(report)).toContain('no function that is known here reads it');
    const unset = { ...around, environment: {}, local: true };
    expect(publishReport(await publish(account.oss, place, fileOf(rulesOf()), unset, false))).toContain(
      `→ CONFIG_URI=${uri} npm start\n`,
    );
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
