// `npm run deploy`: the check with its smoke, the build, `s deploy`, and then the stale triggers and the log, which
// `s deploy` does not handle.
import { nextSteps, nextStepsForConfigUri } from '../check/next-step.js';
import { deploy } from '../deploy/deployment/deployment.js';
import { deployEnvironment } from '../deploy/deployment/environment.js';
import { ProjectError } from '../deploy/project.js';
import { readRules } from '../deploy/rules-file.js';
import { userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  tests: { help: 'run the tests of the project as well' },
  yes: { short: 'y', help: 'do not ask before removing triggers that s.yaml no longer lists' },
  resume: { help: 'let the function run, even if it was stopped' },
  stopped: { help: 'leave the function stopped, even if it was running' },
  config: {
    value: 'FILE.json',
    help: 'a copy of the rules, if CONFIG_URI of s.yaml says that they are kept elsewhere',
  },
  'dry-run': { help: 'only check, and print what would be done' },
} as const;

export const command: Command<typeof options> = {
  name: 'deploy',
  summary: 'Checks, tries, builds and deploys the function as s.yaml describes it.',
  notes:
    'It tries each rule with an upload on an embedded OSS first. A new function gets its triggers while it is stopped,\n' +
    'and a deployment that fails leaves none without a limit. A stopped function stays stopped; if its state cannot be\n' +
    'read, nothing is deployed without --resume or --stopped. .env.example lists the variables to set. The credentials\n' +
    'ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN are passed to\n' +
    'Serverless Devs in its environment; its telemetry is off.',
  options,
  async run({ flags }) {
    const { config } = flags;
    if (flags.resume && flags.stopped) throw new UserError('--resume and --stopped: expected one of them', 2);
    // Refuse an unreadable file before anything else.
    if (config !== undefined) readRules(config);
    const wanted = {
      tests: flags.tests ?? false,
      yes: flags.yes ?? false,
      resume: flags.resume ?? false,
      stopped: flags.stopped ?? false,
      config: config === undefined ? undefined : userPath(config),
      dryRun: flags['dry-run'] ?? false,
    };
    try {
      await deploy(wanted, deployEnvironment(), ({ environmentVariables, region }, rules) =>
        rules === undefined
          ? nextStepsForConfigUri(environmentVariables['CONFIG_URI'] ?? '')
          : nextSteps(rules, region),
      );
    } catch (cause) {
      if (!(cause instanceof ProjectError)) throw cause;
      throw new UserError(cause.message, 2, { cause });
    }
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
