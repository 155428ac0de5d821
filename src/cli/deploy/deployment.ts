// A deployment from beginning to end. What it touches outside of this process is in its world, so that every decision can
// be tried without a cloud.
import { type DeploymentPlan, type Looker, look, planDeployment } from '../../deploy/live.js';
import type { Project } from '../../deploy/project.js';
import type { ResourceProps } from '../../deploy/s-schema.js';
import { objectUri } from '../../event.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute } from '../../remote/function-compute.js';
import { UserError } from '../command.js';
import { printable } from '../result-line.js';
import { type Deployer, deployerOf } from './preconditions.js';

export interface Wishes {
  readonly skipTests: boolean;
  /** Remove what should be removed without a question. */
  readonly yes: boolean;
  /** Run again what was stopped. */
  readonly resume: boolean;
  /** Say what would be done, and do none of it. */
  readonly dryRun: boolean;
}

export type Step = 'check' | 'test' | 'build';

export interface World {
  readonly env: NodeJS.ProcessEnv;
  /** s.yaml, as it is resolved in an environment. */
  readProject(env: NodeJS.ProcessEnv): Promise<Project>;
  /** Runs one of the project's own commands; gives its exit code. */
  runStep(step: Step, env: NodeJS.ProcessEnv): Promise<number>;
  connect(resource: ResourceProps, deployer: Deployer): Looker & Pick<FunctionCompute, 'deleteTrigger'>;
  /** Runs `s`; gives its exit code. */
  runS(args: readonly string[], env: NodeJS.ProcessEnv, deployer: Deployer): Promise<number>;
  /** Absent: there is nobody to ask. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** What is going on. */
  say(line: string): void;
  /** How to see the function at work. */
  nextSteps(resource: ResourceProps): readonly string[];
}

/**
 * check, test, build, `s deploy`.
 * @throws {UserError} for whatever is wrong before or during it
 */
export async function deploy(wishes: Wishes, world: World): Promise<void> {
  const { env, say } = world;
  const project = await world.readProject(env);
  const deployer = deployerOf(project, env);
  const { resource } = project;
  // Without mistakes there is one.
  if (resource === undefined) throw new UserError(`${project.file} describes no function`);
  await prove(wishes, world);
  const { functionName, region } = resource;
  const deploys = wishes.dryRun ? 'would deploy' : 'deploying';
  say(`${deploys} ${functionName} to ${region}, account ${deployer.accountId}`);
  const fc = world.connect(resource, deployer);
  const live = await look(fc, functionName);
  for (const problem of live.problems) say(`note: ${printable(problem)}`);
  const plan = planDeployment(resource, live, wishes);
  const stopped = plan.keepStopped ? await keptStopped(world) : env;
  if (live.reservedConcurrency === undefined) {
    say('note: if someone has stopped the function, this deployment starts it again');
  }
  if (live.exists === false) say('there is no such function yet: it will be made');
  const remove = (names: readonly string[]) =>
    removeTriggers(names, (name) => fc.deleteTrigger(functionName, name), say);
  const [before, after] = await staleTriggers(plan, wishes, world);
  if (wishes.dryRun) return say('nothing was changed: --dry-run');
  await remove(before);
  await deployWithS(plan, stopped, resource, deployer, world).catch((error) => {
    if (before.length > 0) say('nobody hears what the removed triggers heard until a deployment succeeds');
    throw error;
  });
  say(`deployed ${functionName}`);
  await remove(after);
  if (plan.keepStopped) return say('it is stopped, as it was: npm run resume starts it');
  for (const line of world.nextSteps(resource)) say(line);
}

/** Nothing that fails here has touched the cloud. */
async function prove({ skipTests, dryRun }: Wishes, { env, runStep, say }: World): Promise<void> {
  const steps: readonly Step[] = dryRun ? ['check'] : skipTests ? ['check', 'build'] : ['check', 'test', 'build'];
  if (skipTests && !dryRun) say('skipping the tests, as asked: what is deployed is untested');
  for (const step of steps) {
    say(`npm ${step === 'test' ? step : `run ${step}`}`);
    const code = await runStep(step, env);
    if (code !== 0) throw new UserError(`${step} failed (exit code ${code}): nothing was deployed`);
  }
}

/** The environment in which s.yaml keeps the function stopped. */
async function keptStopped({ env, readProject, say }: World): Promise<NodeJS.ProcessEnv> {
  const stopped = { ...env, RESERVED_CONCURRENCY: '0' };
  const { resource } = await readProject(stopped);
  if (resource?.concurrencyConfig.reservedConcurrency !== 0) {
    throw new UserError(
      'the function is stopped, and this s.yaml would start it again: it no longer reads RESERVED_CONCURRENCY.\n' +
        `  Write reservedConcurrency: \${env('RESERVED_CONCURRENCY', '5') * 1}, or deploy with --resume`,
    );
  }
  say('the function is stopped and stays so (--resume would start it again)');
  return stopped;
}

/** Shows the triggers to remove, asks, and gives the names of those to remove before and after the deployment. */
async function staleTriggers(
  { stale, inTheWay }: DeploymentPlan,
  { yes, dryRun }: Wishes,
  { ask, say }: World,
): Promise<[string[], string[]]> {
  if (stale.length === 0) return [[], []];
  say('triggers of ours that s.yaml no longer lists, and that still call the function:');
  for (const { triggerName, triggerType, sourceArn } of stale) {
    say(`  ${printable(`${triggerName} (${triggerType}${sourceArn === '' ? '' : ` of ${sourceArn}`})`)}`);
  }
  for (const { name, bucket, prefix } of inTheWay) {
    const place = printable(objectUri(bucket, prefix));
    say(`  ${printable(name)} has to go first, since OSS has no two that hear the same: for the seconds until its`);
    say(`  successor is there nobody hears uploads to ${place}; repeat what is uploaded there meanwhile`);
  }
  if (dryRun) return [[], []];
  if (!(yes || ((await ask?.('remove them?')) ?? false))) {
    say(ask === undefined ? 'they stay: --yes removes them' : 'they stay');
    return [[], []];
  }
  const first = new Set(inTheWay.map(({ name }) => name));
  const names = stale.map(({ triggerName }) => triggerName);
  return [names.filter((name) => first.has(name)), names.filter((name) => !first.has(name))];
}

async function removeTriggers(
  names: readonly string[],
  remove: (name: string) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  for (const name of names) {
    try {
      await remove(name);
    } catch (cause) {
      if (!(cause instanceof FunctionComputeError)) throw cause;
      throw new UserError(`trigger ${printable(name)} could not be removed: ${cause.message}`, 1, { cause });
    }
    say(`removed ${printable(name)}`);
  }
}

async function deployWithS(
  { newLog }: DeploymentPlan,
  env: NodeJS.ProcessEnv,
  { region }: ResourceProps,
  deployer: Deployer,
  { runS, say }: World,
): Promise<void> {
  // fc3 makes the log project under these names: github.com/devsapp/fc3, src/resources/sls. Names of projects are unique
  // in a region, over all accounts.
  const log = { project: `oss-autostyle-${deployer.accountId}-${region}`, logstore: 'function' };
  const made = { FC_GENERATE_PROJECT_NAME: log.project, FC_GENERATE_LOGSTORE_NAME: log.logstore };
  const code = await runS(['deploy', '-y'], newLog ? { ...env, ...made } : env, deployer);
  if (code !== 0) throw new UserError(`s deploy failed (exit code ${code}), see above`);
  if (!newLog) return;
  // To a log project that it makes itself, fc3 gives the rule that ends a line at the next date.
  const own = { ...env, LOG_PROJECT: log.project, LOG_STORE: log.logstore };
  const again = await runS(['deploy', '-y', '--function', 'config', '--skip-actions'], own, deployer);
  if (again !== 0) say('note: the log may glue lines together: set LOG_PROJECT and LOG_STORE, and deploy once more');
  else say(`log: project ${log.project}, store ${log.logstore} (LOG_PROJECT and LOG_STORE for .env)`);
}
