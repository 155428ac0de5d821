// The log of a function whose s.yaml leaves it to fc3 (`logConfig: auto`). fc3 makes a log that ends an entry at the next
// date, which glues JSON lines together, and keeps on later deployments what it finds: it is told the right rule.
// github.com/devsapp/fc3, src/subCommands/deploy/impl/function.ts and src/resources/fc/impl/replace-function-config.ts

import { printable } from '../../terminal/text.js';
import { type Live, type Looker, lookAtLog, type Sleep } from '../live.js';
import type { Project } from '../project.js';
import type { ResourceProps } from '../s-schema.js';

export interface Log {
  readonly project: string;
  readonly logstore: string;
}

/** How fc3 is to call the log that it makes. Names of log projects are unique in a region, over all accounts. */
export function logToMake({ region }: ResourceProps, accountId: string): Log {
  return { project: `oss-autostyle-${accountId}-${region}`, logstore: 'function' };
}

/** For fc3. */
export function makingLog({ project, logstore }: Log): NodeJS.ProcessEnv {
  return { FC_GENERATE_PROJECT_NAME: project, FC_GENERATE_LOGSTORE_NAME: logstore };
}

export interface LogWork {
  readonly env: NodeJS.ProcessEnv;
  readonly fc: Pick<Looker, 'getFunction'>;
  readonly sleep: Sleep;
  readProject(env: NodeJS.ProcessEnv): Promise<Project>;
  /** Runs `s`; gives its exit code. */
  runS(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
  say(line: string): void;
}

/** After `s deploy`: has the log of the function split at every line. Never fails: the function is deployed. */
export async function splitLogByLines(
  { functionName }: ResourceProps,
  before: Live,
  made: Log,
  { env, fc, sleep, readProject, runS, say }: LogWork,
): Promise<void> {
  const mend = 'its entries may be glued together: set LOG_PROJECT and LOG_STORE, and deploy once more';
  const found = await lookAtLog(fc, functionName, sleep);
  // That of a function that has just been made is the one that fc3 was told to make.
  if ('problem' in found && before.exists !== false) {
    return say(printable(`note: the log could not be looked at: ${found.problem}; ${mend}`));
  }
  const log =
    'problem' in found
      ? made
      : { project: found.log.project || made.project, logstore: found.log.logstore || made.logstore };
  if ('log' in found && found.log.logBeginRule === 'None') return;
  const own = { ...env, LOG_PROJECT: log.project, LOG_STORE: log.logstore };
  const { resource } = await readProject(own);
  const wanted = resource?.logConfig;
  if (typeof wanted !== 'object' || wanted.logBeginRule !== 'None' || wanted.project !== log.project) {
    const where = printable(`${log.project}, store ${log.logstore}`);
    return say(
      `note: the log (project ${where}) may glue entries together: write it into s.yaml with logBeginRule: None`,
    );
  }
  const code = await runS(['deploy', '-y', '--function', 'config', '--skip-actions'], own);
  if (code !== 0) say(`note: s could not change the log; ${mend}`);
  else say(`log: project ${log.project}, store ${log.logstore} (LOG_PROJECT and LOG_STORE for .env)`);
}
