// Runs every command that the documents show, as a reader would: in a project as shipped, and on an embedded cloud
// where the command needs an account. A command that is shown and not listed here fails.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localAccount } from '../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../src/local/cloud.js';
import { loadConfig } from '../src/rules/load.js';
import { commandsIn, documents } from './support/documents.js';
import { ended, runCommand, seen, spawnCommand } from './support/run.js';
import { shippedConfig, shippedFunction, shippedProject, shippedRulesFile } from './support/shipped.js';

interface Way {
  /** What a reader would write in place of a name: `FILE`, or a bucket. */
  readonly with?: Readonly<Record<string, string>>;
  /** It talks to the account: here, to the embedded cloud. */
  readonly account?: boolean;
  readonly more?: readonly string[];
  readonly code?: number;
  readonly says: RegExp;
}

const rules = { 'FILE.json': shippedRulesFile, 'rules.json': shippedRulesFile };
/** Where there are no pictures. */
const avatars = {
  'oss://bucket/prefix': 'oss://photos/avatars/',
  'oss://BUCKET/PREFIX/': 'oss://photos/avatars/',
  'oss://…': 'oss://photos/avatars/',
  '…': 'oss://photos/avatars/',
  'WHEN-YOU-STOPPED': '2026-11-22T08:30Z',
};
const nothing = /^Nothing is to be made/m;
const pictures = fileURLToPath(new URL('local/image/pictures', import.meta.url));
const picture = 'demo-output/results/marked/northern-lights.jpg';

const ways: Readonly<Record<string, Way>> = {
  'npm run demo -- --photos DIR': { with: { DIR: pictures }, says: /results saved, 0 skipped, 0 failed/ },
  // The watermark is read in its results.
  'npm run demo': { says: /16 results, every one as it must be/ },
  'npm run watermark -- FILE': { with: { FILE: picture }, says: /Copyrighted by Alibaba Cloud/ },
  'npm run build': { says: /dist\/index\.js +2\d\d\.\d KB/ },
  'npm run check': { says: /no finding/ },
  'npm run check -- --json': { says: /^\{[\s\S]*"findings": ?\[\]/ },
  'npm run check -- --smoke': { says: /no finding: .*4 derivatives of 2 uploads/ },
  'npm run explain -- oss://bucket/key': { says: /no rule/ },
  'npm run explain -- oss://bucket/key --live': {
    with: { 'oss://bucket/key': 'oss://photos/avatars/me.jpg' },
    account: true,
    says: /^answer: there is no such object/m,
  },
  'npm run explain -- oss://bucket/key --size 300KB': { says: /no rule/ },
  'npm run explain -- oss://bucket/key --size 27MB': { says: /at most 20 MB/ },
  'npm run explain -- oss://photos/avatars/me.jpg': { says: /oss:\/\/photos-out\/avatars\/me\.jpg\.128\.webp/ },
  'npm run invoke -- events/put-object.json': { says: /2 saved/ },
  'npm run invoke -- events/put-object.json --remote --log': { account: true, says: /source-gone/ },
  'npm run invoke -- letter.json --remote': {
    with: { 'letter.json': 'events/dead-letter.json' },
    account: true,
    says: /source-gone/,
  },
  'npm run triggers': { says: /triggers:/ },
  'npm run triggers -- --write': { says: /s\.yaml/ },
  'npm run policy': { says: /oss:PostProcessTask/ },
  'npm run deploy': { code: 2, says: /ACCOUNT_ID/ },
  'npm run deploy -- --resume': { code: 2, says: /ACCOUNT_ID/ },
  'npm run deploy -- --stopped': { code: 2, says: /ACCOUNT_ID/ },
  'npm run stop': { account: true, says: /stopped/ },
  'npm run resume': { account: true, says: /oss-autostyle/ },
  'npm run doctor': { account: true, says: /^ok +function/m },
  'npm run doctor -- --clear': { account: true, says: /0 failures deleted/ },
  'npm run doctor -- --json': { account: true, says: /^\{[\s\S]*"status": ?"ok"/ },
  'npm run publish': { code: 2, says: /expected/ },
  'npm run publish -- oss://bucket/rules.json --config rules.json': {
    with: { ...rules, 'oss://bucket/rules.json': 'oss://photos-journal/rules.json' },
    account: true,
    says: /rules\.json/,
  },
  'npm run publish -- oss://our-rules/live.json --config rules.json --endpoint http://127.0.0.1:9000': {
    with: { ...rules, 'oss://our-rules/live.json': 'oss://photos-journal/live.json' },
    account: true,
    says: /^published .* to oss:\/\/photos-journal\/live\.json/m,
  },
  'npm run replay': { account: true, says: /0 records/ },
  'npm run replay -- --code AccessDenied': { account: true, says: /0 records/ },
  'npm run replay -- --code NoRelay': { account: true, says: /0 records/ },
  'npm run replay -- --config FILE.json': { with: rules, account: true, says: /0 records/ },
  'npm run replay -- --dry-run': { account: true, says: /0 records.*nothing was changed/ },
  'npm run replay -- --not-due': { account: true, says: /^\d+ records?,.* nothing was changed/m },
  'npm run replay -- --now': { account: true, says: /^\d+ records?: .* 0 failed; 0 left/m },
  'npm run replay -- --discard': { account: true, says: /0 records deleted/ },
  'npm run replay -- --discard --code ForeignSource': { account: true, says: /0 records deleted/ },
  'npm run replay -- --discard --code MalformedRecord': { account: true, says: /0 records deleted/ },
  'npm run replay -- --discard --code NoRule': { account: true, says: /0 records deleted/ },
  'npm run replay -- --discard --kind permanent': { account: true, says: /0 records deleted/ },
  'npm run replay -- --journal oss://BUCKET/PREFIX/': {
    with: { 'oss://BUCKET/PREFIX/': 'oss://photos-journal/former/' },
    account: true,
    says: /0 records taken along/,
  },
  'npm run policy -- --reconcile': { says: /sweeps\// },
  'npm run reconcile': { code: 2, says: /expected a location/ },
  'npm run reconcile -- oss://bucket/prefix': { with: avatars, account: true, says: nothing },
  'npm run reconcile -- oss://photos/avatars/': { account: true, says: nothing },
  'npm run reconcile -- oss://photos/': { account: true, says: nothing },
  'npm run reconcile -- oss://photos/avatars/ --sample 1000': { account: true, says: /leave out --sample/ },
  'npm run reconcile -- oss://… --since WHEN-YOU-STOPPED': { with: avatars, account: true, says: nothing },
  'npm run reconcile -- oss://BUCKET/PREFIX/ --since WHEN-YOU-STOPPED': { with: avatars, account: true, says: nothing },
  'npm run reconcile -- oss://photos/avatars/ --force --rule avatars': { account: true, says: nothing },
  'npm run reconcile -- oss://BUCKET/PREFIX/ --force --rule NAME': {
    with: { ...avatars, NAME: 'avatars' },
    account: true,
    says: nothing,
  },
  'npm run reconcile -- oss://photos/avatars/ --apply --max-objects 100': { account: true, says: nothing },
  'npm run reconcile -- oss://photos/ --apply --in-cloud --max-objects 2468024': { account: true, says: nothing },
  'npm run reconcile -- … --apply --in-cloud': { with: avatars, account: true, says: nothing },
  'npm run reconcile -- --status': { account: true, says: /there is no sweep/ },
  'npm run reconcile -- --resume': { account: true, code: 1, says: /there is no sweep/ },
  'npm run reconcile -- --cancel': { account: true, code: 1, says: /there is no sweep/ },
  'npm run template': { says: /^publish\.yaml/m },
  'npm run operations': { says: /auto-orient/ },
  'npm run operations -- --limits': { says: /up to date/ },
  'npm run operations -- --write src/style/README.md': { says: /up to date/ },
  'npm start -- --help': { says: /--fault/ },
};

/** Run elsewhere: by `.ci/run`, whose parts they are, or below. */
const elsewhere =
  /^npm (ci|test|start|run (test:all|test:browser|verify|lint|typecheck|format|bench|chaos|fuzz))( .*)?$/;
const shown = [...new Set([...documents.values()].flatMap(commandsIn))];

let cloud: LocalCloud;
let folder = '';

beforeAll(async () => {
  // A copy of the copy: `--write` changes s.yaml.
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  cpSync(shippedProject(), folder, { recursive: true, verbatimSymlinks: true });
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config: loadConfig(shippedConfig, {}),
    instances: 1,
    runTimers: false,
  });
});

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

describe('the documents', () => {
  it('show no command that is not run', () => {
    expect(shown.filter((command) => ways[command] === undefined && !elsewhere.test(command))).toEqual([]);
    expect(Object.keys(ways).filter((command) => !shown.includes(command))).toEqual([]);
  });

  it.each(Object.entries(ways))('%s', async (command, way) => {
    const [, name = 'start', given = ''] = /^npm (?:run ([\w:]+)|start)(?: -- (.*))?$/.exec(command) ?? [];
    const argv = given === '' ? [] : given.split(' ').map((word) => way.with?.[word] ?? word);
    const { accessKeyId, accessKeySecret } = localAccount;
    const account = { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret };
    const ran = await runCommand(
      name,
      [...argv, ...(way.account ? ['--endpoint', cloud.url] : []), ...(way.more ?? [])],
      way.account ? account : {},
      folder,
    );
    expect(`${ran.out}\n${ran.error}`).toMatch(way.says);
    expect(ran.code, ran.error).toBe(way.code ?? 0);
  });

  it('npm start', async () => {
    const child = spawnCommand('start', ['--port', '0'], {}, folder);
    await seen(child, /^ready http:\/\/127\.0\.0\.1:\d+\n[\s\S]*saved {3}oss:\/\/photos\/avatars\/balloons\.jpg/);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });
});
