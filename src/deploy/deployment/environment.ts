// What a deployment uses outside of this process: npm, Serverless Devs, Function Compute, and the terminal. Tests
// put another one in its place, so that every decision can be tested without a cloud.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFunctionCompute, type FunctionCompute } from '../../remote/function-compute.js';
import { type AccountCredentials, runS, withoutCredentials } from '../../remote/serverless-devs.js';
import { createSurroundings, type Surroundings } from '../../remote/surroundings.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { type Ask, terminalAsk } from '../../terminal/ask.js';
import { withEnvironmentFile } from '../../terminal/environment-file.js';
import { readConfig } from '../configuration.js';
import { deployVariables } from '../deploy-variables.js';
import { type Project, projectFile, readProject } from '../project.js';
import type { ResourceProps } from '../s-schema.js';
import type { BrakedFunction } from './brake.js';
import type { Sleep } from './live.js';

/** A command of the project that a deployment runs first. */
export type Step = 'check' | 'verify';

export interface DeployEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** s.yaml, as it is resolved with these variables. */
  readProject(env: NodeJS.ProcessEnv): Promise<Project>;
  /** The rules as a function with these variables loads them. @param configFile a copy of them, else src/config.ts */
  readRules(configFile: string | undefined, environment: Environment): Config;
  /** Runs a step; returns its exit code. */
  runStep(step: Step, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
  connect(
    resource: ResourceProps,
    deployer: AccountCredentials,
  ): BrakedFunction & Pick<FunctionCompute, 'deleteTrigger'>;
  /** What stands around the function in the account. */
  surroundings(resource: ResourceProps, deployer: AccountCredentials): Surroundings;
  /** Runs `s`; returns its exit code. */
  runS(args: readonly string[], env: NodeJS.ProcessEnv, deployer: AccountCredentials): Promise<number>;
  readonly sleep: Sleep;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
  /** Prints a line about what is going on. */
  say(line: string): void;
}

/** The environment for a real deployment. */
export function deployEnvironment(): DeployEnvironment {
  return {
    env: withEnvironmentFile(),
    readProject: (env) => readProject({ env }),
    readRules: (configFile, environment) => readConfig(configFile, environment).config,
    runStep,
    connect: ({ region, endpoint }, { accountId, ...credentials }) =>
      createFunctionCompute({ accountId, region, endpoint, credentials, note: say }),
    surroundings: ({ region }, { accountId: _, ...credentials }) => createSurroundings({ region, credentials }),
    runS: async (args, env, credentials) => (await runS(args, { env, credentials, onLine: say })).code,
    sleep: (ms) => sleep(ms),
    ask: terminalAsk(),
    say,
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function runStep(step: Step, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // npm says which npm runs this; without it, the one on the PATH.
  const npm = process.env['npm_execpath'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const child = spawn(program, [...first, 'run', step, ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: dirname(projectFile),
    env: withoutCredentials(step === 'verify' ? withoutDeployVariables() : env),
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** The tests do not depend on the values of one deployment. */
function withoutDeployVariables(): NodeJS.ProcessEnv {
  const names = new Set(deployVariables(readFileSync(projectFile, 'utf8')).map(({ name }) => name));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}
