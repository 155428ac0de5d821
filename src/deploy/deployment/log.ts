// The log of a function whose s.yaml leaves it to fc3 (`logConfig: auto`). fc3 creates a log that starts a new
// entry only at a line with a date, so JSON lines are joined. Later deployments keep that setting, so a second one, of
// the configuration alone, corrects it.
// github.com/devsapp/fc3, src/subCommands/deploy/impl/function.ts and src/resources/fc/impl/replace-function-config.ts
import { printable } from '../../rules/printable.js';
import type { ResourceProps } from '../s-schema.js';
import type { DeployEnvironment } from './environment.js';
import { type FunctionReader, type Live, readLog } from './live.js';

export interface LogStore {
  readonly project: string;
  readonly logstore: string;
}

/** The log that fc3 is to create. The names of log projects are unique in a region, over all accounts. */
export function logToCreate({ region }: ResourceProps, accountId: string): LogStore {
  return { project: `oss-autostyle-${accountId}-${region}`, logstore: 'function' };
}

/** The variables that give fc3 the name of the log. */
export function logVariables({ project, logstore }: LogStore): NodeJS.ProcessEnv {
  return { FC_GENERATE_PROJECT_NAME: project, FC_GENERATE_LOGSTORE_NAME: logstore };
}

export interface LogEnvironment extends Pick<DeployEnvironment, 'env' | 'readProject' | 'sleep' | 'say'> {
  readonly fc: Pick<FunctionReader, 'getFunction'>;
  /** Runs `s`; returns its exit code. */
  runS(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

/** After `s deploy`: makes every line an entry of the log. Never fails, since the function is deployed. */
export async function splitLogByLines(
  { functionName }: ResourceProps,
  before: Live,
  created: LogStore,
  { env, fc, sleep, readProject, runS, say }: LogEnvironment,
): Promise<void> {
  const advice = 'lines may be joined into one entry: set LOG_PROJECT and LOG_STORE, and deploy once more';
  const found = await readLog(fc, functionName, sleep);
  // A function that is new has the log that fc3 was asked to create.
  if ('problem' in found && before.exists !== false) {
    return say(printable(`note: the log could not be read: ${found.problem}; ${advice}`));
  }
  const now = 'log' in found ? found.log : { project: '', logstore: '', logBeginRule: '' };
  if (now.logBeginRule === 'None') return;
  const log = { project: now.project || created.project, logstore: now.logstore || created.logstore };
  const variables = { ...env, LOG_PROJECT: log.project, LOG_STORE: log.logstore };
  const wanted = (await readProject(variables)).resource?.logConfig;
  if (typeof wanted !== 'object' || wanted.logBeginRule !== 'None' || wanted.project !== log.project) {
    const name = printable(`${log.project}, store ${log.logstore}`);
    return say(
      `note: the log (project ${name}) may join lines into one entry: write it into s.yaml with logBeginRule: None`,
    );
  }
  const code = await runS(['deploy', '-y', '--function', 'config', '--skip-actions'], variables);
  if (code !== 0) say(`note: s could not change the log; ${advice}`);
  else say(`log: project ${log.project}, store ${log.logstore} (LOG_PROJECT and LOG_STORE for .env)`);
}
