// `npm run deploy`: check, verify, build, `s deploy`, and what `s deploy` leaves undone.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nextSteps, nextStepsOfKept } from '../check/next-step.js';
import { readConfig } from '../deploy/configuration.js';
import { deployVariables } from '../deploy/deploy-variables.js';
import { deploy, type Step, type World } from '../deploy/deployment/deployment.js';
import { ProjectError, projectFile, readProject } from '../deploy/project.js';
import { createFunctionCompute } from '../remote/function-compute.js';
import { runS, withoutCredentials } from '../remote/serverless-devs.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { readJson, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  'skip-tests': { help: 'deploy without running the tests' },
  yes: { short: 'y', help: 'do not ask before removing triggers that s.yaml no longer lists' },
  resume: { help: 'let the function run, even if it was stopped' },
  stopped: { help: 'leave the function stopped, even if it was running' },
  config: {
    value: 'FILE.json',
    help: 'a copy of the rules, if CONFIG_URI of s.yaml says that they are kept elsewhere',
  },
  'dry-run': { help: 'only check, and print what would be done' },
} as const;

export const command: Command<typeof options> = {
  name: 'deploy',
  summary: 'Checks, tests, builds and deploys the function as s.yaml describes it.',
  notes:
    'A stopped function stays stopped. If its state cannot be read, nothing is deployed without --resume or\n' +
    '--stopped. .env.example lists the variables to set. The credentials ALIBABA_CLOUD_ACCESS_KEY_ID,\n' +
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN are passed to Serverless Devs in its\n' +
    'environment; its telemetry is off.',
  options,
  async run({ flags }) {
    if (flags.resume && flags.stopped) throw new UserError('--resume and --stopped: expected one of them', 2);
    // Before anything else is done: can it be read?
    if (flags.config !== undefined) readJson(flags.config);
    const wishes = {
      skipTests: flags['skip-tests'] ?? false,
      yes: flags.yes ?? false,
      resume: flags.resume ?? false,
      stopped: flags.stopped ?? false,
      config: flags.config === undefined ? undefined : userPath(flags.config),
      dryRun: flags['dry-run'] ?? false,
    };
    try {
      await deploy(wishes, realWorld(flags.config));
    } catch (cause) {
      if (!(cause instanceof ProjectError)) throw cause;
      throw new UserError(cause.message, 2, { cause });
    }
    return 0;
  },
};

function realWorld(configFile: string | undefined): World {
  const env = withEnvironmentFile();
  return {
    env,
    readProject: (env) => readProject({ env }),
    runStep,
    connect: ({ region, endpoint }, { accountId, ...credentials }) =>
      createFunctionCompute({ accountId, region, endpoint, credentials }),
    runS: async (args, env, credentials) => (await runS(args, { env, credentials, onLine: say })).code,
    sleep: (ms) => delay(ms),
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    say,
    nextSteps: ({ environmentVariables, region }) => {
      const uri = environmentVariables['CONFIG_URI'];
      if (uri && configFile === undefined) return nextStepsOfKept(uri);
      return nextSteps(readConfig(configFile, { ...env, ...environmentVariables }).config, region);
    },
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function runStep(step: Step, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // npm says which npm runs this; without it, the one on the PATH.
  const npm = process.env['npm_execpath'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const child = spawn(program, [...first, 'run', step, ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: withoutCredentials(step === 'verify' ? anyone() : env),
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Tests run as they do everywhere: the values of one deployment are nothing to them. */
function anyone(): NodeJS.ProcessEnv {
  const names = new Set(deployVariables(readFileSync(projectFile, 'utf8')).map(({ name }) => name));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}

await runAsProcess(command, import.meta.url);
