// `--json` as a script uses it: what each command prints to stdout through `npm run -s` is one JSON value, and what
// `start` prints is one a line.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command, Options } from '../../src/cli/support/command.js';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedConfig, shippedFunction, shippedProject, shippedRulesFile } from '../support/shipped.js';

let cloud: LocalCloud;
let folder = '';
/** A test that fails must not leave one behind. */
const running = new Set<ChildProcess>();

beforeAll(async () => {
  // A copy of the copy: the demo writes files.
  folder = mkdtempSync(join(tmpdir(), 'json-'));
  cpSync(shippedProject(), folder, { recursive: true, verbatimSymlinks: true });
  const rules = join(folder, 'cloud.json');
  writeFileSync(rules, readFileSync(shippedRulesFile));
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config: loadConfig(shippedConfig, {}),
    environmentVariables: { CONFIG_URI: `file://${rules}` },
    instances: 1,
    runTimers: false,
  });
  // What failed and waits: there are records to print.
  await localClient(cloud.url, 'photos').put('avatars/broken.jpg', Buffer.from('no image'));
  await cloud.idle();
});

afterAll(async () => {
  for (const child of running) child.kill();
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

function npm(argv: readonly string[]): ChildProcess {
  const { accessKeyId, accessKeySecret } = localAccount;
  const env = {
    ...process.env,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
  };
  const child = spawn('npm', ['run', '-s', ...argv], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

async function ran(argv: readonly string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = npm(argv);
  let [out, error] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (error += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, error };
}

/** Arguments for each command; `cloud`: it talks to the account. Exit code 0 unless said otherwise. */
const ways: Readonly<Record<string, readonly { argv: readonly string[]; cloud?: true; code?: number }[]>> = {
  build: [{ argv: [] }],
  check: [{ argv: [] }, { argv: ['--config', 'wrong.json'], code: 1 }],
  demo: [{ argv: [] }],
  doctor: [{ argv: ['--config', 'cloud.json'], cloud: true }],
  explain: [
    { argv: ['oss://photos/avatars/a.jpg'] },
    { argv: ['oss://photos/avatars/broken.jpg', '--config', 'cloud.json'], cloud: true, code: 1 },
  ],
  invoke: [
    { argv: ['events/put-object.json', '--log'] },
    { argv: ['events/put-object.json', '--remote'], cloud: true },
  ],
  operations: [{ argv: [] }],
  policy: [{ argv: [] }],
  publish: [{ argv: ['oss://photos-journal/rules.json', '--config', 'cloud.json'], cloud: true }],
  reconcile: [
    { argv: ['oss://photos/avatars/', '--config', 'cloud.json'], cloud: true },
    // What is no image is tried again.
    { argv: ['oss://photos/avatars/', '--apply', '--config', 'cloud.json'], cloud: true, code: 1 },
    { argv: ['--status', '--config', 'cloud.json'], cloud: true, code: 1 },
  ],
  replay: [
    { argv: ['--dry-run', '--config', 'cloud.json'], cloud: true },
    { argv: ['--config', 'cloud.json'], cloud: true, code: 1 },
  ],
  stop: [{ argv: [], cloud: true }],
  resume: [{ argv: [], cloud: true }],
  template: [{ argv: [] }],
  triggers: [{ argv: [] }],
  watermark: [{ argv: ['demo-output/results/marked/northern-lights.jpg'] }],
};

describe('--json', () => {
  it('is tried here for each command that has it', async () => {
    const names = readdirSync(join(folder, 'src/cli'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replace('.ts', ''));
    const having: string[] = [];
    for (const name of names) {
      const { command } = (await import(/* @vite-ignore */ `../../src/cli/${name}.ts`)) as {
        command: Command<Options>;
      };
      if ('json' in command.options) having.push(name);
    }
    expect(having.sort()).toEqual([...Object.keys(ways), 'start'].sort());
  });

  const cases = Object.entries(ways).flatMap(([name, all]) => all.map((way) => ({ name, ...way })));
  it.each(cases)(
    '$name $argv prints one JSON value and nothing else',
    async ({ name, argv, cloud: live, code = 0 }) => {
      writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...shippedConfig, rules: [{}] }));
      const more = live ? ['--endpoint', cloud.url] : [];
      const { code: ended, out, error } = await ran([name, '--', ...argv, ...more, '--json']);
      expect({ ended, error: ended === code ? '' : error }).toEqual({ ended: code, error: '' });
      expect(typeof JSON.parse(out)).toBe('object');
    },
  );
});

describe('start --json', () => {
  it('prints JSON lines alone, the first when it is ready, however the function fails', async () => {
    // What is killed comes again, up to eight times: with FC's usual waits, which double, that takes minutes.
    const fault = 'instance:kill:0.2';
    const faults = ['--fault', fault, '--seed', '1', '--retry-interval', '50ms'];
    const child = npm(['start', '--', '--port', '0', '--json', ...faults]);
    let [out, error] = ['', ''];
    await new Promise<void>((resolve, reject) => {
      child.once('close', () => reject(new Error(`it ended: ${error}`)));
      const look = (): void => {
        const samples = out.split('"event":"summary"').length - 1;
        if (samples >= 5 && error.includes(`fault   ${fault} `)) resolve();
      };
      child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr?.setEncoding('utf8').on('data', (text) => (error += text));
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
    });
    child.removeAllListeners('close');
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    const lines = out.trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed[0]).toMatchObject({ event: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(parsed.length).toBeGreaterThan(5);
  });
});
