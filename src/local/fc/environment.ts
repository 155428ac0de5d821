// The environment of an instance: FC's documented variables, a minimal system, and the function's own. It has nothing
// of this process's environment, so a function that runs here does not depend on the developer's shell.
// https://www.alibabacloud.com/help/en/functioncompute/environment-variables

import type { Credentials, FunctionFields } from './runtime/context.js';

/** What an instance has of its own beside the fields of its function. */
export interface InstanceFields {
  codeDir: string;
  instanceId: string;
  environmentVariables: Readonly<Record<string, string>>;
}

/**
 * The whole environment of an instance. The credentials are those of the invocation that starts it; FC does not renew
 * them.
 */
export function instanceEnvironment(
  fn: FunctionFields,
  instance: InstanceFields,
  credentials: Credentials | undefined,
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/tmp',
    TZ: 'UTC',
    ...instance.environmentVariables,
    FC_FUNC_CODE_PATH: `${instance.codeDir}/`,
    FC_ACCOUNT_ID: fn.accountId,
    FC_FUNCTION_HANDLER: fn.handler,
    FC_FUNCTION_MEMORY_SIZE: String(fn.memory),
    FC_FUNCTION_NAME: fn.name,
    FC_REGION: fn.region,
    FC_CUSTOM_LISTEN_PORT: '9000',
    FC_INSTANCE_ID: instance.instanceId,
    FC_VER_ID: fn.versionId,
    ...(credentials && {
      ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken,
    }),
  };
}

const maxBytes = 4096;

/** Checks a function's own variables as FC does. Throws RangeError naming the variable. */
export function checkEnvironment(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let bytes = 0;
  for (const [key, value] of Object.entries(variables)) {
    if (!/^[A-Za-z]\w*$/.test(key)) {
      throw new RangeError(
        `environmentVariables: ${JSON.stringify(key)} is no name: a letter, then letters, digits, _`,
      );
    }
    if (key.startsWith('FC_')) throw new RangeError(`environmentVariables: ${key}: names with FC_ are FC's own`);
    if (typeof value !== 'string' || value.includes('\u0000')) {
      throw new RangeError(`environmentVariables: ${key}: expected a string without NUL`);
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxBytes) {
    throw new RangeError(`environmentVariables: ${bytes} bytes in all; FC allows ${maxBytes}`);
  }
  return { ...variables };
}
