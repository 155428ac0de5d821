// `check --smoke`: what the smoke finds out, beside what was found without it.
import { buildFunction } from '../../deploy/build.js';
import { runnableConfig } from '../../deploy/configuration.js';
import type { Environment } from '../../rules/values.js';
import type { CheckResult } from '../check.js';
import { type Finding, finding, severities } from '../finding.js';
import { smoke } from './smoke.js';

/**
 * Builds the function and tries it with the rules of a check; not where the check has found an error.
 * @param configFile the rules as the user named them; undefined: src/config.ts
 * @param environment of the function, as s.yaml gives it
 * @throws {UserError} when the function cannot be built
 */
export async function withSmoke(
  result: CheckResult,
  configFile: string | undefined,
  environment: Environment,
): Promise<CheckResult> {
  if (result.findings.some(({ severity }) => severity === 'error')) {
    return withFindings(result, [afterErrors], undefined, configFile);
  }
  const uri = environment['CONFIG_URI'];
  if (uri && configFile === undefined) return withFindings(result, [elsewhere], undefined);
  const { outdir } = await buildFunction();
  const started = Date.now();
  const { findings, uploads, saved } = await smoke({ codeDir: outdir, ...runnableConfig(configFile, environment) });
  return withFindings(result, findings, { uploads, saved, ms: Date.now() - started }, configFile);
}

const notTried = (why: string, fix: string) => finding('info', 'smokeUntried', '', `not tried: ${why}`, fix);
const elsewhere = notTried('the rules that run are kept at CONFIG_URI', 'give a copy of them: --config FILE.json');
const afterErrors = notTried('there are errors', 'correct those first');

function withFindings(
  result: CheckResult,
  added: readonly Finding[],
  smoke: CheckResult['smoke'],
  file = 'src/config.ts',
): CheckResult {
  const all = [...added.map((one) => ({ ...one, file })), ...result.findings];
  return {
    ...result,
    smoke,
    findings: severities.flatMap((severity) => all.filter((one) => one.severity === severity)),
  };
}
