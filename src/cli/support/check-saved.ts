// What `npm run check` says of the rules that the studio runs, s.yaml included.
import { check } from '../../check/check.js';
import { readProjectFor } from '../../deploy/deployed-environment.js';
import type { RulesFinding } from '../../local/studio/rules-tools.js';
import { withEnvironmentFile } from '../../terminal/environment-file.js';

/**
 * @param input the rules as they are written
 * @param configFile where, as the user named it; undefined: src/config.ts
 */
export async function checkSaved(
  input: unknown,
  configFile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly RulesFinding[]> {
  const environment = withEnvironmentFile(env);
  const project = await readProjectFor(input, undefined, environment);
  const { findings } = check({
    input,
    configFile,
    deployed: input,
    project,
    projectFile: undefined,
    environment,
    deploying: false,
    rates: { qps: undefined, seconds: undefined },
  });
  return findings;
}
