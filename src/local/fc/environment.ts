// The environment of an instance: FC's documented variables, a minimal system, and the function's own. Nothing of this
// process's environment gets in, so a function that runs here does not owe it to the developer's shell.
// https://www.alibabacloud.com/help/en/functioncompute/environment-variables

import type { FunctionConfig } from './function.js';
import type { Credentials } from './runtime/context.js';

/** The whole environment of an instance. The credentials are those of the invocation that starts it; FC does not renew them. */
export function instanceEnvironment(
  fn: FunctionConfig,
  where: { region: string; accountId: string; instanceId: string; versionId: string },
  credentials: Credentials | undefined,
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/tmp',
    TZ: 'UTC',
    ...fn.environmentVariables,
    FC_FUNC_CODE_PATH: `${fn.codeDir}/`,
    FC_ACCOUNT_ID: where.accountId,
    FC_FUNCTION_HANDLER: fn.handler,
    FC_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
    FC_FUNCTION_NAME: fn.functionName,
    FC_REGION: where.region,
    FC_CUSTOM_LISTEN_PORT: '9000',
    FC_INSTANCE_ID: where.instanceId,
    FC_VER_ID: where.versionId,
    ...(credentials === undefined
      ? {}
      : {
          ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
          ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken,
        }),
  };
}
