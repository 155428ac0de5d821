// `npm run policy`: the RAM policies that the rules need: for the function's role, the trigger's role, and people who
// deploy or replay.
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { type Part, parts, policiesOf } from '../deploy/policy/policies.js';
import { policiesJson, policiesText } from '../deploy/policy/report.js';
import { checkFlags, settingFrom } from '../deploy/policy/setting.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { printable } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  only: { type: 'string' },
  region: { type: 'string' },
  account: { type: 'string' },
  config: { type: 'string' },
  file: { type: 'string' },
  'config-uri': { type: 'string' },
  'kms-key': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const command: Command<typeof options> = {
  name: 'policy',
  summary:
    'The RAM policies that the rules need, and no more: what each statement is for, and the commands that create them.',
  flags: [
    '--only PART  function (its policy), trust (who may take its role), trigger, deployer or replay',
    '--region ID  (default: that of s.yaml)',
    '--account ID  the account number (default: that of s.yaml, else *, any account)',
    '--config FILE.json  rules to use instead of src/config.ts',
    '--file FILE  another s.yaml',
    '--config-uri URI  oss://bucket/key.json, where the function reads its rules (default: CONFIG_URI of s.yaml)',
    '--kms-key ID  the key of encrypted buckets, if it is a key of your own',
    '--json  the documents as JSON',
  ],
  notes:
    'Names, roles, destinations and the log are those of s.yaml. Where it cannot be read, they come from its variables\n' +
    '(FUNCTION_NAME, FUNCTION_ROLE, TRIGGER_ROLE, FAILURE_QUEUE, SUCCESS_DESTINATION, LOG_PROJECT, LOG_STORE, CONFIG_URI),\n' +
    'and stderr says so.',
  options,
  async run({ flags, out, error }) {
    const wanted = wantedParts(flags.only);
    checkFlags(flags);
    const env = withEnvironmentFile();
    if (flags.region !== undefined) env['REGION'] = flags.region;
    if (flags.account !== undefined) env['ACCOUNT_ID'] = flags.account;
    const { environment, resource, unset = [], note } = await deployedEnvironment(flags.config, flags.file, env);
    const setting = settingFrom(flags, resource, env);
    const { config } = readConfig(flags.config, environment);
    if (note !== undefined) error(`${printable(note)}\n`);
    // The text says itself that the account is not set.
    const missing = unset.filter((name) => name !== 'ACCOUNT_ID');
    if (missing.length > 0) error(`note: not set yet, so that stand-ins are named: ${missing.join(', ')}\n`);
    const policies = policiesOf(config, setting);
    out(flags.json ? policiesJson(policies, wanted) : policiesText(policies, wanted, setting.accountId === '*'));
    return 0;
  },
};

function wantedParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const part = parts.find((name) => name === only);
  if (part === undefined) throw new UserError(`--only ${only}: expected ${parts.join(', ')}`, 2);
  return [part];
}

await runAsProcess(command, import.meta.url);
