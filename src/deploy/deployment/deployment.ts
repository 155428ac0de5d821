// A deployment from beginning to end. What it touches outside of this process is in its world, so that every decision can
// be tried without a cloud.

import type { FunctionCompute } from '../../remote/function-compute.js';
import { printable } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import { type DeploymentPlan, type Looker, look, planDeployment, type Sleep } from '../live.js';
import type { Project } from '../project.js';
import type { ResourceProps } from '../s-schema.js';
import { agreedRemovals, removeAfter, removeBefore, sayUnheard } from '../triggers/stale.js';
import { logToMake, makingLog, splitLogByLines } from './own-log.js';
import { type Deployer, deployerOf } from './preconditions.js';

export interface Wishes {
  readonly skipTests: boolean;
  /** Remove what should be removed without a question. */
  readonly yes: boolean;
  /** Run again what was stopped. */
  readonly resume: boolean;
  /** Keep it from running, whatever it does now. */
  readonly stopped: boolean;
  /** Say what would be done, and do none of it. */
  readonly dryRun: boolean;
  /** The rules, where they are kept by CONFIG_URI: a full path. */
  readonly config?: string | undefined;
}

export type Step = 'check' | 'verify' | 'build';

export interface World {
  readonly env: NodeJS.ProcessEnv;
  /** s.yaml, as it is resolved in an environment. */
  readProject(env: NodeJS.ProcessEnv): Promise<Project>;
  /** Runs one of the project's own commands; gives its exit code. */
  runStep(step: Step, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
  connect(resource: ResourceProps, deployer: Deployer): Looker & Pick<FunctionCompute, 'deleteTrigger'>;
  /** Runs `s`; gives its exit code. */
  runS(args: readonly string[], env: NodeJS.ProcessEnv, deployer: Deployer): Promise<number>;
  readonly sleep: Sleep;
  /** Absent: there is nobody to ask. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** What is going on. */
  say(line: string): void;
  /** How to see the function at work. */
  nextSteps(resource: ResourceProps): readonly string[];
}

/**
 * check, verify, build, `s deploy`.
 * @throws {UserError} for whatever is wrong before or during it
 */
export async function deploy(wishes: Wishes, outside: World): Promise<void> {
  // For the check that s.yaml runs: the same rules.
  const world: World = { ...outside, env: { ...outside.env, CHECK_CONFIG: wishes.config ?? '' } };
  const { env, say } = world;
  const project = await world.readProject(env);
  const deployer = deployerOf(project, env);
  const { resource } = project;
  // Without mistakes there is one.
  if (resource === undefined) throw new UserError(`${project.file} describes no function`);
  if (wishes.config !== undefined && !resource.environmentVariables['CONFIG_URI']) {
    const message =
      'without CONFIG_URI among the environmentVariables of s.yaml the function has the rules of src/config.ts';
    throw new UserError(`--config ${printable(wishes.config)}: ${message}`, 2);
  }
  await prove(wishes, world);
  const { functionName, region } = resource;
  const deploys = wishes.dryRun ? 'would deploy' : 'deploying';
  say(`${deploys} ${functionName} to ${region}, account ${deployer.accountId}`);
  const fc = world.connect(resource, deployer);
  const live = await look(fc, functionName, world.sleep);
  const plan = planDeployment(resource, live, wishes);
  if (plan.keepStopped === undefined) throw new UserError(mayBeStopped(functionName, live.problems));
  for (const problem of live.problems) say(`note: ${printable(problem)}`);
  const chosen = plan.keepStopped ? await keptStopped(wishes, world) : env;
  if (live.exists === false) say('there is no such function yet: it will be made');
  const remove = (name: string) => fc.deleteTrigger(functionName, name);
  const { before, after } = await agreedRemovals(plan, { ...wishes, ask: world.ask, say });
  if (wishes.dryRun) return say('nothing was changed: --dry-run');
  await removeBefore(before, remove, say);
  const auto = resource.logConfig === 'auto';
  const log = logToMake(resource, deployer.accountId);
  const code = await world.runS(['deploy', '-y'], auto ? { ...chosen, ...makingLog(log) } : chosen, deployer);
  if (code !== 0) {
    sayUnheard(before, say);
    throw new UserError(`s deploy failed (exit code ${code}), see above`);
  }
  say(`deployed ${functionName}`);
  if (auto) {
    const runS = (args: readonly string[], variables: NodeJS.ProcessEnv) => world.runS(args, variables, deployer);
    await splitLogByLines(resource, live, log, { ...world, env: chosen, fc, runS });
  }
  await removeAfter(after, remove, say);
  for (const line of whatNext(plan, resource, world)) say(line);
}

/** Nothing that fails here has touched the cloud. */
async function prove({ skipTests, dryRun, config }: Wishes, { env, runStep, say }: World): Promise<void> {
  const steps: readonly Step[] = dryRun ? ['check'] : skipTests ? ['check', 'build'] : ['check', 'verify', 'build'];
  if (skipTests && !dryRun) say('skipping the tests, as asked: what is deployed is untested');
  for (const step of steps) {
    const args = step === 'check' && config !== undefined ? ['--config', config] : [];
    const command = ['npm run', step, ...(args.length > 0 ? ['--', ...args.map(printable)] : [])].join(' ');
    say(command);
    const code = await runStep(step, args, env);
    if (code !== 0) throw new UserError(`${command} failed (exit code ${code}): nothing was deployed`);
  }
}

function mayBeStopped(functionName: string, problems: readonly string[]): string {
  return [
    `nothing was deployed: ${functionName} may have been stopped (npm run stop), and that cannot be seen:`,
    ...problems.map(printable),
    'mend that, or say which it is: --resume (it may run), --stopped (it is to stay stopped)',
  ].join('\n  ');
}

/** The environment in which s.yaml keeps the function stopped. */
async function keptStopped({ stopped }: Wishes, { env, readProject, say }: World): Promise<NodeJS.ProcessEnv> {
  const still = { ...env, RESERVED_CONCURRENCY: '0' };
  const { resource } = await readProject(still);
  if (resource?.concurrencyConfig.reservedConcurrency !== 0) {
    throw new UserError(
      'the function is to stay stopped, and this s.yaml would start it: it no longer reads RESERVED_CONCURRENCY.\n' +
        `  Write reservedConcurrency: \${env('RESERVED_CONCURRENCY', '5') * 1}, or deploy with --resume`,
    );
  }
  say(
    stopped
      ? 'the function stays stopped, as asked'
      : 'the function is stopped and stays so (--resume would start it again)',
  );
  return still;
}

function whatNext({ keepStopped }: DeploymentPlan, resource: ResourceProps, { nextSteps }: World): readonly string[] {
  if (keepStopped) return ['it is stopped: npm run resume starts it'];
  return resource.concurrencyConfig.reservedConcurrency === 0
    ? ['it is stopped, since its reservedConcurrency is 0: npm run resume -- --to N starts it']
    : nextSteps(resource);
}
