// `npm run check`: what is wrong with the rules, with s.yaml, and with the two together, before anything is deployed.

import { type CheckResult, check } from '../check/check.js';
import { checkReport } from '../check/report.js';
import type { withSmoke } from '../check/smoke/check-smoke.js';
import { readProjectFor } from '../deploy/deployed-environment.js';
import { readRules } from '../deploy/rules-file.js';
import { userConfig } from '../deploy/user-config.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, fileOption, runAsProcess } from './support/command.js';

const options = {
  config: { value: 'FILE.json', help: 'rules to use instead of src/config.ts (or CHECK_CONFIG in the environment)' },
  file: fileOption,
  deploy: { help: 'report deploy variables without a value as errors' },
  smoke: { help: 'also build the function and try each rule with an upload, on an embedded OSS (at most 15 seconds)' },
  qps: { value: 'N', help: 'image calls per second that OSS allows you (default: the quota of the region, 50 or 5)' },
  seconds: { value: 'N', help: 'seconds that one image call takes (default 0.5, as for photos of a few MB)' },
  all: { help: 'print every finding, not only the first ten of each kind' },
  json: { help: 'findings as JSON: severity, code, file, where, message, fix' },
} as const;

export const command: Command<typeof options> = {
  name: 'check',
  summary: 'Checks the rules, s.yaml, and the two together, offline: what is wrong, where, and how to fix it.',
  notes:
    'The rules are loaded with the environment that s.yaml gives the function. Exit code 1: there is an error.\n' +
    'error: it cannot work, or something is lost. warning: probably not what you want, or more expensive than\n' +
    'necessary. info: good to know. --smoke says as info what it could not try.',
  options,
  async run({ flags, out }) {
    const rates = { qps: positive('qps', flags.qps), seconds: positive('seconds', flags.seconds) };
    const environment = withEnvironmentFile();
    // s.yaml runs this before a deployment, and can name another file in no other way.
    const configFile = flags.config ?? (environment['CHECK_CONFIG'] || undefined);
    const input = configFile === undefined ? userConfig() : readRules(configFile);
    const project = await readProjectFor(input, flags.file, environment);
    const deploying = flags.deploy ?? false;
    const checked = check({
      input,
      configFile,
      deployed: userConfig(),
      project,
      projectFile: flags.file,
      environment,
      deploying,
      rates,
    });
    const given = ('resource' in project && project.resource?.environmentVariables) || environment;
    // `npm run deploy` has done it when s.yaml runs this.
    const trying = flags.smoke && !environment['CHECK_SMOKED'];
    const result = trying ? await smoked(checked, configFile, given) : checked;
    if (flags.json) out(`${JSON.stringify(result, null, 2)}\n`);
    else out(checkReport(result, flags.all ? Number.POSITIVE_INFINITY : undefined));
    return result.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

/** Loaded only when it is wanted: with it come the embedded OSS and its image pipeline. */
async function smoked(...checked: Parameters<typeof withSmoke>): Promise<CheckResult> {
  const { withSmoke } = await import('../check/smoke/check-smoke.js');
  return withSmoke(...checked);
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text) && value > 0) return value;
  throw new UserError(`--${name} takes a number above 0, got '${text}'`, 2);
}

await runAsProcess(command, import.meta.url);
