// `npm run deploy`: check, verify, build, `s deploy`, and what `s deploy` leaves undone.
import { nextSteps, nextStepsOfKept } from '../check/next-step.js';
import { readConfig } from '../deploy/configuration.js';
import { deploy } from '../deploy/deployment/deployment.js';
import { deployEnvironment } from '../deploy/deployment/environment.js';
import { ProjectError } from '../deploy/project.js';
import { readJson, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  'skip-tests': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  resume: { type: 'boolean' },
  stopped: { type: 'boolean' },
  config: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

export const command: Command<typeof options> = {
  name: 'deploy',
  summary: 'Checks, tests, builds and deploys the function, as s.yaml says.',
  flags: [
    '--skip-tests  deploy without running the tests',
    '--yes, -y  remove triggers that s.yaml no longer lists without asking',
    '--resume  the function may run, also if it was stopped',
    '--stopped  the function is to be stopped, whatever it is now',
    '--config FILE.json  a copy of the rules, where CONFIG_URI of s.yaml says that they are kept elsewhere',
    '--dry-run  check and look, and say what would be done',
  ],
  notes:
    'A function that was stopped stays stopped. Where it cannot be seen whether it was, --resume or --stopped must say which;\n' +
    'else nothing is deployed. What must be set is in .env.example. The credentials ALIBABA_CLOUD_ACCESS_KEY_ID,\n' +
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN are handed to Serverless Devs in its environment;\n' +
    'its telemetry is off.',
  options,
  async run({ flags }) {
    const { config } = flags;
    if (flags.resume && flags.stopped) throw new UserError('--resume and --stopped: expected one of them', 2);
    // Before anything else is done: can it be read?
    if (config !== undefined) readJson(config);
    const wanted = {
      skipTests: flags['skip-tests'] ?? false,
      yes: flags.yes ?? false,
      resume: flags.resume ?? false,
      stopped: flags.stopped ?? false,
      config: config === undefined ? undefined : userPath(config),
      dryRun: flags['dry-run'] ?? false,
    };
    try {
      const environment = deployEnvironment();
      await deploy(wanted, environment, ({ environmentVariables, region }) => {
        const uri = environmentVariables['CONFIG_URI'];
        if (uri && config === undefined) return nextStepsOfKept(uri);
        return nextSteps(readConfig(config, { ...environment.env, ...environmentVariables }).config, region);
      });
    } catch (cause) {
      if (!(cause instanceof ProjectError)) throw cause;
      throw new UserError(cause.message, 2, { cause });
    }
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
