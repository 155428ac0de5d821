// What must hold before a deployment touches the cloud: all variables are set, s.yaml has no mistakes, the check finds
// no error and makes a derivative by each rule, and the build succeeds.
import type { AccountCredentials } from '../../remote/serverless-devs.js';
import { printable } from '../../rules/printable.js';
import { UserError } from '../../terminal/user-error.js';
import type { Project } from '../project.js';
import type { ResourceProps } from '../s-schema.js';
import type { DeployEnvironment, Step } from './environment.js';

const id = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const secret = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const token = 'ALIBABA_CLOUD_SECURITY_TOKEN';

/**
 * What is deployed, and as whom.
 * @throws {UserError} (2) naming every variable that is not set, and (1) every mistake in s.yaml and the variables
 */
export function checkedProject(
  { file, resource, unset, mistakes }: Project,
  env: NodeJS.ProcessEnv,
): { readonly resource: ResourceProps; readonly deployer: AccountCredentials } {
  const temporary = env[id]?.startsWith('STS.') ?? false;
  const missing = [...unset, ...[id, secret, ...(temporary ? [token] : [])].filter((name) => !env[name])];
  const found = mistakes.map(({ path, message }) => `${/^[A-Z]/.test(path) ? '' : 's.yaml: '}${path}: ${message}`);
  if (missing.length > 0) {
    found.unshift(`not set: ${missing.join(', ')}`, 'write them into .env (see .env.example), or set them');
  }
  if (found.length > 0) throw new UserError(found.map(printable).join('\n  '), missing.length > 0 ? 2 : 1);
  // A project without mistakes has a resource.
  if (resource === undefined) throw new UserError(`${file} describes no function`);
  return {
    resource,
    deployer: {
      // s.yaml may no longer read this variable; then the account is the one in the role's ARN, since `s` would ask for
      // it over the network.
      accountId: env['ACCOUNT_ID'] || (resource.role.split(':')[3] ?? ''),
      accessKeyId: env[id] ?? '',
      accessKeySecret: env[secret] ?? '',
      securityToken: env[token] || undefined,
    },
  };
}

export interface StepOptions {
  /** Run the project's own tests as well. */
  readonly tests: boolean;
  /** Report what would be done, and change nothing. */
  readonly dryRun: boolean;
  /** The rules, where CONFIG_URI says that they are kept elsewhere: a full path. */
  readonly config?: string | undefined;
}

/**
 * Runs the gate: the check, whose smoke builds the function, and the tests where they are wanted. What is deployed is
 * built when s.yaml says so.
 * @throws {UserError} when one of them fails
 */
export async function runSteps(
  { tests, dryRun, config }: StepOptions,
  { env, runStep, say }: DeployEnvironment,
): Promise<void> {
  const rules = config === undefined ? [] : ['--config', config];
  const steps: readonly (readonly [step: Step, args: readonly string[]])[] = [
    ['check', ['--smoke', ...rules]],
    ...(tests && !dryRun ? [['verify', []] as const] : []),
  ];
  for (const [step, args] of steps) {
    const command = ['npm run', step, ...(args.length > 0 ? ['--', ...args.map(printable)] : [])].join(' ');
    say(command);
    const code = await runStep(step, args, env);
    if (code !== 0) throw new UserError(`${command} failed (exit code ${code}): nothing was deployed`);
  }
}
