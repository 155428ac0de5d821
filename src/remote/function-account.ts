// Where a command finds the deployed function, and as whom: from flags, the environment and .env.
import { functionName as defaultName, localAccount } from '../local/cloud.js';
import type { Credentials } from '../oss/sign.js';
import { printable } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { accountOptions, commandEnvironment, credentialsOf, hostOf, isLoopback } from './account.js';
import { adviceFor } from './advice.js';
import { FunctionComputeError } from './error.js';
import type { FunctionCompute } from './function-compute.js';
import { nameInProject } from './function-name.js';

/** The flags of every command that talks to the deployed function. */
export const functionOptions = {
  function: {
    value: 'NAME',
    help: 'the function (default: that of s.yaml; with a loopback endpoint FUNCTION_NAME, else oss-autostyle)',
  },
  region: accountOptions.region,
  endpoint: {
    value: 'URL',
    help: 'address of Function Compute or `npm start` (default: https://ACCOUNT_ID.REGION.fc.aliyuncs.com)',
  },
} as const;

export const functionNotes =
  'ACCOUNT_ID and the credentials ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and\n' +
  'ALIBABA_CLOUD_SECURITY_TOKEN come from the environment or .env. With a loopback endpoint .env is not read, and\n' +
  'the defaults are those of `npm start`.';

export type FunctionFlags = { readonly [Name in keyof typeof functionOptions]?: string | undefined };

/** The deployed function, and who asks. */
export interface FunctionAccount {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly fc: FunctionCompute;
}

export interface Opening {
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** For notes, such as that s.yaml does not tell the function's name; stderr of the command. */
  readonly note: (text: string) => void;
  /** Default: s.yaml of the project. */
  readonly file?: string | undefined;
}

/** @throws {UserError} (2) with all that is missing or wrong */
export async function openFunction(
  flags: FunctionFlags,
  { env = commandEnvironment(flags.endpoint), note, file }: Opening,
): Promise<FunctionAccount> {
  const region = flags.region ?? (env['REGION'] || localAccount.region);
  const endpoint = flags.endpoint ?? loopback(env['OSS_ENDPOINT']);
  const host = hostOf(endpoint);
  const local = host !== undefined && isLoopback(host);
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
  // The vendor's package takes a fifth of a second to load, which a command that stays on this machine need not wait for.
  const { createFunctionCompute } = await import('./function-compute.js');
  try {
    return {
      name,
      region,
      accountId,
      credentials,
      fc: createFunctionCompute({ accountId, region, endpoint, credentials }),
    };
  } catch (cause) {
    if (!(cause instanceof FunctionComputeError)) throw cause;
    throw new UserError(`${cause.message}: set ALIBABA_CLOUD_SECURITY_TOKEN`, 2, { cause });
  }
}

/** s.yaml describes the deployment, and has no say where the endpoint is this machine's. */
function nameOf(env: NodeJS.ProcessEnv, local: boolean, note: Opening['note'], file: string | undefined): string {
  const fallback = env['FUNCTION_NAME'] || defaultName;
  if (local) return fallback;
  const said = nameInProject(env, file);
  if ('name' in said) return said.name;
  note(`note: the function is taken to be ${printable(`${fallback}: ${said.unknown}`)}; name it with --function\n`);
  return fallback;
}

/** `work`, with what Function Compute refuses told as a user's error, and what to do about it. */
export async function tellingRefusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof FunctionComputeError)) throw cause;
    throw new UserError(refusalText(cause), 1, { cause });
  }
}

export function refusalText(error: FunctionComputeError): string {
  const advice = adviceFor(error.code);
  return advice === undefined ? error.message : `${error.message}\n  ${advice}`;
}

/** `npm start` is OSS and Function Compute at one address. */
function loopback(endpoint: string | undefined): string | undefined {
  const host = hostOf(endpoint);
  return host !== undefined && isLoopback(host) ? endpoint : undefined;
}
