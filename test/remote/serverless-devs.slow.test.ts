// The real `s`, offline, on the project as shipped: only its component, which comes over the network, is a stub.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateResource } from '../../src/deploy/s-schema.js';
import { type RunResult, runS } from '../../src/remote/serverless-devs.js';
import { deployEnv } from '../support/project.js';
import { runCommand } from '../support/run.js';
import { shippedFunction, shippedProject } from '../support/shipped.js';

const stub = fileURLToPath(new URL('../support/stub-component', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'autostyle-s-'));
const [record, network, home] = ['record.json', 'network.txt', 'home'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
afterAll(() => rmSync(folder, { recursive: true }));

const credentials = {
  accountId: deployEnv.ACCOUNT_ID,
  accessKeyId: 'STS.anAccessKeyId',
  accessKeySecret: 'theSecretOfTheDeployer',
  securityToken: 'theTokenOfTheDeployer',
};

const env = {
  PATH: process.env['PATH'],
  HOME: folder,
  ...deployEnv,
  RESERVED_CONCURRENCY: '0',
  // Whatever else is set: it is not to be used.
  AccountID: '1',
  AccessKeyID: 'someoneElse',
  AccessKeySecret: 'somethingElse',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'somethingElse',
  FC_COMPONENT: stub,
  STUB_RECORD: record,
  NETWORK_RECORD: network,
  NODE_OPTIONS: `--require ${join(stub, 'network-log.cjs')}`,
};

interface Recorded {
  readonly props: unknown;
  readonly code: Record<string, string>;
  readonly credentials: object;
  readonly commandLine: readonly string[];
  /** Versions of components that `s` is to load. */
  readonly fixed: string;
}

describe('s deploy', () => {
  let result: RunResult;
  let recorded: Recorded;
  const lines: string[] = [];

  beforeAll(async () => {
    const onLine = (line: string) => lines.push(line);
    result = await runS(['deploy', '-y'], { cwd: shippedProject(), env, credentials, home, onLine });
    if (existsSync(record)) recorded = JSON.parse(readFileSync(record, 'utf8')) as Recorded;
  });

  it('runs the check and the build, then the component', () => {
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toMatch(
      /looked at .*, 4 derivatives of 2 uploads in \d+\.\d s\n[\s\S]*dist\/index\.js .* KB/,
    );
  });

  it('gives the component what the strict schema accepts, in this environment', () => {
    const { props, mistakes } = validateResource(recorded.props);
    expect(mistakes).toEqual([]);
    expect(props).toMatchObject({
      role: 'acs:ram::1234567890123456:role/oss-autostyle',
      concurrencyConfig: { reservedConcurrency: 0 },
      environmentVariables: { SOURCE_BUCKET: 'shop-photos', TARGET_BUCKET: 'shop-derivatives' },
    });
  });

  it('uploads the bundle that the tests run, and nothing else', () => {
    const { codeDir } = shippedFunction();
    const hash = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(join(codeDir, name)))
        .digest('hex');
    const names = ['index.js', 'package.json', 'relay.js', 'sweep.js'];
    expect(recorded.code).toEqual(Object.fromEntries(names.map((name) => [name, hash(name)])));
  });

  it('fixes the version of the component that fc3 loads by itself', () => {
    expect(recorded.fixed).toMatch(/^fc3-domain@\d+\.\d+\.\d+$/);
  });

  it('hands over the credentials, the token too, and shows them nowhere', () => {
    expect(recorded.credentials).toEqual({
      AccountID: credentials.accountId,
      AccessKeyID: credentials.accessKeyId,
      AccessKeySecret: credentials.accessKeySecret,
      SecurityToken: credentials.securityToken,
    });
    const shown = [...recorded.commandLine, ...lines, result.stdout, result.stderr, ...written(home)].join('\n');
    for (const secret of [credentials.accessKeySecret, credentials.securityToken, 'somethingElse']) {
      expect(shown).not.toContain(secret);
    }
    // The stub says the secret aloud.
    expect(result.stdout).toContain('***');
  });
});

describe('s deploy by hand, in a project with rules and an s.yaml of its own', () => {
  const project = join(folder, 'own');
  const own = join(folder, 'own.json');

  beforeAll(async () => {
    cpSync(shippedProject(), project, { recursive: true, verbatimSymlinks: true });
    const example = readFileSync(fileURLToPath(new URL('../../.env.example', import.meta.url)), 'utf8');
    const filled = Object.entries(deployEnv).reduce(
      (text, [name, value]) => text.replace(`${name}=`, `$&${value}`),
      example,
    );
    writeFileSync(join(project, '.env'), filled);
    const yaml = readFileSync(join(project, 's.yaml'), 'utf8');
    writeFileSync(join(project, 's.yaml'), yaml.replace('memorySize: 256', 'memorySize: 384'));
    writeRules('image/resize,w_100');
    const { code, error } = await runCommand('triggers', ['--write'], { ENV_FILE: '.env' }, project);
    expect({ code, error }).toMatchObject({ code: 0 });
  });

  function writeRules(style: string): void {
    const rule = { name: 'mine', when: { bucket: 'shop-photos', prefix: 'mine/' } };
    const rules = [{ ...rule, outputs: [{ style, to: { bucket: 'shop-derivatives', key: '{key}.webp' } }] }];
    const text = JSON.stringify({ journal: { bucket: 'shop-journal', prefix: 'j/' }, rules });
    writeFileSync(
      join(project, 'src/config.ts'),
      `import { defineConfig } from './rules/schema.js';\nexport default defineConfig(${text});\n`,
    );
  }

  /** Plainly, as its own program, with the credentials that it reads by itself. */
  function deploying(): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [join(project, 'node_modules/@serverless-devs/s/bin/s'), 'deploy', '-y'], {
      cwd: project,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        serverless_devs_config_home: home,
        SERVERLESS_DEVS_CICD: '1',
        AccountID: credentials.accountId,
        AccessKeyID: credentials.accessKeyId,
        AccessKeySecret: credentials.accessKeySecret,
        FC_COMPONENT: stub,
        STUB_RECORD: own,
        NETWORK_RECORD: network,
        NODE_OPTIONS: env.NODE_OPTIONS,
      },
    });
  }

  it('tries the rules, and gives the component that s.yaml, and the version of .env', () => {
    const { status, stdout, stderr } = deploying();
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('1 derivative of 1 upload in');
    const { props, fixed } = JSON.parse(readFileSync(own, 'utf8')) as Recorded;
    expect(fixed).toMatch(/^fc3-domain@\d+\.\d+\.\d+$/);
    const { props: read, mistakes } = validateResource(props);
    expect(mistakes).toEqual([]);
    expect(read).toMatchObject({ memorySize: 384 });
    expect(read?.triggers.map(({ triggerName }) => triggerName)).toEqual(['oss_shop-photos_mine', 'every-minute']);
    rmSync(own);
  });

  it('does not reach the component with a rule that makes nothing', () => {
    writeRules('image/crop,x_20000,y_9');
    const { status, stdout } = deploying();
    expect(status).not.toBe(0);
    expect(stdout).toContain('[smoke]');
    expect(existsSync(own)).toBe(false);
  });
});

describe('s verify', () => {
  it('accepts s.yaml', async () => {
    const { code, stdout } = await runS(['verify'], { cwd: shippedProject(), env, home });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('passed') });
  });
});

describe('runS', () => {
  // Last: what `s` leaves behind to report and to look for a newer version has had its time.
  it('asks nobody on the network for anything', () => {
    expect(readFileSync(join(home, '.s/set-config.yml'), 'utf8')).toBe('analysis: disable\n');
    expect(existsSync(network) ? readFileSync(network, 'utf8') : '').toBe('');
  });
});

/** All that stands in the files of a folder. */
function written(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
