// What must be set and right before a deployment starts anything: all of it at once.

import type { Credentials } from '../../oss/sign.js';
import { printable } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import type { Project } from '../project.js';

const [id, secret, token] = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_SECURITY_TOKEN',
] as const;

export type Deployer = Credentials & { readonly accountId: string };

/**
 * Who deploys.
 * @throws {UserError} (2) naming every variable that is not set, and (1) every mistake in s.yaml and the variables
 */
export function deployerOf(project: Project, env: NodeJS.ProcessEnv): Deployer {
  const missing = [...project.unset, ...missingCredentials(env)];
  const mistakes = project.mistakes.map(
    ({ path, message }) => `${/^[A-Z]/.test(path) ? '' : 's.yaml: '}${path}: ${message}`,
  );
  const told =
    missing.length === 0
      ? mistakes
      : [`not set: ${missing.join(', ')}`, 'write them into .env (see .env.example), or set them', ...mistakes];
  if (told.length > 0) throw new UserError(told.map(printable).join('\n  '), missing.length > 0 ? 2 : 1);
  const securityToken = env[token];
  return {
    // Not a variable of s.yaml that someone has rewritten: `s` would ask for it over the network.
    accountId: env['ACCOUNT_ID'] || accountOf(project),
    accessKeyId: env[id] ?? '',
    accessKeySecret: env[secret] ?? '',
    ...(securityToken ? { securityToken } : {}),
  };
}

function missingCredentials(env: NodeJS.ProcessEnv): string[] {
  const temporary = env[id]?.startsWith('STS.') ?? false;
  return [id, secret, ...(temporary ? [token] : [])].filter((name) => !env[name]);
}

/** The account in the role's ARN. */
function accountOf({ resource }: Project): string {
  return resource?.role.split(':')[3] ?? '';
}
