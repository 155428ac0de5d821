// Runs the installed Serverless Devs (`s`) as a tool of ours: without its telemetry, its update check and its prompts,
// and with secrets in its environment alone. The switches below are from its source; none of them is documented.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { redact } from '../oss/redact.js';
import type { Credentials } from '../oss/sign.js';
import { writeWhole } from '../terminal/file.js';

/** As whom something is done, and in which account. */
export type AccountCredentials = Credentials & { readonly accountId: string };

export interface RunOptions {
  /** Where s.yaml is; the project when absent. */
  readonly cwd?: string;
  /** What `${env(…)}` sees. Credentials in it are not passed on: see `credentials`. */
  readonly env: NodeJS.ProcessEnv;
  /** As whom: only for what talks to Alibaba Cloud. */
  readonly credentials?: AccountCredentials | undefined;
  /** Each line as it is printed, redacted. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds (default: none). */
  readonly timeout?: number;
  /** In place of ~ for what `s` keeps: components and settings. */
  readonly home?: string;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const project = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/** `s` takes credentials from a variable whose name ends so, by `access` of that name; a security token only there. */
const accessName = 'oss_autostyle_serverless_devs_key';

/** What `s` or its component would take as credentials, or hand to every command that s.yaml runs. */
const credentialNames =
  /^(ALIBABA_CLOUD_(ACCESS_KEY_\w+|SECURITY_TOKEN)|AccountID|AccessKeyID|AccessKeySecret|SecurityToken)$|_serverless_devs_key$/;

/** Addresses that `s` ends with, among them that of the log which is removed. */
const trailer = /^(A complete log of this run|Env: |Logs: |Feedback: )/;

/**
 * Runs `s` with arguments, none of which may be secret: it sends its command line to its makers when telemetry is on,
 * and shows it in every process list.
 * @throws {Error} when the program cannot be started, or took longer than `timeout`
 */
export async function runS(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { cwd = project, credentials, home = join(project, 'node_modules/.cache/serverless-devs') } = options;
  const secrets = credentials === undefined ? [] : secretsOf(credentials);
  prepareHome(home);
  const trace = `${process.pid}-${Date.now()}`;
  const access = credentials === undefined ? [] : ['-a', accessName];
  const child = spawn(process.execPath, [program(), ...args, ...access], {
    cwd,
    env: { ...environment(options), serverless_devs_config_home: home, serverless_devs_traceid: trace },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeout,
  });
  const report = (line: string): void => {
    if (!trailer.test(line)) options.onLine?.(redact(line, secrets));
  };
  const [stdout, stderr] = [collect(child.stdout, report), collect(child.stderr, report)];
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      if (exitCode !== null) resolve(exitCode);
      else reject(new Error(`s ${args[0] ?? ''} was ended by ${signal}${child.killed ? ': it took too long' : ''}`));
    });
  });
  // It keeps a log of every run for ever, which may hold anything.
  rmSync(join(home, '.s/logs', trace), { recursive: true, force: true });
  return { code, stdout: hide(stdout(), secrets), stderr: hide(stderr(), secrets) };
}

/** What `s` prints of an error, between its heading and its addresses; undefined: it prints no error. */
export function printedError(output: string): string | undefined {
  const [, after] = output.split(/Error Message:/);
  return after === undefined ? undefined : withoutTrailer(after);
}

/** The text without the addresses that `s` ends with. */
export function withoutTrailer(output: string): string {
  return (output.split(/\n\s*(?:🍼|A complete log|Env:)/u)[0] ?? '').trim();
}

function program(): string {
  return join(require.resolve('@serverless-devs/s/package.json'), '../bin/s');
}

/** Gives `s` a home of its own with telemetry off: what the user has set for it elsewhere does not matter. */
function prepareHome(home: string): void {
  const file = join(home, '.s/set-config.yml');
  const setting = 'analysis: disable\n';
  // Another run may be reading it: an empty file would mean that telemetry is on.
  if (existsSync(file) && readFileSync(file, 'utf8') === setting) return;
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, setting);
}

/** Present but empty: else `s` would read them from `.env`, and hand them to every command that s.yaml runs. */
const masked = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: '',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
  ALIBABA_CLOUD_SECURITY_TOKEN: '',
} as const;

/** npm asks for its own newest version too, in the commands that s.yaml runs. */
const quietNpm = { npm_config_update_notifier: 'false' } as const;

/**
 * fc3 loads this component too, by default its newest release; the variable by which `s` fixes versions keeps it to the
 * one that was tried. https://github.com/Serverless-Devs/Serverless-Devs, packages/load-component
 */
const domainComponent = 'fc3-domain@0.0.29';

/** An environment for programs that need no credentials. */
export function withoutCredentials(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !credentialNames.test(name)));
}

function environment({ env, credentials }: RunOptions): NodeJS.ProcessEnv {
  const access = credentials && {
    [accessName]: JSON.stringify({
      AccountID: credentials.accountId,
      AccessKeyID: credentials.accessKeyId,
      AccessKeySecret: credentials.accessKeySecret,
      SecurityToken: credentials.securityToken || undefined,
    }),
  };
  // Where it takes the machine for CI, `s` does not ask the registry for a newer version, and prompts for nothing.
  const quiet = { SERVERLESS_DEVS_CICD: '1', NO_COLOR: '1', FORCE_COLOR: '0' };
  const fixed = { core_load_serverless_devs_component: env['core_load_serverless_devs_component'] || domainComponent };
  return { ...withoutCredentials(env), ...masked, ...access, ...quietNpm, ...quiet, ...fixed };
}

function collect(stream: Readable, report: (line: string) => void): () => string {
  const parts: string[] = [];
  stream.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  createInterface({ input: stream }).on('line', report);
  return () => parts.join('');
}

function secretsOf({ accessKeyId, accessKeySecret, securityToken = '' }: Credentials): string[] {
  return [accessKeyId, accessKeySecret, securityToken].filter((secret) => secret !== '');
}

/** Hides the secrets and nothing else, so that the result can still be parsed. */
function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
