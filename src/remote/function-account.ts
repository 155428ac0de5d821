// How a command reaches the deployed function, and as whom: from flags, the environment and .env.
import { localAccount } from '../local/account.js';
import { functionName as defaultName } from '../local/cloud.js';
import type { Credentials } from '../oss/sign.js';
import { printable } from '../rules/printable.js';
import { UserError } from '../terminal/user-error.js';
import { accountOptions, commandEnvironment, credentialsOf, hostOf, isLocal } from './account.js';
import { FunctionComputeError } from './error.js';
import type { FunctionCompute } from './function-compute.js';
import { nameInProject } from './function-name.js';

/** The flags of every command that talks to the deployed function. */
export const functionOptions = {
  function: { value: 'NAME', help: 'the function (default: that of s.yaml; with a loopback endpoint FUNCTION_NAME)' },
  region: accountOptions.region,
  endpoint: { value: 'URL', help: 'address of Function Compute (default: https://ACCOUNT_ID.REGION.fc.aliyuncs.com)' },
} as const;

export const functionNotes =
  'ACCOUNT_ID and the credentials ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and\n' +
  'ALIBABA_CLOUD_SECURITY_TOKEN come from the environment or .env. With a loopback endpoint .env is not read, and\n' +
  'the defaults are those of `npm start`.';

export type FunctionFlags = { readonly [Name in keyof typeof functionOptions]?: string | undefined };

/** The deployed function, and as whom it is called. */
export interface FunctionAccount {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly fc: FunctionCompute;
}

export interface OpenOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Prints a note, such as that s.yaml does not give the function's name. */
  readonly note: (text: string) => void;
  /** Default: s.yaml of the project. */
  readonly file?: string | undefined;
}

/** @throws {UserError} (2) with all that is missing or wrong */
export async function openFunction(
  flags: FunctionFlags,
  { env = commandEnvironment(flags.endpoint), note, file }: OpenOptions,
): Promise<FunctionAccount> {
  const region = flags.region ?? (env['REGION'] || localAccount.region);
  const endpoint = flags.endpoint ?? (isLocal(env['OSS_ENDPOINT']) ? env['OSS_ENDPOINT'] : undefined);
  const host = hostOf(endpoint);
  const local = isLocal(endpoint);
  const name = flags.function ?? nameOf(env, local, note, file);
  const accountId = env['ACCOUNT_ID'] || (local ? localAccount.accountId : '');
  const mistakes = [
    /^[A-Za-z_][\w-]{0,63}$/.test(name) ? [] : `--function ${name}: expected letters, digits, _ and -, at most 64`,
    /^[a-z]{2}-[a-z0-9-]{1,40}$/.test(region) ? [] : `--region ${region}: expected a region such as cn-hangzhou`,
    endpoint === undefined || host !== undefined ? [] : '--endpoint: expected an address such as http://127.0.0.1:9000',
    accountId === '' ? 'no account: set ACCOUNT_ID, the number at the top right of the console' : [],
    accountId === '' || /^\d{1,32}$/.test(accountId) ? [] : `ACCOUNT_ID ${accountId}: expected digits`,
  ].flat();
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n  '), 2);
  const credentials = credentialsOf(host ?? '', env);
  // The vendor's package takes a fifth of a second to load: only once it is needed.
  const { createFunctionCompute } = await import('./function-compute.js');
  try {
    const fc = createFunctionCompute({
      accountId,
      region,
      endpoint,
      credentials,
      note: (line) => note(`${line}\n`),
    });
    return { name, region, accountId, credentials, fc };
  } catch (cause) {
    if (!(cause instanceof FunctionComputeError)) throw cause;
    throw new UserError(`${cause.message}: set ALIBABA_CLOUD_SECURITY_TOKEN`, 2, { cause });
  }
}

/** s.yaml describes the deployment, so that it does not count where the endpoint is on this machine. */
function nameOf(env: NodeJS.ProcessEnv, local: boolean, note: OpenOptions['note'], file: string | undefined): string {
  const fallback = env['FUNCTION_NAME'] || defaultName;
  if (local) return fallback;
  const found = nameInProject(env, file);
  if ('name' in found) return found.name;
  note(`note: the function is taken to be ${printable(`${fallback}: ${found.unknown}`)}; name it with --function\n`);
  return fallback;
}
